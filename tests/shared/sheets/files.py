"""What a file holds, as its readers see it; files that tests write."""

from collections.abc import Sequence
from io import BytesIO

import pytest
from openpyxl import Workbook

from shared.errors import Invalid
from shared.sheets.cells import Cell
from shared.sheets.reading import read_sheets


def rows_of(content: bytes) -> list[list[Cell]]:
    """Return the rows of a file with one sheet."""
    [sheet] = read_sheets(content)
    return [list(cells) for cells in sheet.rows]


def sheets_of(content: bytes) -> dict[str, list[list[Cell]]]:
    """Return the rows of each sheet by its name."""
    return {one.name: [list(cells) for cells in one.rows] for one in read_sheets(content)}


def refusal_of(content: bytes) -> Invalid:
    """Return the refusal of a file, which comes at the latest while its rows are read."""
    with pytest.raises(Invalid) as refused:
        sheets_of(content)
    return refused.value


def answered(content: bytes) -> None:
    """Read a file to its end, or to its refusal."""
    try:
        sheets_of(content)
    except Invalid:
        return


def saved(book: Workbook) -> bytes:
    """Return a workbook as it is in its file."""
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def workbook(*rows: Sequence[object]) -> bytes:
    """Return a workbook with rows in one sheet."""
    book = Workbook()
    assert book.active
    for row in rows:
        book.active.append(row)
    return saved(book)
