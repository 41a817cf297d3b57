"""Tables in text: one separator for a file, and no quote that moves cells."""

import csv
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import Invalid
from shared.sheets.separated import separated_sheet
from tests.shared.sheets.files import refusal_of, rows_of

ROWS = [["姓名", "号", "备注"], ["张三", "370203198607091894", ""], ["李四", "1", "x"]]


def _read(text: str) -> list[list[object]]:
    return [list(cells) for cells in separated_sheet(text).rows]


def _refused_line(text: str) -> str:
    refusal = refusal_of(text.encode())
    assert refusal.code == "quote_unpaired"
    assert "引号" in refusal.message
    return refusal.message.partition(" 行")[0].removeprefix("第 ")


@pytest.mark.parametrize("separator", [",", "\t", ";", "，", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_separator_is_found(separator: str, end: str) -> None:
    """With every kind of line end."""
    assert _read(end.join(separator.join(row) for row in ROWS)) == ROWS


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("名单，2026，全\n姓名,号\n张,1\n", [["名单，2026，全"], ["姓名", "号"], ["张", "1"]]),
        ("名\t号\t注\n张\t1\ta,b;c\n", [["名", "号", "注"], ["张", "1", "a,b;c"]]),
        ("名;注\n张;1,5\n李;2", [["名", "注"], ["张", "1,5"], ["李", "2"]]),
        ("姓名\n张三", [["姓名"], ["张三"]]),
        ("a,b\n\n c ,d", [["a", "b"], [""], [" c ", "d"]]),
        ('名;"a,b,c,d"\n张;"e,f,g,h"', [["名", "a,b,c,d"], ["张", "e,f,g,h"]]),
    ],
    ids=["title", "tab", "semicolon", "none", "empty line", "quoted"],
)  # fmt: skip
def test_one_separator_is_chosen_by_what_most_rows_have(text: str, rows: list[list[str]]) -> None:
    """Others are text."""
    assert _read(text) == rows


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"', "sep=; "])
def test_a_first_line_may_name_the_separator(line: str) -> None:
    """Spreadsheet programs do not show that line."""
    assert _read(f"{line}\r\na;b,c,d\r\ne;f,g,h") == [["a", "b,c,d"], ["e", "f,g,h"]]


def test_a_formula_that_keeps_digits_is_taken_off() -> None:
    """Quoted or not."""
    assert _read('号,名\n="00123",a\n"=""00123""",b\n="1,5"') == [
        ["号", "名"],
        ["00123", "a"],
        ["00123", "b"],
        ["1", '5"'],
    ]


def test_quotes_within_a_cell_are_text() -> None:
    """Only one at its beginning opens a quoted cell."""
    assert _read('a"b,"c""d",e\n"f"g,h,i') == [['a"b', 'c"d', "e"], ["fg", "h", "i"]]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_quoted_cell_may_have_several_lines(end: str) -> None:
    """Alt+Enter in a spreadsheet; separators in it are text."""
    text = end.join(["姓名,号,备注", f'张三,1,"甲{end}乙,丙{end}"', "李四,2,"])
    assert _read(text) == [["姓名", "号", "备注"], ["张三", "1", "甲\n乙,丙\n"], ["李四", "2", ""]]


def test_a_quoted_cell_may_be_as_long_as_a_cell_can_be() -> None:
    """32,767 characters."""
    long = "xx\n" + "x\n" * 16_382
    assert _read(f'a,b\nc,"{long}"') == [["a", "b"], ["c", long]]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('姓名,号,注\n张三,1,\n李四,2,"班长\n王五,3,\n', "3"),
        ('姓名,号,注\n张三,1,"班长\n李四,2,"组长\n王五,3,', "2"),
        ('姓名,号,注\n张三,1,"班长\n李四,2,"\n王五,3,', "2"),
        ('姓名,号,注\n张三,1,"班长\n李四,2,x\n王五,3,"', "2"),
        ('姓名,号,注\n张三,1,"班长\n李四,2,x\n王五"', "2"),
        ('姓名,号,注\n"张三,1,班长\n李四",2,x\n王五,3,', "2"),
        ('号,姓名,班,注\n1,"张三,甲,x\n2,",乙,y', "2"),
        ('姓名,号,注\n张三,"1\n李四",2,x\n王五,3,', "2"),
        ('姓名,号,注\n张三,1,"a\nb"\n"李四,2,"x', "4"),
        ('sep=,\n姓名,号\n张三,"1\n', "3"),
        ('姓名,号,注\n张三,1,"' + "班长\n" * 11_000 + '"', "2"),
    ],
    ids=[
        "never closed",
        "closed before text",
        "closed behind a row",
        "rows within",
        "a row within",
        "from the first cell",
        "parts of two rows",
        "more cells than the header",
        "behind a good one",
        "below the line of the separator",
        "longer than a cell can be",
    ],
)  # fmt: skip
def test_a_quote_that_may_have_swallowed_lines_refuses_the_file(text: str, line: str) -> None:
    """The refusal names the line where it stands."""
    assert _refused_line(text) == line


def test_what_stands_behind_a_quoted_cell_in_its_line_is_joined_to_it() -> None:
    """Unless other cells are within the quotes."""
    assert _read('姓名,号\n"张三"丰,1') == [["姓名", "号"], ["张三丰", "1"]]
    assert _refused_line('姓名,号,注\n"张三,1,"班长') == "2"


CELLS = st.text(st.sampled_from('甲1",;\t\n\r "'), max_size=5)


@settings(max_examples=600, deadline=None)
@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=5),
    st.sampled_from(",;\t"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_a_program_wrote_is_read_or_refused_and_never_shifted(
    rows: list[list[str]], separator: str, quoting: int
) -> None:
    """Cells with separators, quotes and line ends of any kind."""
    rows = [["a", "b", "c"], ["d", "e", "f"], *rows]
    text = StringIO()
    csv.writer(text, delimiter=separator, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    try:
        read = _read(f"sep={separator}\n{text.getvalue()}")
    except Invalid:
        assert any("\n" in cell or "\r" in cell for row in rows for cell in row)
        return
    written = [[cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row] for row in rows]
    assert read[: len(written)] == written


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["甲", "", '"乙"', "1"]), min_size=3, max_size=3), max_size=6
    ),
    st.data(),
)
def test_a_stray_quote_never_moves_a_person_into_another(
    rows: list[tuple[str, ...]], data: st.DataObject
) -> None:
    """Each line begins with its own number: it is in a row of its own, or the file is refused."""
    lines = ["号,名,注,末", *(f"行{place},{','.join(row)}" for place, row in enumerate(rows))]
    text = "\n".join(lines)
    for _ in range(data.draw(st.integers(1, 2))):
        at = data.draw(st.integers(0, len(text)))
        text = f'{text[:at]}"{text[at:]}'
    try:
        read = _read(text)
    except Invalid:
        return
    assert len(read) == len(lines)


@given(st.text())
def test_any_text_at_all_in_a_cell_is_answered(text: str) -> None:
    """Never a crash."""
    content = f"姓名,身份证号\n{text},{text}".encode("utf-8", "replace")
    try:
        rows_of(content)
    except Invalid:
        return
