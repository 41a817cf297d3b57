import re
import tracemalloc
from collections.abc import Iterator, Sequence
from io import BytesIO

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from shared.sheets.worksheet import TextTable
from shared.sheets.writing import text_workbook

_SIGNS = "_x0dD5F=+-@&<>\"' \t\r\n\u3000\xa0\x00\x1f\ud800\ufffe𰻞"
ANY_TEXT = st.text(st.characters() | st.sampled_from(_SIGNS))


def table(*rows: Sequence[str | None], **more: object) -> TextTable:
    """Return a table of two columns."""
    return TextTable("名单", ("甲", "乙"), (10, 20), rows, **more)  # type: ignore[arg-type]


def opened(content: bytes) -> list[Worksheet]:
    """Return the sheets as openpyxl reads them."""
    return list(load_workbook(BytesIO(content)).worksheets)


def written(text: str) -> str:
    """Return what of a text a workbook can hold: what XML 1.0 allows, line ends as one sign."""
    allowed = "".join(
        sign
        for sign in text
        if sign in "\t\n\r" or " " <= sign < "\ud800" or "\ue000" <= sign < "\ufffe" or sign > "￿"
    )
    return re.sub("\r\n?", "\n", allowed)


@settings(deadline=None)
@given(ANY_TEXT)
@example("_x000D_")
@example("_x005F_x000d__x0041_")
@example(" 张三\r\n李四\t ")
@example('=HYPERLINK("http://x","&<>")')
@example("\x00张\ud800三\ufffe")
def test_any_text_is_read_back_as_it_was_and_is_no_formula(text: str) -> None:
    """Only characters that no workbook may hold are left out; what looks like a code is text."""
    content = text_workbook([table(("1", text))])
    [sheet] = opened(content)
    assert all(cell.data_type == "s" for cell in sheet[2] if cell.value)
    assert unescape(str(sheet["B2"].value or "")) == written(text)
    [_, row] = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [*row, ""][1] == written(text)


def test_a_cell_without_text_is_empty_and_the_next_stays_in_its_column() -> None:
    """Nothing is written for it; it keeps the format of its column."""
    [sheet] = opened(text_workbook([table((None, "乙"), ("", "\x00"), ("丙", ""))]))
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [
        [None, "乙"],
        [None, None],
        ["丙", None],
    ]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("长" * 32_767, 32_767),
        ("长" * 32_768, 32_767),
        ("a" * 16_384, 16_384),
        ("𰻞" * 16_383, 16_383),
        ("𰻞" * 16_384, 16_383),
        ("a" + "𰻞" * 16_383, 16_384),
        ("<" * 40_000, 32_767),
    ],
)
def test_a_text_longer_than_a_cell_is_cut(text: str, kept: int) -> None:
    """Excel counts characters of plane 2 twice, and refuses workbooks with longer cells."""
    [sheet] = opened(text_workbook([table((text, None))]))
    assert sheet["A2"].value == text[:kept]


def test_columns_are_text_and_the_titles_stay_in_sight() -> None:
    """Digits typed into an empty cell stay digits; titles are bold on a ground."""
    [sheet] = opened(text_workbook([table(("1", "2"))]))
    assert [sheet.column_dimensions[letter].width for letter in "AB"] == [10, 20]
    assert [sheet.column_dimensions[letter].number_format for letter in "AB"] == ["@", "@"]
    assert [sheet[place].number_format for place in ("A2", "B2")] == ["@", "@"]
    assert _look(sheet["A1"]) == (True, 11, "solid")
    assert _look(sheet["A2"]) == (False, 11, None)
    assert sheet.freeze_panes == "A2"


def test_a_heading_stands_above_the_titles() -> None:
    """All that begins below the titles moves down with them."""
    content = text_workbook([table(("1", "2"), heading="某单位 <甲>", choices={2: ("男", "女")})])
    [sheet] = opened(content)
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["某单位 <甲>", None],
        ["甲", "乙"],
        ["1", "2"],
    ]
    assert _look(sheet["A1"]) == (True, 14, None)
    assert _look(sheet["A2"]) == (True, 11, "solid")
    assert sheet.freeze_panes == "A3"
    [listed] = sheet.data_validations.dataValidation
    assert (str(listed.sqref), listed.type) == ("B3:B1048576", "list")
    assert listed.formula1 == '"男,女"'


def _look(cell: Cell) -> tuple[bool, float, str | None]:
    return cell.font.b, cell.font.sz, cell.fill.fill_type


@pytest.mark.parametrize("words", [("甲,乙", "丙"), ('甲"',), ("字" * 128, "字" * 127)])
def test_words_that_no_drop_down_list_can_hold_are_refused(words: Sequence[str]) -> None:
    """Excel takes the whole workbook for damaged."""
    with pytest.raises(ValueError, match="list of words"):
        text_workbook([table(choices={1: words})])


def test_a_drop_down_list_holds_as_much_as_excel_allows() -> None:
    """255 characters with the commas."""
    [sheet] = opened(text_workbook([table(choices={1: ("字" * 127, "字" * 127)})]))
    assert len(sheet.data_validations.dataValidation) == 1


def test_the_columns_of_wide_sheets_are_in_their_places() -> None:
    """From Z to AA, and from ZZ to AAA."""
    titles = [str(column) for column in range(1, 704)]
    wide = TextTable("宽", titles, [8] * len(titles), [titles])
    [sheet] = opened(text_workbook([wide]))
    for letters, column in {"A": 1, "Z": 26, "AA": 27, "AZ": 52, "ZZ": 702, "AAA": 703}.items():
        assert sheet[f"{letters}2"].value == str(column)


@pytest.mark.parametrize("row", [("1",), ("1", "2", "3")])
def test_a_row_has_a_cell_for_every_title(row: Sequence[str]) -> None:
    """One too few or too many would stand under a wrong title."""
    with pytest.raises(ValueError, match="zip"):
        text_workbook([table(row)])


def test_a_workbook_has_a_sheet() -> None:
    """No program opens one without."""
    with pytest.raises(ValueError, match="at least one"):
        text_workbook([])


def test_each_table_is_a_sheet_and_the_first_is_in_sight() -> None:
    """Only one tab is selected: what is typed into several selected ones goes into all of them."""
    content = text_workbook([table(("1", "2")), table(("3", "4"))])
    sheets = opened(content)
    assert [sheet["A2"].value for sheet in sheets] == ["1", "3"]
    assert [sheet.sheet_view.tabSelected for sheet in sheets] == [True, None]


@settings(deadline=None)
@given(st.dictionaries(st.text(st.characters(categories=["L", "P"]), min_size=1), ANY_TEXT))
def test_properties_are_kept_with_the_document(properties: dict[str, str]) -> None:
    """Under their names, whatever these are."""
    book = load_workbook(BytesIO(text_workbook([table()], properties)))
    found = {one.name: one.value or "" for one in book.custom_doc_props.props}
    assert found == {name: written(text) for name, text in properties.items()}


def test_the_same_tables_give_the_same_bytes() -> None:
    """No time of writing is kept."""
    assert text_workbook([table(("1", "2"))]) == text_workbook([table(("1", "2"))])


def test_memory_does_not_grow_with_the_rows() -> None:
    """Rows are taken one by one; what is kept of them is the compressed file."""

    def rows() -> Iterator[tuple[str, str]]:
        for number in range(20_000):
            yield f"第 {number} 行", "：" * 100

    tracemalloc.start()
    content = text_workbook([TextTable("长", ("甲", "乙"), (10, 20), rows())])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2 * len(content) + 1_000_000
