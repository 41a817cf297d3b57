"""Values of cells, and the text that a person would read in one."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import isfinite

_EXACT = 10**15  # a spreadsheet keeps 15 digits of a number


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell whose formula or value is an error; `text` is what it shows: `#N/A`, `#REF!`."""

    text: str


Cell = str | float | int | bool | date | datetime | time | timedelta | CellError | None
"""What a cell holds; an empty one is `""` or None."""


def cell_text(value: Cell) -> str:
    """Return a cell's text: whole numbers in full, ISO dates, lost digits as an exponent."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float | int) and not isinstance(value, bool):
        return _number_text(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, CellError):
        return value.text
    return "" if value is None else str(value)


def _number_text(value: float) -> str:
    if abs(value) >= _EXACT or not isfinite(value):
        return f"{value:.5E}"
    return str(int(value)) if value == int(value) else repr(value)
