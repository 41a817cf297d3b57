"""Dates, money, kinds and typed text as every paper writes them."""

import unicodedata
from datetime import date
from decimal import Decimal

from shared.contracts.documents import PaperKind
from shared.contracts.enrollment import Kind, OccupationClass, Sex

TITLES = {
    PaperKind.PAYMENT_NOTICE: "缴费通知单",
    PaperKind.CONFIRMATION: "参保确认书",
    PaperKind.RECEIPT: "全国性社会团体会费统一票据（电子）",
}
KINDS = {Kind.ENROLLMENT: "参保", Kind.RENEWAL: "续保", Kind.BACK_PAYMENT: "补缴"}
SEXES = {Sex.FEMALE: "女", Sex.MALE: "男"}
OCCUPATION_CLASSES = {
    OccupationClass.GENERAL: "一般职业",
    OccupationClass.HIGH_RISK: "高危职业",
}
DOCUMENT_KINDS = {
    "resident_id": "居民身份证",
    "residence_permit": "港澳台居民居住证",
    "permanent_resident_card": "外国人永久居留身份证",
    "passport": "护照",
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
    line = " ".join(typed[: limit * _READ_PER_PRINTED].split())
    visible = "".join(sign for sign in line if unicodedata.category(sign) not in _INVISIBLE)
    return visible if len(visible) <= limit else visible[: limit - 1] + "…"
