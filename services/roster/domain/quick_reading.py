"""Reading plain rows: the same person as `read_person`, at a tenth of the time.

Nearly all rows of a file are plain: a Chinese name, a resident ID that checks, columns with words
that come again and again. What a row shares with others (district, birth date, words) is read once
and looked up. Whatever is not plain is left to `read_person`: None.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import NamedTuple, TypeVar

from services.roster.domain.choices import read_document_kind, read_occupation_class, read_sex
from services.roster.domain.dates import read_date
from services.roster.domain.documents import DocumentKind, misplaced
from services.roster.domain.eligibility import age_on, is_above_usual_age, may_join
from services.roster.domain.names import USUAL_NAME
from services.roster.domain.persons import LONGEST_REMARK, Person
from services.roster.domain.reasons import Reason, refuses
from services.roster.domain.resident_numbers import born_on, may_have_lost_digits
from services.roster.domain.typed_text import tidy
from shared.contracts.enrollment import OccupationClass, PlanRules, Sex

T = TypeVar("T")


class PlainPerson(NamedTuple):
    """A person with a resident ID, whom every plan takes."""

    name: str
    number: str
    sex: Sex
    birth_date: date
    mobile: str | None
    occupation_class: OccupationClass
    remark: str | None
    over_usual_age: int
    """The plans that warn of the age: bits, in their order."""

    def person(self) -> Person:
        """Return the person as any other row has it."""
        name, number, sex, born, mobile, work, remark, _ = self
        return Person(name, _RESIDENT, number, sex, born, mobile, work, remark)


PlainReader = Callable[[Sequence[object]], PlainPerson | None]

_Who = tuple[str, str, Sex, date, int]
"""Name, number, sex, birth date, age."""
_What = tuple[str | None, OccupationClass, str | None]
"""Mobile, occupation class, remark."""

_CARRIED = ("sex", "birth_date")
_SAID = ("mobile", "occupation_class", "remark", "document_kind")
_RESIDENT, _GENERAL = DocumentKind.RESIDENT_ID, OccupationClass.GENERAL
_DIGITS = re.compile(r"[0-9]+")
_LENGTH = 18
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_UNESCAPED = re.compile(r"[^\"\\#\x00-\x1f\ud800-\udfff]*")
"""Without what JSON escapes, and without the sign of an error."""
_NOTHING = (None, "")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""Of a number's digits; their weighted sum, modulo 11, gives the check (GB 11643, ISO 7064)."""
_CHECKS = "10X98765432"
_KEPT = 20_000
"""Districts, days and words that are remembered; a plain file has fewer."""


class PlainRows:
    """Reads the plain rows of one file for some plans, on one day."""

    def __init__(self, rules: Mapping[str, PlanRules], today: date) -> None:
        """Take the rules by plan code, in the order of the bits, and the day of import."""
        self._rules = list(rules.values())
        self._today = today
        self._birth = lru_cache(_KEPT)(self._read_birth)
        self._warned = lru_cache(_KEPT)(self._judge)

    def reader(self, at: Mapping[str, int]) -> PlainReader:
        """Return what reads a row whose fields stand in these columns."""
        width = max(at.values()) + 1
        identified, described = self._identifying(at), _describing(at)
        warned_of = self._warned

        def read(cells: Sequence[object]) -> PlainPerson | None:
            if len(cells) < width:
                return None
            who, what = identified(cells), described(cells)
            if who is None or what is None:
                return None
            name, number, sex, born, age = who
            mobile, work, remark = what
            warned = warned_of(age, sex, work)
            if warned is None:
                return None
            return PlainPerson(name, number, sex, born, mobile, work, remark, warned)

        return read

    def _identifying(self, at: Mapping[str, int]) -> Callable[[Sequence[object]], _Who | None]:
        """Return what reads the name and the number, and whether sex and birth date agree."""
        name_at, number_at, sex_at, birth_at = at["name"], at["number"], *_places(at, *_CARRIED)
        is_name, birth_of = USUAL_NAME.fullmatch, self._birth

        def identified(cells: Sequence[object]) -> _Who | None:
            name, number = cells[name_at], cells[number_at]
            if type(name) is not str or type(number) is not str:
                return None
            if len(number) != _LENGTH or not (is_name(name) or is_name(name := name.strip())):
                return None
            birth, place, serial = (
                birth_of(number[6:14]),
                _place(number[:6]),
                _serial(number[14:17]),
            )
            if birth is None or place is None or serial is None:
                return None
            (born, age, birth_sum), (sex, serial_sum) = birth, serial
            is_checked = _CHECKS[(place + birth_sum + serial_sum) % 11] == number[17]
            if not is_checked or may_have_lost_digits(number):
                return None
            agrees = (sex_at is None or _sex(cells[sex_at]) in (None, sex)) and (
                birth_at is None or _day(cells[birth_at]) in (None, born)
            )
            return (name, number, sex, born, age) if agrees else None

        return identified

    def _read_birth(self, digits: str) -> tuple[date, int, int] | None:
        """Return the day of eight digits, the age, their sum; None when nobody was born then."""
        born = born_on(digits, self._today) if _DIGITS.fullmatch(digits) else None
        if born is None or isinstance(born, Reason):
            return None
        return born, age_on(born, self._today), _weighted(digits, 6)

    def _judge(self, age: int, sex: Sex, work: OccupationClass) -> int | None:
        """Return the plans that warn of the age; None when one refuses such a person."""
        born = date(self._today.year - age, 1, 1)
        person = Person("", DocumentKind.RESIDENT_ID, "", sex, born, None, work)
        bits = 0
        for bit, rules in enumerate(self._rules):
            reasons = may_join(person, rules, self._today)
            if refuses(reasons):
                return None
            bits |= is_above_usual_age(reasons) << bit
        return bits


def _describing(at: Mapping[str, int]) -> Callable[[Sequence[object]], _What | None]:
    """Return what reads all but name and number; None for a document that is no resident ID."""
    mobile_at, class_at, remark_at, kind_at = _places(at, *_SAID)

    def described(cells: Sequence[object]) -> _What | None:
        mobile = _mobile(cells[mobile_at]) if mobile_at is not None else ""
        work = _class(cells[class_at]) if class_at is not None else _GENERAL
        remark = _remark(cells[remark_at]) if remark_at is not None else ""
        kind = _kind(cells[kind_at]) if kind_at is not None else _RESIDENT
        if mobile is None or work is None or remark is None or kind is not _RESIDENT:
            return None
        return mobile or None, work, remark or None

    return described


def _places(at: Mapping[str, int], *fields: str) -> list[int | None]:
    return [at.get(field) for field in fields]


def _mobile(cell: object) -> str | None:
    if cell in _NOTHING:
        return ""
    text = f"{cell:.0f}" if type(cell) is float and cell.is_integer() else cell
    return text if type(text) is str and _MOBILE.fullmatch(text) else None


@lru_cache(_KEPT)
def _remark(cell: object) -> str | None:
    """Return a remark, tidy, "" for none; None for one in which JSON escapes something."""
    if cell in _NOTHING:
        return ""
    text = tidy(cell) if type(cell) is str else '"'
    return text if len(text) <= LONGEST_REMARK and _UNESCAPED.fullmatch(text) else None


def _weighted(digits: str, first: int) -> int:
    """Return the weighted sum of digits, of which the first is number `first` from 0."""
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS[first:], digits, strict=False))


@lru_cache(_KEPT)
def _place(digits: str) -> int | None:
    """Return the sum of the six digits of a district; None for a place that residents lack."""
    if not _DIGITS.fullmatch(digits) or misplaced(DocumentKind.RESIDENT_ID, digits):
        return None
    return _weighted(digits, 0)


@lru_cache(_KEPT)
def _serial(digits: str) -> tuple[Sex, int] | None:
    """Return the sex that three digits of a serial number tell, and their sum."""
    if not _DIGITS.fullmatch(digits):
        return None
    return (Sex.MALE if int(digits[2]) % 2 else Sex.FEMALE), _weighted(digits, 14)


@lru_cache(_KEPT)
def _kind(cell: object) -> DocumentKind | Reason | None:
    return _read_word(cell, read_document_kind)


@lru_cache(_KEPT)
def _class(cell: object) -> OccupationClass | None:
    read = _read_word(cell, read_occupation_class)
    return None if isinstance(read, Reason) else read


@lru_cache(_KEPT)
def _sex(cell: object) -> object:
    """Return a sex; None for an empty cell, anything else for what is no sex."""
    return read_sex(cell) if type(cell) is str else cell


@lru_cache(_KEPT)
def _day(cell: object) -> object:
    """Return a day; None for an empty cell, anything else for what is no day."""
    if type(cell) is datetime and cell.time() == time():
        return cell.date()
    if type(cell) is not str:
        return cell
    return (read_date(cell) or cell) if tidy(cell) else None


def _read_word(cell: object, read: Callable[[str], T]) -> T | None:
    """Return what a word means; None for a cell that holds none."""
    return read("" if cell is None else cell) if cell is None or type(cell) is str else None
