"""What a row of a list is: a person, or one of the kinds that are left out and counted."""

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache

from services.roster.domain.choices import (
    read_document_kind,
    read_occupation_class,
    read_sex,
)
from services.roster.domain.dates import read_date
from services.roster.domain.reasons import Reason
from services.roster.domain.typed_text import compact


class RowKind(StrEnum):
    """Kinds of rows, as a batch counts them."""

    PERSON = "person"
    TITLE = "title"
    TOTAL = "total"
    FOOTER = "footer"
    EXAMPLE = "example"
    EMPTY = "empty"


_NUMBER = re.compile(r"(?=(?:.*[0-9]){5})[0-9A-Z]{6,30}")
"""Could be the number of a document, whole or mistyped: six signs, five of them digits."""
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]*)?E\+?[0-9]+")
_BESIDE_NUMBER = re.compile(r"[-'‘’`\"·.,，。:：/\\()]")

_SURE = re.compile(r"[0-9A-Z]{14,30}")
"""Is meant as the number of a document, and nothing else."""
_PHONE = re.compile(r"[0-9]{7,}")

_EXAMPLE = re.compile(
    r"[(\[【]?(?:填写)?(?:示例|样例|范例|举例|例如?|样本|EXAMPLE|SAMPLE)[0-9]*[)\]】]?[:：]?"
)
_EXAMPLE_NAME = re.compile(r"[(\[【]?(?:示例|样例|例)[)\]】:：].*|.*[(\[【](?:示例|样例|例)[)\]】]")
_TOTAL = re.compile(
    r"(?:本页|本表|以上)?(?:合计|总计|小计|共计|累计|总人数|人数|合计人数|金额)"
    r"(?:[:：(0-9].*|人数|金额|人)?"
)
_COUNT = re.compile(r"(?:以上)?共?计?[0-9]{1,6}(?:人|名|位|个)|男|女")
_NOTE = re.compile(
    r"[*※(]*(?:备注|附注|说明|填[表写报]说明|填写要求|注意事项?|注|温馨提示|提示)"
    r"(?:$|[0-9]*[:：、.)].*)"
)
_CLOSING = re.compile(r"[(]?以[上下].*|[此本]表.*|第[0-9]+页.*|.*(?:盖章|公章|签[字名章]).*")
_DAY = re.compile(r"[0-9]{4}[年/.-][0-9]{1,2}(?:[月/.-](?:[0-9]{1,2}日?)?)?")
_SIGNER_BEGINS = re.compile(
    r"(?:制表|填表|填报|经办|审核|审批|复核|校对|负责|分管|主管|联系|证明|批准)(?:人|者|员|领导)?"
)
_SIGNER = re.compile(
    _SIGNER_BEGINS.pattern + r"(?:签[字名章]|[(]签[字名章][)]|电话|日期)?(?:$|[:：].*)"
)
_HINT = re.compile(r"[(].*[)]|(?:非?必填|选填|必录|可不填|文本|数字|汉字|[0-9]+位).*")
_NOTHING = re.compile(r"[-—–_/\\0.·…*\ufeff]*")
_COLON = re.compile("[:：]")
_LONGEST_NAME = 50


def kind_of(texts: Mapping[str, str], cells: Sequence[str]) -> RowKind:
    """Return what a row is, by the texts of its fields and of all cells of its list.

    A row with a number that could be a document's is a person, whatever else stands there; so is
    one with a name, a mobile or a birth date, unless it is a total or a footer.
    """
    name, number = _said(texts.get("name", "")), _said(texts.get("number", ""))
    said = [text for text in map(_said, cells) if text]
    if not said:
        return RowKind.EMPTY
    is_number = could_be_number(number)
    kinds = (
        (RowKind.EXAMPLE, marks_example(said[0]) or bool(_EXAMPLE_NAME.fullmatch(name))),
        (RowKind.TITLE, _is_hint(said)),
        (RowKind.FOOTER, not name and bool(_DAY.fullmatch(number))),
        (RowKind.PERSON, is_number and (_is_sure(number) or _is_name(name))),
        (RowKind.TOTAL, _is_total(said)),
        (RowKind.FOOTER, not is_number and _is_footer(name, number, said)),
        (RowKind.PERSON, bool(name or number) or _tells_person(texts) or _holds_person(said)),
        (RowKind.EMPTY, _holds_defaults_only(texts, cells)),
    )
    return next((kind for kind, is_one in kinds if is_one), RowKind.TITLE)


@lru_cache(1024)
def marks_example(first: str) -> bool:
    """Return whether the first cell of a row says that it is an example."""
    return bool(_EXAMPLE.fullmatch(compact(first).upper()))


def could_be_number(written: str) -> bool:
    """Return whether a text could be the number of a document, whole, mistyped or mangled."""
    text = compact(written).upper()
    return bool(_SCIENTIFIC.fullmatch(text) or _NUMBER.fullmatch(_BESIDE_NUMBER.sub("", text)))


def could_be_name(written: str) -> bool:
    """Return whether a text could be a name: it has a letter, and no sign of a label."""
    return (
        any(char.isalpha() for char in written)
        and len(written) <= _LONGEST_NAME
        and not _COLON.search(written)
        and not any(char.isdigit() for char in written)
    )


def _is_hint(said: Sequence[str]) -> bool:
    """Return whether a row tells how its columns are filled in, or counts them: 1, 2, 3."""
    numbers = [str(number) for number in range(1, len(said) + 1)]
    return len(said) > 1 and (all(map(_HINT.fullmatch, said)) or list(said) == numbers)


def _said(text: str) -> str:
    """Return a text without spaces, "" for strokes and noughts that fill a cell."""
    said = compact(text)
    return "" if _NOTHING.fullmatch(said) else said


def _is_sure(number: str) -> bool:
    """Return whether a number is as long as those of persons are."""
    bare = _BESIDE_NUMBER.sub("", number.upper())
    return bool(_SURE.fullmatch(bare) or _SCIENTIFIC.fullmatch(number.upper()))


def _is_name(name: str) -> bool:
    """Return whether a text could be a name, and is none of the words beside lists."""
    words = (_TOTAL, _SIGNER, _NOTE, _CLOSING)
    return could_be_name(name) and not any(one.fullmatch(name) for one in words)


def _is_total(said: Sequence[str]) -> bool:
    """Return whether a row adds up: it says so, or holds nothing but numbers of persons."""
    return any(_TOTAL.fullmatch(text) for text in said) or all(map(_COUNT.fullmatch, said))


def _is_footer(name: str, number: str, said: Sequence[str]) -> bool:
    """Return whether a row without a document's number is a note, or signs the list."""
    first, is_named = said[0], _is_name(name)
    if _SIGNER.fullmatch(first) or (len(said) == 1 and _SIGNER_BEGINS.match(first)):
        return True
    beside = (name,) if is_named else (name, first)
    if any(one.fullmatch(text) for text in beside for one in (_SIGNER, _NOTE, _CLOSING, _DAY)):
        return True
    return not number and not is_named and any(_COLON.search(text) for text in beside)


def _tells_person(texts: Mapping[str, str]) -> bool:
    """Return whether a row without name and number has a telephone number or a birth date."""
    phone = _PHONE.search(compact(texts.get("mobile", "")).replace("-", ""))
    return phone is not None or read_date(texts.get("birth_date", "")) is not None


def _holds_person(said: Sequence[str]) -> bool:
    """Return whether a number and a name stand beside the columns of the list."""
    return any(_is_sure(text) and could_be_number(text) for text in said) and any(
        map(_is_name, said)
    )


def _holds_defaults_only(texts: Mapping[str, str], cells: Sequence[str]) -> bool:
    """Return whether a row holds words that were filled in beforehand, and a running number."""
    readers: Mapping[str, Callable[[str], object]] = {
        "document_kind": read_document_kind,
        "occupation_class": read_occupation_class,
        "sex": read_sex,
    }
    if any(isinstance(readers[field](texts.get(field, "")), Reason) for field in readers):
        return False
    others = [text for text in cells if text and text not in texts.values()]
    return all(text.isdecimal() for text in others)
