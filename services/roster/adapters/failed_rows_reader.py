"""Failed rows read back from the workbook that was made of them."""

from itertools import islice

from services.roster.adapters.cell_text import cell_text
from services.roster.adapters.columns import TITLES
from services.roster.adapters.excel_reader import excel_tables

_FIELDS = tuple(TITLES)


def read_failed_rows(content: bytes, limit: int) -> list[dict[str, str]]:
    """Return at most `limit` rows: each field's text as it was written, and `why` it failed."""
    sheet = next(excel_tables(content, 1))
    found = []
    for cells in islice(sheet, 1, limit + 1):
        _, *written = (cell_text(cell) for cell in cells)
        written += [""] * (len(_FIELDS) + 1 - len(written))
        found.append(dict(zip((*_FIELDS, "why"), written, strict=False)))
    return found
