"""Persons: what a row of a spreadsheet says, and what is wrong with it."""

import re
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from services.roster.domain.choices import read_document_kind, read_occupation_class, read_sex
from services.roster.domain.dates import read_birth_date
from services.roster.domain.documents import NUMBER_EMPTY, Document, DocumentKind, read_document
from services.roster.domain.mobiles import read_mobile
from services.roster.domain.names import read_name
from services.roster.domain.reasons import Reason, Severity, refuses
from services.roster.domain.resident_numbers import may_have_lost_digits
from services.roster.domain.typed_text import compact, tidy
from shared.contracts.enrollment import OccupationClass, Sex

_T = TypeVar("_T")


TITLES = {
    "name": "参保人姓名",
    "number": "身份证号",
    "mobile": "手机号",
    "document_kind": "证件类型",
    "occupation_class": "职业类别",
    "remark": "备注",
    "sex": "性别",
    "birth_date": "出生日期",
}
"""Title of each field of `RawRow`, in the order of the template."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as the sheet holds it: its number there, and the text of each column."""

    row_no: int
    name: str = ""
    number: str = ""
    mobile: str = ""
    document_kind: str = ""
    occupation_class: str = ""
    remark: str = ""
    sex: str = ""
    birth_date: str = ""
    sheet: str = ""
    """Name of the sheet where the file has several."""

    @property
    def where(self) -> str:
        """Return where the row is, in Chinese."""
        return f"工作表“{self.sheet}”第 {self.row_no} 行" if self.sheet else f"第 {self.row_no} 行"


@dataclass(frozen=True, slots=True)
class Person:
    """A person who can stand in a roster."""

    name: str
    document_kind: DocumentKind
    number: str
    sex: Sex
    birth_date: date
    mobile: str | None = None
    occupation_class: OccupationClass = OccupationClass.GENERAL
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A person who stands in a line."""

    plan_code: str
    person: Person
    unexpired: bool
    over_usual_age: bool
    person_id: int
    application_no: str


LONGEST_REMARK = 200


def read_person(row: RawRow, today: date) -> tuple[Person | None, tuple[Reason, ...]]:
    """Return the person of a row and all reasons; None when one of them is an error."""
    reasons: list[Reason] = []
    name = _kept(read_name(row.name), reasons)
    kind = _kept(read_document_kind(row.document_kind), reasons)
    document = _kept(_read_document(kind, row.number, today), reasons)
    mobile = _kept(read_mobile(row.mobile), reasons)
    occupation_class = _kept(read_occupation_class(row.occupation_class), reasons)
    remark = _kept(_read_remark(row.remark), reasons)
    carried = (document.sex, document.birth_date) if document else (None, None)
    # A refused number has its own reason; the columns that it replaces are not asked for too.
    needed = document is not None or kind is DocumentKind.PASSPORT
    sex = _agreed(_SEX, carried[0], read_sex(row.sex), reasons, needed=needed)
    born = read_birth_date(row.birth_date, today)
    birth_date = _agreed(_BIRTH_DATE, carried[1], born, reasons, needed=needed)
    if document and document.kind is not DocumentKind.PASSPORT:
        reasons.extend([_ROUNDED] if may_have_lost_digits(document.number) else [])
    reasons = _with_errors(row, reasons)
    if refuses(reasons):
        return None, tuple(reasons)
    assert name
    assert document
    assert sex
    assert birth_date
    assert occupation_class
    person = Person(
        name, document.kind, document.number, sex, birth_date, mobile, occupation_class, remark
    )
    return person, tuple(reasons)


_CELL_ERROR = re.compile(
    r"#(?:N/A|RESULT\?|(?:REF|VALUE|DIV/0|NUM|NULL|SPILL|CALC|FIELD|BLOCKED|CONNECT|BUSY|UNKNOWN)!|NAME\?"
    r"|GETTING_DATA)"
)
"""As spreadsheets show a formula that has no result: `#N/A`, `#REF!`, `#NAME?`."""
_NO_RESULT = "的公式出错或没有结果：请用表格软件打开、保存后重新上传，或改为实际内容。"
_SEX, _BIRTH_DATE = ("sex", "性别"), ("birth_date", "出生日期")
_ROUNDED = Reason(
    "number_ends_in_zeros",
    "“身份证号”以 000 结尾，请核对末几位是否被表格改成了 0。",
    "number",
    Severity.WARNING,
)


def _with_errors(row: RawRow, reasons: list[Reason]) -> list[Reason]:
    """Return the reasons; those of cells with errors give way to one that says so."""
    wrong = [field for field in TITLES if _CELL_ERROR.fullmatch(getattr(row, field))]
    return [one for one in reasons if one.column not in wrong] + [
        Reason("cell_error", f"“{TITLES[field]}”{_NO_RESULT}", field) for field in wrong
    ]


def _kept(read: _T | Reason, reasons: list[Reason]) -> _T | None:
    if isinstance(read, Reason):
        reasons.append(read)
        return None
    return read


def _read_document(
    kind: DocumentKind | None, written: str, today: date
) -> Document | Reason | None:
    if kind is not None:
        return read_document(kind, written, today)
    return None if compact(written) else NUMBER_EMPTY


def _read_remark(written: str) -> str | Reason | None:
    remark = tidy(written)
    if len(remark) > LONGEST_REMARK:
        return Reason("remark_length", "“备注”请勿超过 200 字。", "remark")
    return remark or None


def _agreed(
    column: tuple[str, str],
    carried: _T | None,
    written: _T | Reason | None,
    reasons: list[Reason],
    *,
    needed: bool,
) -> _T | None:
    """Return what the number, else the column, says; add the reason when that is nothing."""
    field, title = column
    if isinstance(written, Reason):
        reasons.append(written)
        return None
    if carried and written and carried != written:
        message = f"“{title}”与证件号码不一致，请更正其中一项，或将“{title}”留空。"
        reasons.append(Reason(f"{field}_disagrees", message, field))
    elif needed and not carried and not written:
        message = f"该证件号码不含{title}，请填写“{title}”列。"
        reasons.append(Reason(f"{field}_missing", message, field))
    return carried or written
