"""Reading the files that units upload, whatever program wrote them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from services.roster.adapters.cell_text import cell_text
from services.roster.adapters.columns import REQUIRED, TITLES, titles_in
from services.roster.adapters.corrections import corrected_batch
from services.roster.adapters.excel_reader import COMPOUND, ZIP, excel_tables
from services.roster.adapters.html_reader import html_tables
from services.roster.adapters.refusals import empty, header_missing, too_many_rows
from services.roster.adapters.text_reader import csv_tables, decoded
from services.roster.adapters.zip_guard import MOST_SHEETS, refuse_bombs
from services.roster.domain.persons import RawRow

_HEADER_WITHIN = 50
_HEADER_COLUMNS = 1_000
_NO_PERSON = ("示例", "例：", "例:", "填写说明", "填表说明", "说明：", "说明:", "注：", "注:")
_TOTALS = ("合计", "总计", "小计")
_COLONS = ("：", ":")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of the sheet with the roster, and the import whose failed rows they are, if any."""

    rows: list[RawRow]
    corrects: str | None = None


def read_rows(content: bytes, *, limit: int = 200_000, largest: int = 500_000_000) -> Sheet:
    """Return the rows of the first visible sheet with a header; the content tells the format.

    At most `limit` rows; at most `largest` bytes unpacked. Raises Invalid for the file as a whole:
    file_unreadable, file_encrypted, file_empty, file_too_large, sheet_too_wide, header_missing,
    too_many_rows. A damaged .xls can end the process: call it in a child with a memory limit.
    """
    missing, blank = list(REQUIRED), True
    for table in _tables(content, largest):
        numbered = enumerate(table, 1)
        for _, cells in islice(numbered, _HEADER_WITHIN):
            columns = titles_in([cell_text(cell) for cell in cells[:_HEADER_COLUMNS]])
            lacking = [field for field in REQUIRED if field not in columns]
            if not lacking:
                rows = _limited(_rows(numbered, columns), limit)
                return Sheet(rows, corrected_batch(content) if content.startswith(ZIP) else None)
            missing = lacking if len(lacking) < len(missing) else missing
            blank = blank and not any(cell_text(cell) for cell in cells)
    if blank:
        raise empty()
    raise header_missing([TITLES[field] for field in missing])


def _tables(content: bytes, largest: int) -> Iterator[Iterator[Sequence[object]]]:
    if content.startswith(ZIP):
        return excel_tables(content, refuse_bombs(content, largest))
    if content.startswith(COMPOUND):
        return excel_tables(content, MOST_SHEETS)
    text = decoded(content)
    return html_tables(text) if text.lstrip().startswith("<") else csv_tables(text)


def _rows(
    numbered: Iterator[tuple[int, Sequence[object]]], columns: dict[str, int]
) -> Iterator[RawRow]:
    fields = list(columns.items())
    for row_no, cells in numbered:
        if not any(cells):
            continue
        width = len(cells)
        texts = {field: cell_text(cells[at]) for field, at in fields if at < width}
        if any(texts.values()) and not _is_no_person(cells, texts):
            yield RawRow(row_no, **texts)


def _is_no_person(cells: Sequence[object], texts: dict[str, str]) -> bool:
    """Return whether a row is an example, an instruction, a total, a footer or a header."""
    first = next(text for cell in cells if (text := cell_text(cell)))
    name, number = texts.get("name", ""), texts.get("number", "")
    if first.startswith(_NO_PERSON) or name.startswith(_NO_PERSON):
        return True
    if not number:
        return first.startswith(_TOTALS) or any(colon in first for colon in _COLONS)
    return not number[0].isdigit() and titles_in([name, number]) == {"name": 0, "number": 1}


def _limited(rows: Iterator[RawRow], limit: int) -> list[RawRow]:
    taken = list(islice(rows, limit))
    if next(rows, None) is not None:
        raise too_many_rows(limit)
    return taken
