"""Workbooks that units download: the template, failed rows, rosters."""

from collections.abc import Mapping, Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty

from services.roster.adapters.columns import REQUIRED, TITLES
from services.roster.adapters.corrections import CORRECTS
from services.roster.adapters.instructions import HEADINGS, INSTRUCTIONS
from services.roster.adapters.text_sheets import TextSheet
from services.roster.domain.documents import DocumentKind
from services.roster.domain.persons import Person, RawRow
from services.roster.domain.reasons import Reason
from shared.contracts.labels import DOCUMENT_KINDS, OCCUPATION_CLASSES, SEXES
from shared.contracts.roster import RosterPerson

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""Media type of workbooks."""

_FIELDS = tuple(TITLES)
_HEADER = (
    "序号",
    *(f"{title} *" if field in REQUIRED else title for field, title in TITLES.items()),
)
_WIDTHS = (8, 18, 26, 16, 22, 12, 24, 8, 14)
_WORDS = {
    "document_kind": DOCUMENT_KINDS.values(),
    "occupation_class": OCCUPATION_CLASSES.values(),
    "sex": SEXES.values(),
}
_CHOICES = {_FIELDS.index(field) + 2: words for field, words in _WORDS.items()}

_ROSTER = ("序号", "姓名", "证件类型", "证件号码", "性别", "出生日期", "手机号", "职业类别", "备注")
_ROSTER_WIDTHS = (8, 18, 22, 26, 8, 14, 16, 12, 24)


def person_template() -> bytes:
    """Return the template: the sheet that operators fill, and instructions."""
    book = Workbook(write_only=True)
    TextSheet(book, "参保人信息", _WIDTHS, _CHOICES).header(_HEADER)
    instructions = TextSheet(book, "填写说明", (16, 14, 64, 24))
    instructions.header(HEADINGS)
    for row in INSTRUCTIONS:
        instructions.row(row)
    return _saved(book)


def failed_rows(rows: Sequence[tuple[RawRow, Sequence[Reason]]], import_id: str) -> bytes:
    """Return a workbook of rows as they were sent, each with its reasons, to correct and upload.

    It names the import whose failed rows it holds.
    """
    book = Workbook(write_only=True)
    book.custom_doc_props.append(StringProperty(name=CORRECTS, value=import_id))
    sheet = TextSheet(book, "失败人员", (*_WIDTHS, 80), _CHOICES)
    sheet.header((*_HEADER, "失败原因"))
    for number, (row, reasons) in enumerate(rows, 1):
        written = (getattr(row, field) for field in _FIELDS)
        why = f"原第 {row.row_no} 行：{''.join(reason.message for reason in reasons)}"
        sheet.row((str(number), *written, why))
    return _saved(book)


def roster_workbook(title: str, plans: Mapping[str, Sequence[Person | RosterPerson]]) -> bytes:
    """Return a workbook with a sheet of persons per plan, with full numbers."""
    book = Workbook(write_only=True)
    for plan, persons in plans.items():
        sheet = TextSheet(book, plan, _ROSTER_WIDTHS)
        sheet.title(f"{title} {plan}")
        sheet.header(_ROSTER, row=2)
        for number, person in enumerate(persons, 1):
            sheet.row((str(number), *_texts(person)))
    return _saved(book)


def _texts(person: Person | RosterPerson) -> tuple[str | None, ...]:
    return (
        person.name,
        DOCUMENT_KINDS[DocumentKind(person.document_kind)],
        person.number,
        SEXES[person.sex],
        person.birth_date.isoformat(),
        person.mobile,
        OCCUPATION_CLASSES[person.occupation_class],
        person.remark,
    )


def _saved(book: Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()
