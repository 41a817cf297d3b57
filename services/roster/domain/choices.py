"""Columns that hold one of a few words: document kind, occupation class, sex."""

import re

from services.roster.domain.documents import DocumentKind
from services.roster.domain.reasons import Reason
from services.roster.domain.typed_text import compact
from shared.contracts.enrollment import OccupationClass, Sex
from shared.contracts.labels import DOCUMENT_KINDS, OCCUPATION_CLASSES, SEXES

_KINDS = {
    DocumentKind.RESIDENT_ID: "身份证 二代身份证 第二代居民身份证 中国居民身份证",
    DocumentKind.RESIDENCE_PERMIT: "港澳居民居住证 台湾居民居住证 港澳台居住证 居住证",
    DocumentKind.PERMANENT_RESIDENT_CARD: "外国人永久居留证 永久居留身份证 永久居留证",
    DocumentKind.PASSPORT: "外国护照 外国人护照 中国护照 因私护照",
}
_CLASSES = {OccupationClass.GENERAL: "一般 普通 普通职业", OccupationClass.HIGH_RISK: "高危"}
_SEXES = {Sex.MALE: "男性 M", Sex.FEMALE: "女性 F"}

_IN_BRACKETS = re.compile(r"\([^()]*\)")
"""Said beside a kind: 居民身份证（二代）."""
_KIND_OF = {
    word: kind
    for kind, words in _KINDS.items()
    for word in (kind.upper(), DOCUMENT_KINDS[kind], *words.split())
}
_CLASS_OF = {
    word: kind
    for kind, words in _CLASSES.items()
    for word in (kind.upper(), OCCUPATION_CLASSES[kind], *words.split())
}
_SEX_OF = {
    word: sex for sex, words in _SEXES.items() for word in (sex.upper(), SEXES[sex], *words.split())
}


def read_document_kind(written: str) -> DocumentKind | Reason:
    """Return a kind of document; empty means resident ID."""
    word = compact(written).upper()
    plain = _IN_BRACKETS.sub("", word)
    return (_KIND_OF.get(plain) if word else DocumentKind.RESIDENT_ID) or Reason(
        "document_kind_unknown",
        f"“证件类型”请填写{'、'.join(DOCUMENT_KINDS.values())}之一，留空为居民身份证。",
        "document_kind",
    )


def read_occupation_class(written: str) -> OccupationClass | Reason:
    """Return an occupation class; empty means general."""
    word = compact(written).upper()
    return (_CLASS_OF.get(word) if word else OccupationClass.GENERAL) or Reason(
        "occupation_class_unknown",
        "“职业类别”请填写一般职业或高危职业，留空为一般职业。",
        "occupation_class",
    )


def read_sex(written: str) -> Sex | Reason | None:
    """Return a sex; empty is None."""
    word = compact(written).upper()
    if not word:
        return None
    return _SEX_OF.get(word) or Reason("sex_unknown", "“性别”请填写男或女。", "sex")
