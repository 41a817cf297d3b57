"""Text of a cell, as a person would read it."""

from datetime import date, datetime, time

_EXACT = 10**15  # a spreadsheet keeps 15 digits of a number


def cell_text(value: object) -> str:
    """Return a cell's text: whole numbers in full, ISO dates, lost digits as an exponent."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float | int) and not isinstance(value, bool):
        return _number_text(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _number_text(value: float) -> str:
    if abs(value) >= _EXACT:
        return f"{value:.5E}"
    return str(int(value)) if value == int(value) else repr(value)
