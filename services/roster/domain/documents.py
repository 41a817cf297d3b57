"""Documents of persons: their kinds and how their numbers are read."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.roster.domain.reasons import Reason
from services.roster.domain.resident_numbers import (
    PROVINCES,
    misshapen,
    refused,
    sex_and_birth_date,
)
from services.roster.domain.typed_text import compact
from shared.contracts.enrollment import Sex


class DocumentKind(StrEnum):
    """Kind of the document that a person is enrolled with."""

    RESIDENT_ID = "resident_id"
    RESIDENCE_PERMIT = "residence_permit"
    PERMANENT_RESIDENT_CARD = "permanent_resident_card"
    PASSPORT = "passport"


@dataclass(frozen=True, slots=True)
class Document:
    """A document; sex and birth date are None where its number does not carry them."""

    kind: DocumentKind
    number: str
    sex: Sex | None = None
    birth_date: date | None = None


NUMBER_EMPTY = refused("number_empty", "“身份证号”为空，请填写证件号码。")

_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]*E\+?|E\+)[0-9]+")
_PERMITS = ("810000", "820000", "830000")
_OLD_CARD = re.compile(r"[A-Z]{3}[0-9]{12}")
_PASSPORT = re.compile(r"[A-Z0-9]{5,20}")


def read_document(kind: DocumentKind, written: str, today: date) -> Document | Reason:
    """Return the document of a number as a spreadsheet holds it, or the reason of its refusal."""
    number = compact(written).lstrip("'‘’`").upper()
    if not number:
        return NUMBER_EMPTY
    if _SCIENTIFIC.fullmatch(number):
        return refused(
            "number_scientific",
            "“身份证号”被表格转成了科学计数法：请把该列设为文本格式，重新填写完整号码。",
        )
    if kind is DocumentKind.PASSPORT:
        return _read_passport(number)
    if kind is DocumentKind.PERMANENT_RESIDENT_CARD and _OLD_CARD.fullmatch(number):
        return Document(kind, number)
    carried = misshapen(number) or misplaced(kind, number) or sex_and_birth_date(number, today)
    return carried if isinstance(carried, Reason) else Document(kind, number, *carried)


def _read_passport(number: str) -> Document | Reason:
    if _PASSPORT.fullmatch(number):
        return Document(DocumentKind.PASSPORT, number)
    return refused("passport_number", "护照号码应为 5 至 20 位字母或数字，请核对“身份证号”。")


def misplaced(kind: DocumentKind, number: str) -> Reason | None:
    """Return why a number begins with a place that its kind does not have; its first six digits."""
    match kind:
        case DocumentKind.RESIDENCE_PERMIT:
            if not number.startswith(_PERMITS):
                return refused(
                    "number_not_of_kind",
                    "港澳台居民居住证号码以 810000、820000 或 830000 开头，"
                    "请核对“证件类型”和“身份证号”。",
                )
        case DocumentKind.PERMANENT_RESIDENT_CARD:
            if number[0] != "9" or number[1:3] not in PROVINCES:
                return refused(
                    "number_not_of_kind",
                    "外国人永久居留身份证号码为以 9 开头的 18 位数字，或旧版 3 个字母加 12 位数字，"
                    "请核对“证件类型”和“身份证号”。",
                )
        case _:
            if number.startswith((*_PERMITS, "9")):
                return refused(
                    "number_not_of_kind",
                    "该号码不是居民身份证号：港澳台居民居住证、外国人永久居留身份证"
                    "请在“证件类型”列注明。",
                )
            if number[:2] not in PROVINCES:
                return refused(
                    "number_province", "“身份证号”的前两位不是省份代码，请对照证件核对。"
                )
    return None
