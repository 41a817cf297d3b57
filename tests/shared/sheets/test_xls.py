"""Old workbooks (.xls), back to Excel 2."""

import struct
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.sheets.cells import CellError
from shared.sheets.merges import Merge
from shared.sheets.reading import read_sheets
from tests.people import invented_people
from tests.shared.sheets.files import answered, refusal_of, rows_of, sheets_of
from tests.shared.sheets.old_books import (
    CHART,
    EOF,
    WORKSHEET,
    bof,
    boolean,
    compound,
    error,
    formula_error,
    merged,
    number,
    record,
    stream,
    text,
)

XLS = (Path(__file__).parent / "three_people.xls").read_bytes()
CELLS = text(0, 0, "姓名") + text(0, 1, "类") + text(1, 0, "张三") + text(1, 1, "高危")
BOOK = stream([("名单", 0, CELLS)])
READ = [["姓名", "类"], ["张三", "高危"]]


def test_texts_numbers_and_dates_are_read_as_in_new_workbooks() -> None:
    """Numbers of every kind are floats."""
    people = invented_people(3, seed=7)
    assert sheets_of(XLS) == {
        "名单": [
            ["2026 年参保人员名单"],
            ["序号", "姓名", "证件号码", "联系电话", "出生日期"],
            *(
                [float(place), one.name, one.number, float(one.mobile), one.birth_date]
                for place, one in enumerate(people, 1)
            ),
        ]
    }
    assert type(rows_of(XLS)[2][4]) is date


@pytest.mark.parametrize(
    "content",
    [
        compound([("Workbook", BOOK)]),
        compound([("SummaryInformation", b"x"), ("Workbook", BOOK)]),
        compound([("Workbook", BOOK)], small=True),
        BOOK,
    ],
    ids=["alone", "with others", "small", "bare"],
)
def test_a_workbook_is_found_in_its_file(content: bytes) -> None:
    """Programs put it among other things, a small one elsewhere; scripts write nothing around."""
    assert sheets_of(content) == {"名单": READ}


def test_a_large_workbook_is_read_to_its_end() -> None:
    """Beyond 7 MB a file lists its sectors in lists of lists."""
    cells = b"".join(text(row, 0, "x" * 8_000) for row in range(1_000))
    rows = rows_of(compound([("other", bytes(5_000)), ("Workbook", stream([("a", 0, cells)]))]))
    assert rows == [["x" * 8_000]] * 1_000


@pytest.mark.parametrize("place", [0, 40, 255, 256, 257, 0xFFFFFFFD])
def test_a_compound_file_that_names_no_directory_is_refused(place: int) -> None:
    """Its sectors end before, or hold something else."""
    content = bytearray(compound([("Workbook", BOOK)]))
    struct.pack_into("<I", content, 48, place)
    assert refusal_of(bytes(content)).code == "file_unreadable"


def test_a_list_of_sectors_that_goes_round_is_refused() -> None:
    """It would be read for ever."""
    content = bytearray(compound([("x", struct.pack("<128I", *[0xFFFFFFFF] * 127, 0))]))
    struct.pack_into("<I", content, 68, 0)
    assert refusal_of(bytes(content)).code == "file_unreadable"


def test_errors_truth_and_gaps_are_told_apart() -> None:
    """An error is not empty, and no number."""
    cells = error(0, 0, "#N/A") + formula_error(0, 1, "#REF!") + boolean(0, 3, value=True)
    book = stream([("a", 0, cells + boolean(2, 0, value=False) + number(2, 1, 1.0))])
    assert rows_of(book) == [
        [CellError("#N/A"), CellError("#REF!"), "", True],
        [],
        [False, 1.0],
    ]
    assert type(rows_of(book)[2][0]) is bool


@pytest.mark.parametrize(
    ("days", "value"),
    [
        (0.0, time()),
        (0.5, time(12)),
        (1.0, date(1900, 1, 1)),
        (31602.0, date(1986, 7, 9)),
        (31602.25, datetime(1986, 7, 9, 6)),  # noqa: DTZ001
        (-1.0, -1.0),
        (1e10, 1e10),
    ],
)
def test_a_number_that_is_shown_as_a_date_is_one(days: float, value: object) -> None:
    """With a time where it has one; a number that no date has stays."""
    style = record(0xE0, struct.pack("<HH16x", 0, 14))
    [[read]] = rows_of(stream([("a", 0, number(0, 0, days))], others=style))
    assert (read, type(read)) == (value, type(value))


def test_dates_of_a_mac_count_from_1904() -> None:
    """The workbook says so."""
    others = record(0xE0, struct.pack("<HH16x", 0, 14)) + record(0x22, b"\1\0")
    assert rows_of(stream([("a", 0, number(0, 0, 30140.0))], others=others)) == [[date(1986, 7, 9)]]


def test_two_hundred_sheets_are_read_and_no_more() -> None:
    """Each takes time."""
    assert len(sheets_of(stream([(str(place), 0, b"") for place in range(200)]))) == 200
    more = stream([(str(place), 0, b"") for place in range(201)])
    assert refusal_of(more).code == "file_too_large"


def test_merged_cells_hold_for_all_their_rows() -> None:
    """As in new workbooks."""
    cells = CELLS + text(2, 0, "李四") + text(3, 0, "王五") + merged((1, 2, 1, 1), (0, 0, 0, 1))
    [sheet] = read_sheets(stream([("a", 0, cells)]))
    assert list(sheet.merged) == [Merge(1, 1, 2, 1)]
    assert [list(row) for row in sheet.rows] == [*READ, ["李四", "高危"], ["王五"]]


def test_hidden_sheets_and_charts_are_passed_over() -> None:
    """Whatever order they have."""
    page = text(0, 0, "x")
    book = stream([("h", 1, page), ("v", 2, page), ("图", 0, page), ("b", 0, page)])
    chart = book.index(bof(0x0600, WORKSHEET), book.index(bof(0x0600, WORKSHEET)) + 1)
    chart = book.index(bof(0x0600, WORKSHEET), chart + 1)
    drawn = book[:chart] + bof(0x0600, CHART) + book[chart + len(bof(0x0600, CHART)) :]
    assert sheets_of(drawn) == {"b": [["x"]]}


@pytest.mark.parametrize("codepage", [936, None, 54936, 9999])
def test_texts_of_excel_5_are_chinese(codepage: int | None) -> None:
    """Programs that were written in China often leave out the code page."""
    cells = text(0, 0, "姓名", "gb18030") + number(0, 1, 1.5)
    book = stream([("名单", 0, cells)], version=0x0500, codepage=codepage)
    assert sheets_of(compound([("Book", book)])) == {"名单": [["姓名", 1.5]]}


def test_texts_of_excel_5_have_the_encoding_that_is_named() -> None:
    """For one from Taiwan."""
    book = stream([("a", 0, text(0, 0, "國", "big5"))], version=0x0500, codepage=950)
    assert rows_of(book) == [["國"]]


@pytest.mark.parametrize(
    "content",
    [
        record(0x0009, struct.pack("<HH", 2, WORKSHEET))
        + record(0x0004, struct.pack("<HH3sB", 0, 0, b"\0\0\0", 4) + "姓名".encode("gbk"))
        + record(0x0002, struct.pack("<HH3sH", 0, 1, b"\0\0\0", 7))
        + EOF,
        record(0x0209, struct.pack("<3H", 0, WORKSHEET, 0))
        + text(0, 0, "姓名", "gbk")
        + number(0, 1, 7.0)
        + EOF,
        record(0x0409, struct.pack("<3H", 0, WORKSHEET, 0))
        + text(0, 0, "姓名", "gbk")
        + number(0, 1, 7.0)
        + EOF,
        record(0x0809, struct.pack("<4H", 0, WORKSHEET, 0, 0))
        + text(0, 0, "姓名", "gbk")
        + number(0, 1, 7.0)
        + EOF,
    ],
    ids=["Excel 2", "Excel 3", "Excel 4", "written by a script"],
)
def test_the_oldest_workbooks_are_read(content: bytes) -> None:
    """They are no compound files and have one sheet; scripts still write them."""
    assert rows_of(content) == [["姓名", 7.0]]


def test_a_workbook_of_excel_4_with_many_sheets_says_what_it_is() -> None:
    """Nobody writes them any more."""
    content = record(0x0409, struct.pack("<3H", 0, 0x0100, 0)) + EOF
    assert "Excel 4.0" in refusal_of(content).message


@pytest.mark.parametrize(
    "content",
    [
        stream([("a", 0, CELLS)], others=record(0x2F, bytes(54))),
        compound([("Workbook", stream([("a", 0, CELLS)], others=record(0x2F, bytes(54))))]),
        compound([("EncryptionInfo", b"x"), ("EncryptedPackage", b"x")]),
    ],
    ids=["old", "in a file", "new"],
)
def test_a_workbook_with_a_password_says_so(content: bytes) -> None:
    """Old and new ones."""
    refusal = refusal_of(content)
    assert refusal.code == "file_encrypted"
    assert "密码" in refusal.message


@pytest.mark.parametrize(
    ("name", "kind"), [("WordDocument", "Word"), ("PowerPoint Document", "PowerPoint")]
)
def test_other_documents_of_old_programs_say_what_they_are(name: str, kind: str) -> None:
    """Even with a workbook embedded in them."""
    refusal = refusal_of(compound([(name, b"x"), ("Workbook", BOOK)]))
    assert refusal.code == "file_unreadable"
    assert kind in refusal.message


def test_what_its_reader_stumbles_over_is_kept_from_it() -> None:
    """Names, palettes, countries and links that other programs write oddly hold no cells."""
    odd = b"".join(record(kind, b"\xff\xff") for kind in (0x18, 0x92, 0x8C, 0x0293, 0x17, 0x01AE))
    odd_cells = b"".join(
        record(kind, b"\xff") for kind in (0x01B8, 0x1C, 0x5D, 0xEC, 0x01B6, 0x0200)
    )
    book = stream([("名单", 0, odd_cells + CELLS)], others=odd)
    assert sheets_of(book) == {"名单": READ}


def test_an_embedded_chart_ends_before_its_sheet() -> None:
    """What comes behind it belongs to the sheet."""
    chart = bof(0x0600, CHART) + text(5, 5, "no") + EOF
    assert rows_of(stream([("a", 0, chart + CELLS)])) == READ


def test_sheets_that_share_their_bytes_are_refused() -> None:
    """Each would be read as often as there are sheets."""
    book = stream([(str(place), 0, b"") for place in range(100)])
    at = book.index(bof(0x0600, WORKSHEET))
    cells = b"".join(text(row, 0, "x" * 50) for row in range(100))
    entry = struct.Struct("<HHI")
    listed = bytearray(book[:at])
    place = listed.index(record(0x85)[:2], 20)
    while place < at - len(EOF):
        kind, length, _ = entry.unpack_from(listed, place)
        entry.pack_into(listed, place, kind, length, at)
        place += 4 + length
    content = bytes(listed) + bof(0x0600, WORKSHEET) + cells + EOF
    assert refusal_of(content).code == "file_unreadable"


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([XLS, compound([("Workbook", BOOK)]), BOOK]),
    st.lists(st.tuples(st.integers(0, 10_000), st.binary(min_size=1, max_size=8)), max_size=4),
    st.integers(0, 20_000),
)
def test_a_damaged_old_workbook_is_answered(
    whole: bytes, damages: list[tuple[int, bytes]], end: int
) -> None:
    """Rows or a refusal, never a crash."""
    for place, damage in damages:
        at = place % len(whole)
        whole = whole[:at] + damage + whole[at + len(damage) :]
    answered(whole)
    answered(whole[:end])
