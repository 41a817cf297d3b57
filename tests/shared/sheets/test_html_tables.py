"""Tables in HTML that were saved as .xls: what a browser shows."""

import pytest

from shared.sheets.cells import Cell
from shared.sheets.merges import Merge
from shared.sheets.reading import read_sheets
from tests.shared.sheets.files import refusal_of, rows_of


@pytest.mark.parametrize(
    ("page", "rows"),
    [
        ("<tr><td rowspan=2>甲<td>1<tr><td>2<tr><td>乙<td>3", ["甲1", "甲2", "乙3"]),
        ("<tr><td>1<td rowspan='2'>甲<tr><td>2<tr><td>3<td>乙", ["1甲", "2甲", "3乙"]),
        ("<tr><td rowspan=0>甲<td>1<tr><td>2<tr><td>3", ["甲1", "甲2", "甲3"]),
        ("<tr><td rowspan=3 colspan=2>甲<td>1<tr><td>2", ["甲-1", "甲-2"]),
        ("<tr><td colspan=2>甲<td>1<tr><td>a<td>b<td>2", ["甲-1", "ab2"]),
        ("<tr><td>a<td rowspan=3>乙<td rowspan=2>丙<tr><td>b<tr><td>c<td>d",
         ["a乙丙", "b乙丙", "c乙d"]),
        ("<thead><tr><td rowspan=9>甲<td>1</thead><tbody><tr><td>2<td>3", ["甲1", "23"]),
        ("<tr><td>甲<td rowspan=2>乙<tr></tr><tr><td>丙", ["甲乙", "-乙", "丙"]),
    ],
    ids=["first", "last", "to the end", "both", "columns", "two", "head", "empty row"],
)  # fmt: skip
def test_a_cell_over_several_rows_stands_in_each(page: str, rows: list[str]) -> None:
    """Its neighbours keep their columns; - is an empty cell."""
    expected = [["" if cell == "-" else cell for cell in row] for row in rows]
    assert rows_of(f"<table>{page}</table>".encode()) == expected


def test_cells_over_several_rows_are_listed() -> None:
    """Counted in the rows as they are read."""
    page = (
        "<table><tr><td><table><tr><td>a</table></table>"
        "<table><tr><td rowspan=2 colspan=2>b<td>c<tr><td>d<tr><td rowspan=1>e</table>"
    )
    [sheet] = read_sheets(page.encode())
    assert list(sheet.merged) == [Merge(1, 0, 2, 1)]
    assert [list(cells) for cells in sheet.rows] == [["a"], ["b", "", "c"], ["b", "", "d"], ["e"]]


@pytest.mark.parametrize(
    ("page", "rows"),
    [
        (
            "<table><tr><td><table><tr><td>姓名<td>号<tr><td>张三<td>1</table></table>",
            [["姓名", "号"], ["张三", "1"]],
        ),
        (
            "<table><tr><td>名单<table><tr><td>姓名<tr><td>张三</table>全<td>页</tr><tr><td>尾</table>",
            [["名单全", "页"], ["姓名"], ["张三"], ["尾"]],
        ),
        ("<table><tr><th>姓名</table><p>x<table><tr><td>张三</table>", [["姓名"], ["张三"]]),
        ("<tr><td>姓名<tr><td>张三", [["姓名"], ["张三"]]),
    ],
    ids=["for layout", "in a cell", "head and body apart", "no table at all"],
)  # fmt: skip
def test_all_tables_of_a_page_are_read(page: str, rows: list[list[str]]) -> None:
    """One below the other, as spreadsheet programs open them; what is in one is not in another."""
    assert rows_of(page.encode()) == rows


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("姓名<br>*", "姓名\n*"),
        ("<p>甲</p><p>乙</p>", "甲\n乙"),
        ("<div>甲</div>", "甲"),
        (" \r\n 张\n  三 \t", "张 三"),
        ("<b>张</b>三<!-- x -->", "张三"),
        ("&#24352;&amp;&lt;&nbsp;", "张&<\u00a0"),
        ("<script>x='<td>'</script>张<style>td{}</style>", "张"),
        ("张<span style='display: none'>x<b>y</b>z</span>三", "张三"),
        ("张<i hidden>x</i>", "张"),
        ("1<td style='DISPLAY:NONE'>x", "1"),
    ],
)
def test_a_cell_has_the_text_that_a_browser_shows(cell: str, text: str) -> None:
    """Line breaks, blanks, entities; nothing that is hidden."""
    page = f"<html><head><title>x</title></head><body><table><tr><td>{cell}<td>后</table>"
    assert rows_of(page.encode()) == [[text, "后"]]


def test_hidden_rows_and_tables_are_left_out() -> None:
    """Pages hide templates of rows there."""
    page = (
        "<table><tr style='display:none'><td>x<tr><td>a</table>"
        "<div style='color:red;display : none'><table><tr><td>y</table></div>"
        "<table><tr><td>b</table>"
    )
    assert rows_of(page.encode()) == [["a"], ["b"]]


@pytest.mark.parametrize("span", ["9" * 5_000, "x", "-1", "0", "²", ""])
def test_a_number_of_columns_that_is_none_is_answered(span: str) -> None:
    """Thousands of digits among them."""
    page = f"<tr><td colspan={span}>姓名<td>号<tr><td>张三<td>1"
    first: list[Cell] = ["姓名", *[""] * 999, "号"] if span.startswith("9") else ["姓名", "号"]
    assert rows_of(page.encode()) == [first, ["张三", "1"]]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_a_page_is_read_in_every_encoding(encoding: str) -> None:
    """Whatever it says of itself."""
    page = "<html><meta charset=gb2312><table><tr><td>张三<td>370203198607091894</table>"
    assert rows_of(page.encode(encoding)) == [["张三", "370203198607091894"]]


def test_a_page_may_have_something_before_it() -> None:
    """A warning of the script that wrote it, blanks, a mark of the encoding."""
    for start in ("\ufeff\r\n ", "\ufeff\ufeff", "Warning: x,y in line 3\n<br>", "<!-- x -->"):
        assert rows_of(f"{start}<table><tr><td>张三</table>".encode()) == [["张三"]]
    assert rows_of(b"a,<tr>\n1,x") == [["a", "<tr>"], ["1", "x"]]


def test_a_page_without_rows_is_refused() -> None:
    """And one that is too deep to be a page."""
    assert refusal_of(b"<html><p>x</html>").code == "file_unreadable"
    assert rows_of(b"<table><tr><td>" + b"<b>" * 251 + b"x") == [["x"]]
    assert refusal_of(b"<table><tr><td>" + b"<b>" * 252 + b"x").code == "file_unreadable"


def test_a_table_of_as_many_columns_as_a_sheet_has_is_read() -> None:
    """And no more."""
    assert rows_of(("<tr>" + "<td>x" * 16_384).encode()) == [["x"] * 16_384]


@pytest.mark.parametrize(
    "page",
    [
        "<tr>" + "<td>" * 16_385,
        "<tr>" + "<td colspan=1000>" * 17,
        "<table><tr>" + "<td rowspan=65534>" * 16_000 + "<tr>" * 2_000,
        "<table>" + ("<tr>" + "<td colspan=1000>" * 15 + "<td>x") * 1_100,
    ],
    ids=["columns", "wide columns", "cells over many rows", "cells over many columns"],
)
def test_a_table_that_would_fill_the_memory_is_refused(page: str) -> None:
    """Few bytes may claim many cells."""
    assert refusal_of(page.encode()).code == "sheet_too_wide"
