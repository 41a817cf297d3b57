"""Workbooks that units download: the template, failed rows, rosters."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from io import BytesIO
from itertools import count
from operator import attrgetter

from openpyxl import Workbook

from services.roster.adapters.columns import REQUIRED
from services.roster.adapters.corrections import CORRECTS
from services.roster.adapters.instructions import HEADINGS, INSTRUCTIONS
from services.roster.adapters.template_sheet import TemplateSheet
from services.roster.domain.documents import DocumentKind
from services.roster.domain.outcomes import ToldRow
from services.roster.domain.persons import TITLES, Person
from shared.contracts.labels import DOCUMENT_KINDS, OCCUPATION_CLASSES, SEXES
from shared.contracts.roster import RosterPerson
from shared.sheets.worksheet import TextTable
from shared.sheets.writing import text_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""Media type of workbooks."""

_FIELDS = tuple(TITLES)
_written = attrgetter(*_FIELDS)
_HEADER = (
    "序号",
    *(f"{title} *" if field in REQUIRED else title for field, title in TITLES.items()),
)
_WIDTHS = (8, 18, 26, 16, 22, 12, 24, 8, 14)
_WORDS = {
    "document_kind": [*DOCUMENT_KINDS.values()],
    "occupation_class": [*OCCUPATION_CLASSES.values()],
    "sex": [*SEXES.values()],
}
_CHOICES = {_FIELDS.index(field) + 2: words for field, words in _WORDS.items()}

_ROSTER = ("序号", "姓名", "证件类型", "证件号码", "性别", "出生日期", "手机号", "职业类别", "备注")
_ROSTER_WIDTHS = (8, 18, 22, 26, 8, 14, 16, 12, 24)


@cache
def person_template() -> bytes:
    """Return the template: the sheet that operators fill, and instructions."""
    book = Workbook(write_only=True)
    TemplateSheet(book, "参保人信息", _WIDTHS, _CHOICES).header(_HEADER)
    instructions = TemplateSheet(book, "填写说明", (16, 14, 64, 24))
    instructions.header(HEADINGS)
    for row in INSTRUCTIONS:
        instructions.row(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def failed_rows(rows: Iterable[ToldRow], import_id: str) -> bytes:
    """Return a workbook of rows as they were sent, each with its reasons, to correct and upload.

    It names the import whose failed rows it holds.
    """
    table = TextTable(
        "失败人员",
        (*_HEADER, "失败原因"),
        (*_WIDTHS, 80),
        map(_failed, count(1), rows),
        choices=_CHOICES,
    )
    return text_workbook([table], {CORRECTS: import_id})


def roster_workbook(title: str, plans: Mapping[str, Sequence[Person | RosterPerson]]) -> bytes:
    """Return a workbook with a sheet of persons per plan, with full numbers."""
    return text_workbook(
        [
            TextTable(
                plan,
                _ROSTER,
                _ROSTER_WIDTHS,
                map(_listed, count(1), persons),
                heading=f"{title} {plan}",
            )
            for plan, persons in plans.items()
        ]
    )


def _failed(number: int, told: ToldRow) -> Sequence[str]:
    return str(number), *_written(told.row), told.placed_why


def _listed(number: int, person: Person | RosterPerson) -> Sequence[str | None]:
    return str(number), *_texts(person)


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
