from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from services.roster.adapters.workbook_reader import read_rows
from services.roster.domain.persons import RawRow, read_person
from shared.errors import Invalid
from tests.people import invented_people

TODAY = date(2026, 11, 24)
PERSON = ["1", "张三", "370203198607091894", "13800005678"]
HEADER = ["序号", "姓名", "身份证号", "手机号"]
XLS = (Path(__file__).parent / "three_people.xls").read_bytes()


def _workbook(*rows: Sequence[object]) -> bytes:
    book = Workbook()
    assert book.active
    for row in rows:
        book.active.append(row)
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _refusal(content: bytes, **limits: int) -> str:
    with pytest.raises(Invalid) as refused:
        read_rows(content, **limits)
    return refused.value.code


@pytest.mark.parametrize(
    "header",
    [
        ["序号", "参保人姓名 *", "身份证号 *", "手机号"],
        ["序号", "姓 名", "身份证号码", "联系电话"],
        ["序号", "姓名＊", "证件号码（必填）", "手机号码"],
        ["No", "姓名\n", "证件号:", "移动电话"],
    ],
)
def test_headers_are_known_by_their_synonyms(header: list[str]) -> None:
    """With stars, spaces and brackets, under title rows and blank rows."""
    rows = read_rows(_workbook(["参保人员名单"], [], header, PERSON)).rows
    assert rows == [RawRow(4, "张三", "370203198607091894", "13800005678")]


def test_numbers_and_dates_become_the_text_that_was_meant() -> None:
    """A mobile stays exact; an ID stored as a number says that it lost digits; dates are ISO."""
    content = _workbook(
        [*HEADER, "出生日期"],
        [1, "张三", 370203198607091894, 13800005678, datetime(1986, 7, 9)],  # noqa: DTZ001
        [2, "李四", "370203198607091894", "13800005678", date(1986, 7, 9)],
    )
    first, second = read_rows(content).rows
    assert first.number == "3.70203E+17"
    assert {reason.code for reason in read_person(first, TODAY)[1]} == {"number_scientific"}
    assert first.mobile == second.mobile == "13800005678"
    assert first.birth_date == second.birth_date == "1986-07-09"


def test_rows_without_persons_are_left_out() -> None:
    """Blank rows, examples, instructions, repeated headers, totals, signatures."""
    content = _workbook(
        HEADER,
        ["示例", "张三", "370203198607091894", "13800005678"],
        ["填写说明：带 * 为必填"],
        [],
        [" ", "\u3000", None, ""],
        PERSON,
        HEADER,
        ["合计", None, None, 1],
        ["填表人：李四"],
        [None, "王五", None, None],
    )
    assert [row.row_no for row in read_rows(content).rows] == [6, 10]


def test_the_first_visible_sheet_with_a_header_is_read() -> None:
    """Hidden sheets and cover sheets are passed over."""
    book = Workbook()
    cover = book.active
    assert cover
    cover.append(["封面"])
    hidden = book.create_sheet("旧名单")
    hidden.append(HEADER)
    hidden.append([*PERSON[:1], "旧人", *PERSON[2:]])
    hidden.sheet_state = "hidden"
    roster = book.create_sheet("名单")
    roster.append(HEADER)
    roster.append(PERSON)
    assert [row.name for row in read_rows(_saved(book)).rows] == ["张三"]


def test_an_old_xls_is_read() -> None:
    """Synonyms, numbers and real dates as in xlsx."""
    people = invented_people(3, seed=7)
    assert read_rows(XLS).rows == [
        RawRow(row_no, one.name, one.number, one.mobile, birth_date=one.birth_date.isoformat())
        for row_no, one in enumerate(people, 3)
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_csv_is_read_in_every_encoding(encoding: str, separator: str) -> None:
    """GB18030, UTF-8 with and without BOM; a formula around the number is taken off."""
    lines = [HEADER, ["1", "张三", '"=""370203198607091894"""', "13800005678"]]
    text = "\r\n".join(["名单", "", *(separator.join(line) for line in lines)])
    assert read_rows(text.encode(encoding)).rows == [
        RawRow(4, "张三", "370203198607091894", "13800005678")
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_an_html_table_saved_as_xls_is_read(encoding: str) -> None:
    """Cells that span columns keep their neighbours in place."""
    cells = "".join(f"<td>{text}</td>" for text in ["1", "<b>张</b>三", *PERSON[2:]])
    page = (
        "<html><head><meta charset=gb2312></head><body><table><tr><td colspan=4>名单"
        f"<tr><th>序号<th>姓名<br>*<th>身份证号<th>手机号<tr><!-- 注 -->{cells}</tr></table>"
    )
    assert read_rows(page.encode(encoding)).rows == [
        RawRow(3, "张三", "370203198607091894", "13800005678")
    ]


def test_a_sheet_that_claims_a_million_rows_is_read_like_any_other() -> None:
    """Formatted but empty cells count for nothing."""
    book = Workbook()
    sheet = book.active
    assert sheet
    sheet.append(HEADER)
    sheet.append(PERSON)
    sheet["XFD1048576"].number_format = "@"
    assert len(read_rows(_saved(book)).rows) == 1
    sheet["D1048576"] = " "
    assert len(read_rows(_saved(book)).rows) == 1


def test_content_at_the_far_corner_is_refused_before_it_fills_the_memory() -> None:
    """17 billion cells would be needed to hold it."""
    book = Workbook()
    sheet = book.active
    assert sheet
    sheet.append(HEADER)
    sheet["XFD1048576"] = "x"
    assert _refusal(_saved(book)) == "sheet_too_wide"


def test_a_file_that_cannot_be_read_says_why() -> None:
    """Each refusal has a code of its own."""
    assert _refusal(b"") == "file_empty"
    assert _refusal(_workbook()) == "file_empty"
    assert _refusal(b"%PDF-1.7\n\xff\xff\xff") == "file_unreadable"
    assert _refusal(b"PK\x03\x04 no zip") == "file_unreadable"
    assert _refusal(XLS[:600]) == "file_unreadable"
    assert _refusal(b"<?xml version='1.0'?><Workbook/>") == "file_unreadable"
    assert _refusal(XLS[:512] + "EncryptedPackage".encode("utf-16-le")) == "file_encrypted"
    assert _refusal(_workbook(HEADER, PERSON, PERSON), limit=1) == "too_many_rows"
    assert _refusal(_workbook(HEADER, PERSON), largest=1000) == "file_too_large"


def test_a_missing_header_names_the_missing_columns() -> None:
    """Only those that are not there."""
    with pytest.raises(Invalid, match="表头“身份证号”：") as refused:
        read_rows(_workbook(["姓名", "手机号"], ["张三", "13800005678"]))
    assert refused.value.code == "header_missing"
    with pytest.raises(Invalid, match="“参保人姓名”“身份证号”"):
        read_rows("张三,370203198607091894".encode())


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    """Whatever its name was."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert _refusal(file.getvalue()) == "file_unreadable"


def _answered(content: bytes) -> None:
    try:
        read_rows(content)
    except Invalid:
        return


@given(
    st.sampled_from([b"", b"PK\x03\x04", XLS[:8], b"<table><tr>", b"\xff\xfe", b"\xef\xbb\xbf"]),
    st.binary(max_size=2000),
)
def test_any_bytes_at_all_are_answered(start: bytes, rest: bytes) -> None:
    """Rows or a refusal, never a crash."""
    _answered(start + rest)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 5000), st.binary(min_size=1, max_size=40))
def test_a_damaged_workbook_is_answered(at: int, damage: bytes) -> None:
    """Rows or a refusal, never a crash."""
    whole = _workbook(HEADER, PERSON)
    at %= len(whole)
    _answered(whole[:at] + damage + whole[at + len(damage) :])
    _answered(whole[:at])


@given(st.text())
def test_any_text_at_all_in_a_cell_of_csv_is_answered(text: str) -> None:
    """Never a crash."""
    _answered(f"姓名,身份证号\n{text},{text}".encode("utf-8", "replace"))
