"""The grid of the tables of a page: cells that span rows and columns, tables within tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from shared.sheets.cells import Cell
from shared.sheets.merges import Merge
from shared.sheets.refusals import too_wide

_MOST_COLUMNS = 16_384
_MOST_CELLS = 16_000_000
BREAK = "\0"
"""Stands for a line break in the parts of a text; there is none in HTML."""
_BLANKS = re.compile("[ \t\r\n\f]+")


@dataclass(slots=True)
class _Span:
    """A cell that goes on in the rows below."""

    row: "_Row"
    left: int
    columns: int
    rows_left: int
    text: str = ""
    last: "_Row | None" = None


@dataclass(slots=True)
class _Row:
    """A row: the texts of its cells by column while it is open, all of them when it has ended."""

    open: dict[int, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    taken: dict[int, int] = field(default_factory=dict)
    """First columns of cells that go on from above, and the columns behind those."""
    parts: list[str] | None = None
    """Of the text of the cell that is open."""
    column: int = 0
    next: int = 0
    span: _Span | None = None
    holds_table: bool = False


class _Table:
    """A table whose end has not come yet."""

    def __init__(self) -> None:
        self.row: _Row | None = None
        self.spans: list[_Span] = []


class Page:
    """Collects the rows of all tables in the order in which they begin."""

    def __init__(self) -> None:
        """Begin with no table: rows may also stand outside of any."""
        self._tables = [_Table()]
        self._rows: list[_Row] = []
        self._spans: list[_Span] = []
        self._left = _MOST_CELLS

    def begin_table(self) -> None:
        """Begin a table, which may be in a cell of another one."""
        row = self._tables[-1].row
        if row is not None:
            row.holds_table = True
        self._tables.append(_Table())

    def end_table(self) -> None:
        """End the innermost table."""
        self.end_row()
        self._tables.pop()

    def end_rows(self) -> None:
        """End a group of rows: no cell goes on below it."""
        self._tables[-1].spans = []

    def begin_row(self) -> None:
        """Begin a row with the cells that go on from above."""
        self.end_row()
        table = self._tables[-1]
        table.row = row = _Row()
        self._rows.append(row)
        self._take(len(table.spans))
        for span in table.spans:
            row.open[span.left] = span.text
            row.taken[span.left] = span.left + span.columns
            span.rows_left -= 1
            span.last = row
        table.spans = [span for span in table.spans if span.rows_left]

    def end_row(self) -> None:
        """End the row that is open, if any."""
        table = self._tables[-1]
        row, table.row = table.row, None
        if row is None:
            return
        self._end_cell(table, row)
        width = max(row.open, default=-1) + 1
        self._take(width)
        row.texts = [""] * width
        for column, text in row.open.items():
            row.texts[column] = text
        row.open, row.taken = {}, {}

    def begin_cell(self, columns: int, rows: int) -> None:
        """Begin a cell that spans so many columns and rows."""
        table = self._tables[-1]
        row = table.row
        if row is None:
            return
        self._end_cell(table, row)
        while row.next in row.taken:
            row.next = row.taken[row.next]
        if row.next + columns > _MOST_COLUMNS:
            raise too_wide()
        row.column, row.parts = row.next, []
        row.next += columns
        if rows > 1:
            row.span = _Span(row, row.column, columns, rows - 1)

    def end_cell(self) -> None:
        """End the cell that is open, if any."""
        table = self._tables[-1]
        if table.row is not None:
            self._end_cell(table, table.row)

    def text(self, text: str) -> None:
        """Add text to the cell that is open."""
        row = self._tables[-1].row
        if row is not None and row.parts is not None:
            row.parts.append(text)

    def rows(self) -> Iterator[list[Cell]]:
        """Yield the rows; one that only holds tables is none."""
        return ([*row.texts] for row in self._rows if _is_shown(row))

    def merges(self) -> list[Merge]:
        """Return the cells that span several rows, by the places of `rows`."""
        places = {id(row): number for number, row in enumerate(filter(_is_shown, self._rows))}
        return [
            Merge(
                places[id(span.row)],
                span.left,
                places[id(span.last)],
                span.left + span.columns - 1,
            )
            for span in self._spans
            if span.last is not None and id(span.row) in places and id(span.last) in places
        ]

    def _end_cell(self, table: _Table, row: _Row) -> None:
        if row.parts is None:
            return
        text = _as_shown("".join(row.parts))
        row.open[row.column] = text
        if row.span is not None:
            row.span.text = text
            table.spans.append(row.span)
            self._spans.append(row.span)
        row.parts = row.span = None

    def _take(self, cells: int) -> None:
        self._left -= cells
        if self._left < 0:
            raise too_wide()


def _is_shown(row: _Row) -> bool:
    return not row.holds_table or any(row.texts)


def _as_shown(text: str) -> str:
    """Return text with the blanks and line breaks that a browser shows."""
    lines = _BLANKS.sub(" ", text).split(BREAK)
    return "\n".join(line.strip(" ") for line in lines).strip("\n")
