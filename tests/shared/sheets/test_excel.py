"""Workbooks of Excel and WPS (.xlsx): what their reader leaves out is found all the same."""

from collections.abc import Generator, Mapping
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from shared.sheets.cells import Cell, CellError
from shared.sheets.merges import Merge
from shared.sheets.reading import read_sheets
from tests.shared.sheets.files import answered, refusal_of, rows_of, saved, sheets_of, workbook
from tests.shared.sheets.workbooks import HEADER, PERSON, package, sheet

ERRORS = ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"]


@pytest.mark.parametrize("shown", ERRORS)
@pytest.mark.parametrize(
    "cell",
    [
        '<c r="B2" t="e"><v>{}</v></c>',
        '<c r="B2" s="1" t="e"><f>VLOOKUP(A2,D:E,2,0)</f><v>{}</v></c>',
        "<c t = 'e'  r='B2'><v> {} </v></c>".replace(" {} ", "{}"),
        '<x:c xmlns:x="urn:x" r="B2" t="e"><x:f>1</x:f><x:v>{}</x:v></x:c>',
    ],
    ids=["value", "formula", "as other programs write", "prefix"],
)
def test_a_cell_with_an_error_is_not_empty(cell: str, shown: str) -> None:
    """However the error was written."""
    worksheet = sheet(f'{HEADER}<row r="2">{cell.format(shown)}</row>')
    assert rows_of(package(worksheet))[1] == ["", CellError(shown)]


def test_an_error_that_says_nothing_is_an_error() -> None:
    """Some programs leave out what it is."""
    worksheet = sheet(f'{HEADER}<row r="2"><c r="A2" t="e"/><c r="B2" t="e"><f>1/0</f></c></row>')
    assert rows_of(package(worksheet))[1] == [CellError("#N/A"), CellError("#N/A")]


def test_an_error_that_the_reader_does_not_know_is_named_as_the_cause() -> None:
    """Saving the file again would not help."""
    worksheet = sheet(f'{HEADER}<row r="2"><c r="A2" t="e"><v>#SPILL!</v></c></row>')
    refusal = refusal_of(package(worksheet))
    assert refusal.code == "file_unreadable"
    assert "错误值" in refusal.message


def test_the_words_of_an_error_in_a_text_are_a_text() -> None:
    """Of a text nothing is known."""
    worksheet = sheet('<row r="1"><c r="A1" t="str"><v>t="e" #N/A</v></c></row>')
    assert rows_of(package(worksheet)) == [['t="e" #N/A']]


def test_errors_and_merged_cells_are_those_of_their_own_sheet() -> None:
    """Whatever order the parts have in the file."""
    book = Workbook()
    first, hidden, last = book.active, book.create_sheet("藏"), book.create_sheet("末 & <尾>")
    assert first
    first.title = "首"
    first.append(["a", "b"])
    first.append([None, "c"])
    first.merge_cells("A1:A2")
    hidden.append(["#N/A"])
    hidden["A1"].data_type = "e"
    hidden.sheet_state = "veryHidden"
    last.append(["x", "#REF!"])
    last["B1"].data_type = "e"
    book.move_sheet(last, -2)
    assert sheets_of(saved(book)) == {
        "末 & <尾>": [["x", CellError("#REF!")]],
        "首": [["a", "b"], ["a", "c"]],
    }


@pytest.mark.parametrize("target", ["worksheets/s.xml", "/xl/worksheets/s.xml", "worksheets/S.xml"])
def test_errors_are_found_wherever_the_sheet_lies(target: str) -> None:
    """Programs write its place in several ways."""
    worksheet = sheet('<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>')
    content = package(worksheet, part="worksheets/s.xml", target=target)
    assert rows_of(content) == [[CellError("#N/A")]]


def test_merged_cells_hold_for_all_their_rows() -> None:
    """A department, or a class, beside several persons; not across columns."""
    book = Workbook()
    page = book.active
    assert page
    for row in (
        ["名单", None, None],
        ["车间", "名", "类"],
        ["一", "甲", "高危"],
        [None, "乙", None],
    ):
        page.append(row)
    for place in ("A1:C1", "A3:A4", "C3:C4"):
        page.merge_cells(place)
    [read] = read_sheets(saved(book))
    assert list(read.merged) == [Merge(2, 0, 3, 0), Merge(2, 2, 3, 2)]
    assert [list(cells) for cells in read.rows] == [
        ["名单", "", ""],
        ["车间", "名", "类"],
        ["一", "甲", "高危"],
        ["一", "乙", "高危"],
    ]


def test_a_merged_column_to_the_end_of_the_sheet_is_read() -> None:
    """It makes no rows."""
    worksheet = sheet(HEADER + PERSON).replace(
        "</worksheet>", '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
    )
    assert rows_of(package(worksheet)) == [["姓名", "身份证号"], ["姓名", "370203198607091894"]]


def test_rows_and_columns_count_from_the_first_of_the_sheet() -> None:
    """Also where the first ones are empty, so that a row has the number that a clerk sees."""
    book = Workbook()
    assert book.active
    book.active["C3"] = "x"
    book.active["D4"] = "#N/A"
    book.active["D4"].data_type = "e"
    book.active.merge_cells("C3:C4")
    assert rows_of(saved(book)) == [
        [""] * 4,
        [""] * 4,
        ["", "", "x", ""],
        ["", "", "x", CellError("#N/A")],
    ]


def test_two_sheets_of_one_name_are_refused() -> None:
    """The reader would read the first one twice, and never the second."""
    content = package(sheet(HEADER), names=["a", "a"])
    assert refusal_of(content).code == "file_unreadable"
    assert len(sheets_of(package(sheet(HEADER), names=["a", "b"]))) == 2


def test_a_sheet_may_be_left_half_read() -> None:
    """Whoever has found what was wanted."""
    [one] = read_sheets(workbook(["a"], ["b"]))
    rows = iter(one.rows)
    assert list(next(rows)) == ["a"]
    assert isinstance(rows, Generator)
    rows.close()


def test_charts_have_no_rows() -> None:
    """A workbook may hold sheets of other kinds."""
    book = Workbook()
    assert book.active
    book.active.append(["a"])
    book.create_chartsheet("图")
    assert sheets_of(saved(book)) == {"Sheet": [["a"]]}


def test_a_sheet_of_three_hundred_columns_is_read() -> None:
    """Lists from other systems are wide."""
    assert rows_of(workbook([*range(300)])) == [[float(number) for number in range(300)]]


VALUES = st.one_of(
    st.none(),
    st.sampled_from(ERRORS),
    st.text("甲乙ab 1", min_size=1, max_size=4),
    st.integers(0, 99),
)
GRID = st.lists(st.lists(VALUES, min_size=4, max_size=4), min_size=1, max_size=6)
MERGED = st.dictionaries(st.integers(0, 3), st.tuples(st.integers(1, 6), st.integers(1, 3)))


@settings(max_examples=150, deadline=None)
@given(GRID, MERGED)
def test_a_workbook_holds_what_another_reader_finds_in_it(
    grid: list[list[object]], merged: Mapping[int, tuple[int, int]]
) -> None:
    """Texts, numbers, errors and merged cells at random, against openpyxl's own reading."""
    book = Workbook()
    page = book.active
    assert page
    for row in grid:
        page.append(row)
    for column, (top, more) in merged.items():
        page.merge_cells(
            start_row=top, end_row=top + more, start_column=column + 1, end_column=column + 1
        )
    content = saved(book)
    expected: list[list[Cell]] = [
        [CellError(str(cell.value)) if cell.data_type == "e" else cell.value or "" for cell in row]
        for row in load_workbook(BytesIO(content)).worksheets[0].iter_rows()
    ]
    for column, (top, more) in merged.items():
        for cells in expected[top : top + more]:
            cells[column] = expected[top - 1][column]
    read = [[cell or "" for cell in row] for row in rows_of(content)]
    assert read == [row[: len(cells)] for row, cells in zip(expected, read, strict=False)]
    width = len(read[0]) if read else 0
    assert not any(any(above[width:]) for above in expected[: len(read)])
    for below in expected[len(read) :]:  # what is merged with the last row
        pairs = zip(below, expected[len(read) - 1], strict=True)
        assert all(cell in ("", above) for cell, above in pairs)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 5000), st.binary(min_size=1, max_size=40))
def test_a_damaged_workbook_is_answered(at: int, damage: bytes) -> None:
    """Rows or a refusal, never a crash."""
    whole = workbook(["姓名", "身份证号"], ["张三", "370203198607091894"])
    at %= len(whole)
    answered(whole[:at] + damage + whole[at + len(damage) :])
    answered(whole[:at])
