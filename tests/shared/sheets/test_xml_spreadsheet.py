"""XML spreadsheets of Excel 2003."""

from datetime import date, datetime

import pytest

from shared.sheets.cells import Cell, CellError
from shared.sheets.merges import Merge
from shared.sheets.reading import read_sheets
from tests.shared.sheets.files import refusal_of, rows_of, sheets_of

OFFICE = "urn:schemas-microsoft-com:office"


def _page(rows: str, name: str = "名单", options: str = "") -> str:
    return (
        f'<Worksheet ss:Name="{name}"><Table>{rows}</Table>'
        f'<WorksheetOptions xmlns="{OFFICE}:excel">{options}</WorksheetOptions></Worksheet>'
    )


def _book(*pages: str, start: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n{start}'
        f'<Workbook xmlns="{OFFICE}:spreadsheet" xmlns:ss="{OFFICE}:spreadsheet">'
        f"{''.join(pages)}</Workbook>"
    ).encode()


def _cell(value: str, kind: str = "String", **numbers: int) -> str:
    attributes = "".join(f' ss:{name}="{number}"' for name, number in numbers.items())
    return f'<Cell{attributes}><Data ss:Type="{kind}">{value}</Data></Cell>'


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (_cell(" 张&amp;三&#10;"), " 张&三\n"),
        (_cell("13800005678", "Number"), 13800005678.0),
        (_cell("x", "Number"), "x"),
        (_cell("1986-07-09T00:00:00.000", "DateTime"), date(1986, 7, 9)),
        (_cell("1986-07-09T08:30:00.000", "DateTime"), datetime(1986, 7, 9, 8, 30)),  # noqa: DTZ001
        (_cell("1", "Boolean"), True),
        (_cell("0", "Boolean"), False),
        (_cell("#N/A", "Error"), CellError("#N/A")),
        ('<Cell><Comment><Data>note</Data></Comment><Data ss:Type="String">x</Data></Cell>', "x"),
        ('<Cell><Data ss:Type="String">x</Data><Comment><Data>note</Data></Comment></Cell>', "x"),
        ("<Cell><Data>x</Data><Comment><B>a</B><Data>note</Data></Comment></Cell>", "x"),
        (_cell("<B>张</B>三"), "张三"),
    ],
)
def test_a_cell_has_its_value(written: str, value: Cell) -> None:
    """Texts, numbers, dates, errors; comments are none."""
    [[read]] = rows_of(_book(_page(f"<Row>{written}</Row>")))
    assert (read, type(read)) == (value, type(value))


def test_rows_and_cells_may_be_left_out() -> None:
    """An index says where the next one is."""
    rows = (
        f'<Row ss:Index="2">{_cell("a", Index=2)}{_cell("b")}</Row>'
        f"<Row/><Row>{_cell('c', MergeAcross=1)}{_cell('d')}</Row>"
    )
    assert rows_of(_book(_page(rows))) == [[], ["", "a", "b"], [], ["c", "", "d"]]


def test_merged_cells_hold_for_all_their_rows() -> None:
    """As in other workbooks."""
    rows = (
        f"<Row>{_cell('甲', MergeDown=1)}{_cell('1')}</Row>"
        f"<Row>{_cell('2', Index=2)}</Row><Row>{_cell('乙')}</Row>"
    )
    [sheet] = read_sheets(_book(_page(rows)))
    assert list(sheet.merged) == [Merge(0, 0, 1, 0)]
    assert [list(cells) for cells in sheet.rows] == [["甲", "1"], ["甲", "2"], ["乙"]]


def test_hidden_sheets_are_passed_over() -> None:
    """Each other one has its name."""
    row = f"<Row>{_cell('x')}</Row>"
    hidden = [f"<Visible>Sheet{how}</Visible>" for how in ("Hidden", "VeryHidden")]
    pages = (_page(row, "h", hidden[0]), _page(row, "v", hidden[1]), _page(row, "a &amp; b"))
    assert sheets_of(_book(*pages)) == {"a & b": [["x"]]}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (_book(start='<!DOCTYPE x [<!ENTITY e "x">]>'), "file_unreadable"),
        (_book(_page("<Row>"))[:-60], "file_unreadable"),
        (_book(_page('<Row ss:Index="1048577"/>')), "sheet_too_wide"),
        (_book(_page(f"<Row>{_cell('x', Index=16385)}</Row>")), "sheet_too_wide"),
        (
            _book(_page(f"<Row>{_cell('x', Index=16384)}</Row>" * 1_000)),
            "sheet_too_wide",
        ),
        (_book(*[_page("")] * 201), "file_too_large"),
        (_book(_page(f"<Row a='{'x' * 3_000_000}'/>")), "file_unreadable"),
    ],
    ids=["document type", "cut off", "far row", "far column", "wide rows", "sheets", "long tag"],
)  # fmt: skip
def test_what_would_do_harm_is_refused(content: bytes, code: str) -> None:
    """Before it fills the memory."""
    assert refusal_of(content).code == code
