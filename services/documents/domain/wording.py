"""Dates, money, kinds and typed text as every paper writes them."""

import unicodedata
from datetime import date
from decimal import Decimal

from shared.contracts.documents import PaperKind
from shared.contracts.labels import DOCUMENT_KINDS

TITLES = {
    PaperKind.PAYMENT_NOTICE: "缴费通知单",
    PaperKind.CONFIRMATION: "参保确认书",
    PaperKind.RECEIPT: "全国性社会团体会费统一票据（电子）",
}

LONG_NAME = 100
SHORT_TEXT = 40
_INVISIBLE = ("Cc", "Cf", "Cs")
_READ_PER_PRINTED = 4


def date_text(day: date) -> str:
    """Return a day for running text: `2025年11月25日`."""
    return f"{day.year}年{day.month}月{day.day}日"


def short_date(day: date) -> str:
    """Return a day for a table: `2025-11-25`."""
    return day.isoformat()


def money(amount: Decimal) -> str:
    """Return CNY with two decimals and thousands separators: `9,473,755.20`."""
    return f"{amount:,.2f}"


def document_kind(code: str) -> str:
    """Return a kind of document in Chinese; an unknown one as it is."""
    return DOCUMENT_KINDS.get(code) or clipped(code, SHORT_TEXT)


def clipped(typed: str, limit: int) -> str:
    """Return typed text on one line of at most `limit` characters, `…` where it was longer."""
    # Only the beginning is normalised: a million characters cost no more than a few.
    visible = visible_line(typed[: limit * _READ_PER_PRINTED])
    return visible if len(visible) <= limit else visible[: limit - 1] + "…"


def visible_line(typed: str) -> str:
    """Return typed text on one line: blanks of all kinds as single spaces, nothing invisible."""
    spaced = "".join(" " if sign.isspace() else sign for sign in typed)
    shown = (sign for sign in spaced if unicodedata.category(sign) not in _INVISIBLE)
    return " ".join("".join(shown).split())
