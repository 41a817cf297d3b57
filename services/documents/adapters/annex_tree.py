"""The structure of an annex: what reading aloud, and whoever takes its words, goes by."""

from services.documents.adapters.annex_columns import COLUMNS
from services.documents.adapters.pdf_file import PdfFile


class AnnexTree:
    """The structure of an annex in a file: headings, and tables whose rows are persons."""

    def __init__(self, pdf: PdfFile, part: int) -> None:
        self._pdf = pdf
        self._part = part
        self._tops: list[int] = []
        self._tables: dict[int, tuple[int, int, list[int]]] = {}
        """By roster: the table, its head, its rows."""

    def heading(self, kind: bytes, page: int, mark: int) -> int:
        """Add a heading; returns its number."""
        number = self._pdf.reserve()
        self._put(number, kind, self._part, b"%d" % mark, page)
        self._tops.append(number)
        return number

    def head(self, roster: int, page: int, mark: int) -> list[int] | None:
        """Add a roster's table with its head; None where the head is repeated."""
        if roster in self._tables:
            return None
        columns = len(COLUMNS)
        table = self._pdf.reserve(4 + columns)
        body, head, row, first = table + 1, table + 2, table + 3, table + 4
        cells = list(range(first, first + columns))
        self._tops.append(table)
        self._tables[roster] = (table, body, [])
        self._put(table, b"/Table", self._part, b"%d 0 R %d 0 R" % (head, body))
        self._put(head, b"/THead", table, b"%d 0 R" % row)
        self._put(row, b"/TR", head, b" ".join(b"%d 0 R" % cell for cell in cells))
        for number, cell in enumerate(cells, mark):
            self._put(cell, b"/TH", row, b"%d" % number, page, b"/A<</O/Table/Scope/Column>>")
        return cells

    def person(self, roster: int, page: int, mark: int) -> int:
        """Add a person: a row whose one cell spans all columns; returns the cell's number."""
        _, body, rows = self._tables[roster]
        row = self._pdf.reserve(2)
        rows.append(row)
        self._pdf.put(row, b"<</Type/StructElem/S/TR/P %d 0 R/K[%d 0 R]>>" % (body, row + 1))
        self._pdf.put(
            row + 1,
            b"<</Type/StructElem/S/TD/P %d 0 R/Pg %d 0 R/K[%d]/A<</O/Table/ColSpan %d>>>>"
            % (row, page, mark, len(COLUMNS)),
        )
        return row + 1

    def finish(self) -> list[int]:
        """Add what holds the rows; returns the elements at the top."""
        for table, body, rows in self._tables.values():
            kids = b" ".join(b"%d 0 R" % row for row in rows)
            self._put(body, b"/TBody", table, kids)
        return self._tops

    def _put(
        self,
        number: int,
        kind: bytes,
        parent: int,
        kids: bytes,
        page: int | None = None,
        more: bytes = b"",
    ) -> None:
        where = b"/Pg %d 0 R" % page if page is not None else b""
        self._pdf.put(
            number,
            b"<</Type/StructElem/S%s/P %d 0 R%s/K[%s]%s>>" % (kind, parent, where, kids, more),
        )
