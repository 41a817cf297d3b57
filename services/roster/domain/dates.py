"""Dates as spreadsheets hold them."""

import re
from datetime import date, timedelta

from services.roster.domain.reasons import Reason
from services.roster.domain.resident_numbers import EARLIEST_BIRTH
from services.roster.domain.typed_text import tidy

_PARTED = re.compile(
    r"([0-9]{4}) ?[-/.年] ?([0-9]{1,2}) ?[-/.月] ?([0-9]{1,2}) ?日?"
    r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
)
_SOLID = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_SERIAL = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")  # four digits would be a year
_EPOCH = date(1899, 12, 30)  # Excel counts a 29 February 1900 that never was


def read_date(written: str) -> date | None:
    """Return a date from text in several forms or an Excel serial; None when it is none."""
    text = tidy(written).lstrip("'")
    if serial := _SERIAL.fullmatch(text):
        return _EPOCH + timedelta(days=int(serial[1]))
    parts = _PARTED.fullmatch(text) or _SOLID.fullmatch(text)
    if not parts:
        return None
    try:
        return date(int(parts[1]), int(parts[2]), int(parts[3]))
    except ValueError:
        return None


def read_birth_date(written: str, today: date) -> date | Reason | None:
    """Return a plausible birth date; empty is None."""
    if not tidy(written):
        return None
    born = read_date(written)
    if born is None or born < EARLIEST_BIRTH:
        return Reason(
            "birth_date_unknown", "“出生日期”无法识别，请按 1990-01-31 的格式填写。", "birth_date"
        )
    if born > today:
        return Reason("birth_date_in_future", "“出生日期”晚于今天，请核对。", "birth_date")
    return born
