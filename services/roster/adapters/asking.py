"""The first rows of a sheet whose columns are unknown, for the operator to say what they hold."""

from itertools import islice

from services.roster.adapters.list_reader import HEAD, guessed_header, labelled
from services.roster.domain.columns import ColumnsAsked
from shared.sheets.cells import cell_text

MOST_COLUMNS = 200
LONGEST_TEXT = 200
"""Characters of a cell that are shown."""


def asked_rows(content: bytes, label: str) -> ColumnsAsked:
    """Return the first rows of a sheet, and a guess of what it holds; KeyError without one."""
    sheets = {own: sheet for _, own, sheet in labelled(content)}
    head = list(islice(enumerate(sheets[label].rows, 1), HEAD))
    header_row, columns = guessed_header(head)
    rows = tuple(
        (number, tuple(cell_text(cell)[:LONGEST_TEXT] for cell in cells[:MOST_COLUMNS]))
        for number, cells in head
    )
    return ColumnsAsked(label, header_row, rows, dict(columns))
