"""Values that all services share: money, amounts in words, days, numbers of things."""

import re
import unicodedata
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from pydantic import (
    AwareDatetime,
    BeforeValidator,
    Field,
    PlainSerializer,
    Strict,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

CENT = Decimal("0.01")
MONEY = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?")
WRITTEN = "money is written as a string with at most two decimals, never as a number"
LARGEST_AMOUNT = Decimal("999999999999.99")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _exact(value: object) -> object:
    if isinstance(value, Decimal) or (isinstance(value, str) and MONEY.fullmatch(value)):
        return value
    raise PydanticCustomError("money", WRITTEN)


def money_text(amount: Decimal) -> str:
    """Write CNY with two decimals, without separators: `2375.00`."""
    return f"{amount:.2f}"


Money = Annotated[
    Decimal,
    BeforeValidator(_exact),
    Field(ge=-LARGEST_AMOUNT, le=LARGEST_AMOUNT, decimal_places=2),
    PlainSerializer(money_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "decimal", "pattern": r"^-?\d+\.\d{2}$"}),
]
"""CNY, exact to the 分; JSON: a string with two decimals."""


def _day(value: object) -> object:
    if type(value) is date or (isinstance(value, str) and DAY.fullmatch(value)):
        return value
    raise PydanticCustomError("date_parsing", "a day is a string like 2026-01-31")


def _moment(value: object) -> object:
    if isinstance(value, datetime) or (isinstance(value, str) and DAY.match(value)):
        return value
    raise PydanticCustomError("datetime_parsing", "a time is a string like RFC 3339 has it")


Day = Annotated[date, BeforeValidator(_day)]
"""A day as clients write it, `2026-01-31`; a number is none, though pydantic counts seconds."""
Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]
"""A time as clients write it, RFC 3339 with its zone; a number is none."""
Whole = Annotated[int, Strict()]
"""A whole number in JSON; neither `true` nor a text is one."""
Flag = Annotated[bool, Strict()]
"""`true` or `false` in JSON; neither a number nor a text is one."""
MOST_PERSONS = 10_000_000
"""No unit has more persons; larger counts are mistyped."""
LARGEST_ID = 2**63 - 1
"""The largest integer of the database (bigint)."""


LONGEST_FIELD = 1_000
"""Characters; longer than any field of ours may be."""
LONGEST_FOLDED = 100
"""Characters of a text that are searched: an index holds no more."""


def half_width(text: str) -> str:
    """Return text in NFKC; one that is too long for any field as it is.

    A text of nothing but marks takes quadratic time to normalise.
    """
    return unicodedata.normalize("NFKC", text) if len(text) <= LONGEST_FIELD else text


def bare(text: str) -> str:
    """Return text as numbers are compared: NFKC, upper case, no spaces, nothing invisible."""
    plain = half_width(text).upper()
    return "".join(sign for sign in plain if sign.isprintable() and sign != " ")


def folded(text: str) -> str:
    """Return text as searches compare it: bare, and no longer than an index holds."""
    return bare(text)[:LONGEST_FOLDED]


def _bare(value: object) -> object:
    return bare(value) if isinstance(value, str) else value


def _trimmed(value: object) -> object:
    if not isinstance(value, str):
        return value
    seen = [at for at, sign in enumerate(value) if sign.isprintable() and not sign.isspace()]
    return value[seen[0] : seen[-1] + 1] if seen else ""


Trimmed = BeforeValidator(_trimmed)
"""Takes spaces and invisible signs off the ends of a text: what holds nothing else is empty."""

ApplicationNo = Annotated[str, StringConstraints(pattern=r"^PRT\d{10}$"), BeforeValidator(_bare)]
ConfirmationNo = Annotated[
    str, StringConstraints(pattern=r"^G\d{4}\d{8}\d{8}$"), BeforeValidator(_bare)
]
"""Understood in lower case, full-width and with spaces, as people type them."""
NUMBER_LENGTH = 13
CONFIRMATION_NUMBER_LENGTH = 21


def application_no(sequence: int) -> str:
    """Write the number of an application (申请书号): `PRT` + 10 digits."""
    return f"PRT{sequence:010d}"


def percentage(part: int, whole: int) -> Decimal:
    """Return part ÷ whole in per cent, two decimals, half up; 0 when the whole is 0."""
    if whole == 0:
        return Decimal("0.00")
    return (Decimal(part * 100) / whole).quantize(CENT, ROUND_HALF_UP)


def credit_code(written: str) -> str | None:
    """Return a unified social credit code (GB 32100) normalised, or None when it is not one."""
    compact = written.strip().upper()
    try:
        return str(uscc.validate(compact))
    except ValidationError:
        return None


_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")


def mobile(written: str) -> str | None:
    """Return a mobile of eleven digits, without +86, spaces and hyphens; None when it is none."""
    found = _MOBILE.fullmatch(bare(written).lstrip("'").replace("-", ""))
    return found[1] if found else None


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")


def amount_in_words(amount: Decimal) -> str:
    """Write an amount in capital Chinese numerals (大写) as receipts do; never negative.

    One 零 stands for a gap inside the number, 零 for a missing 角 before 分, 整 after 元 or 角.
    """
    if not 0 <= amount <= LARGEST_AMOUNT or amount != amount.quantize(CENT):
        raise ValueError("an amount in words is not negative, below 万亿 and exact to the 分")
    cents = int(amount.scaleb(2))
    yuan, (jiao, fen) = cents // 100, divmod(cents % 100, 10)
    words = f"{_integer_in_words(yuan)}元" if yuan or not cents else ""
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif fen and yuan:
        words += "零"
    return words + (f"{_DIGITS[fen]}分" if fen else "整")


def _integer_in_words(number: int) -> str:
    if number == 0:
        return "零"
    words, gap = "", False
    for group in range(len(_GROUPS) - 1, -1, -1):
        part = number // 10_000**group % 10_000
        if part == 0:
            gap = bool(words)
            continue
        if words and (gap or part < 1000):  # noqa: PLR2004 - a group that lacks its thousands
            words += "零"
        words += _group_in_words(part) + _GROUPS[group]
        gap = False
    return words


def _group_in_words(part: int) -> str:
    words, gap = "", False
    for place in range(3, -1, -1):
        digit = part // 10**place % 10
        if digit == 0:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return words


MOST_UNMASKED = 4
"""Characters at each end of a number."""


def mask_name(name: str) -> str:
    """Return a name with its first and last character, 张*三; of two the first, 张*."""
    if len(name) <= 2:  # noqa: PLR2004 - a name of two characters
        return f"{name[:1]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def mask_number(number: str) -> str:
    """Return a number with four characters at each end, 3702**********1234; fewer of short ones."""
    kept = min(MOST_UNMASKED, len(number) // 4)
    if kept == 0:
        return "*" * len(number)
    return f"{number[:kept]}{'*' * (len(number) - 2 * kept)}{number[-kept:]}"


def mask_mobile(mobile: str) -> str:
    """Return a mobile with its first three and last four digits: 138****5678."""
    return f"{mobile[:3]}****{mobile[-4:]}"


def mask_address(address: str) -> str:
    """Return an e-mail address with the first character of its name: z***@example.org."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}***@{domain}"
