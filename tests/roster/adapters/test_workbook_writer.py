from dataclasses import replace
from datetime import date
from io import BytesIO

from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from services.roster.adapters.corrections import corrected_batch
from services.roster.adapters.workbook_writer import failed_rows, person_template, roster_workbook
from services.roster.domain.checking import check_row
from services.roster.domain.outcomes import ToldRow
from services.roster.domain.persons import RawRow, read_person
from services.roster.domain.reasons import Reason
from shared.contracts.roster import RosterPerson
from tests.people import invented_people
from tests.roster.reading import written_rows

TODAY = date(2026, 11, 24)
BATCH = "7f0c3f6e-1d3f-4c43-9f0c-1b6a2a7f4c11"


def _failed(row: RawRow, *reasons: Reason) -> ToldRow:
    return ToldRow(row, reasons, taken=False, refused=True)


def test_the_template_holds_its_columns_and_nobody() -> None:
    """Number columns are text, three columns offer their words, a second sheet says how."""
    content = person_template()
    assert written_rows(content) == []
    book = load_workbook(BytesIO(content))
    sheet, instructions = book.worksheets
    titles = "序号,参保人姓名 *,身份证号 *,手机号,证件类型,职业类别,备注,性别,出生日期"
    assert [cell.value for cell in sheet[1]] == titles.split(",")
    assert sheet.column_dimensions["C"].number_format == "@"
    assert [
        (str(listed.sqref)[:2], listed.formula1) for listed in sheet.data_validations.dataValidation
    ] == [
        ("E2", '"居民身份证,港澳台居民居住证,外国人永久居留身份证,护照"'),
        ("F2", '"一般职业,高危职业"'),
        ("H2", '"男,女"'),
    ]
    assert instructions.title == "填写说明"


def test_failed_rows_come_back_as_they_were_written_with_their_reasons() -> None:
    """Ready to correct and upload; the reasons are no column of persons."""
    row = RawRow(7, "张3", "3.70203E+17", "1380000", "护照", "高危", "焊工", "男", "昨天", "甲")
    _, reasons = read_person(row, TODAY)
    content = failed_rows([_failed(row, *reasons)], BATCH)
    assert written_rows(content) == [replace(row, row_no=2, sheet="")]
    assert corrected_batch(content) == BATCH
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    assert sheet["J1"].value == "失败原因"
    assert str(sheet["J2"].value).startswith("原工作表“甲”第 7 行：“参保人姓名”中有")


def test_failed_rows_are_known_again_after_a_spreadsheet_program_saved_them() -> None:
    """The corrected workbook says which batch it corrects; another one says nothing."""
    content = failed_rows([_failed(RawRow(2, "张三"))], BATCH)
    book, saved = load_workbook(BytesIO(content)), BytesIO()
    book.worksheets[0]["C2"] = "E12345678"
    book.save(saved)
    assert corrected_batch(saved.getvalue()) == BATCH
    assert corrected_batch(person_template()) is None


def test_what_a_user_wrote_never_becomes_a_formula() -> None:
    """Cells that begin with = + - @ are text."""
    row = RawRow(2, "=1+1", "+1", "-1", "@SUM(A1)", remark='=HYPERLINK("http://x")')
    sheet = load_workbook(BytesIO(failed_rows([_failed(row)], BATCH))).worksheets[0]
    assert {cell.data_type for cell in sheet[2] if cell.value} == {"s"}
    assert sheet["B2"].value == "=1+1"


def _seen(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())


@settings(deadline=None)
@given(st.text(), st.text())
@example("张\x00三\ud800", "\ufffe\x1f请修改")
def test_any_text_at_all_can_be_written(name: str, message: str) -> None:
    """Characters that no workbook may hold are left out; all that can be seen is there."""
    content = failed_rows([_failed(RawRow(2, name), Reason("x", message, "name"))], BATCH)
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    assert _seen(str(sheet["B2"].value or "")) == _seen(name)
    assert _seen(str(sheet["J2"].value)) == _seen(f"原第 2 行：{message}")


def test_a_roster_has_a_sheet_per_plan_and_can_be_uploaded_again() -> None:
    """Titles that Excel forbids or that are too long are cut, none is lost."""
    rows = [
        RawRow(number, one.name, one.number, one.mobile)
        for number, one in enumerate(invented_people(3), 3)
    ]
    persons = [person for row in rows if (person := read_person(row, TODAY)[0])]
    frozen = RosterPerson(
        name="李四",
        document_kind="passport",
        number="E12345678",
        sex=persons[0].sex,
        birth_date=persons[0].birth_date,
    )
    long = "女工特病2025版[标准版]/会费25元/一年期保障活动（青岛）"
    content = roster_workbook("某单位", {f"{long}一": persons, f"{long}二": [frozen]})
    book = load_workbook(BytesIO(content))
    assert len(book.sheetnames) == 2
    assert book.worksheets[0]["A1"].value == f"某单位 {long}一"
    assert [cell.value for cell in book.worksheets[1][3]][:4] == ["1", "李四", "护照", "E12345678"]
    checked = [check_row(row, {}, TODAY) for row in written_rows(content)]
    assert [one.person for one in checked[:-1]] == persons
    assert checked[-1].person is not None
    assert checked[-1].person.number == "E12345678"
