"""Binary workbooks (.xlsb): what their reader leaves out is found all the same."""

import struct
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.sheets.cells import CellError
from shared.sheets.merges import Merge
from shared.sheets.reading import read_sheets
from tests.shared.sheets.files import answered, refusal_of, rows_of, sheets_of
from tests.shared.sheets.workbooks import links


def _record(kind: int, data: bytes = b"") -> bytes:
    number = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = len(data)
    size = bytes([length]) if length < 0x80 else bytes([length & 0x7F | 0x80, length >> 7])
    return number + size + data


def _text(written: str) -> bytes:
    return struct.pack("<I", len(written)) + written.encode("utf-16-le")


def _row(number: int) -> bytes:
    return _record(0, struct.pack("<I", number) + bytes(13))


def _cell(kind: int, column: int, data: bytes) -> bytes:
    return _record(kind, struct.pack("<II", column, 0) + data)


def _sheet(cells: bytes, behind: bytes = b"") -> bytes:
    extent = _record(148, struct.pack("<4I", 0, 9, 0, 9))
    return _record(129) + extent + _record(145) + cells + _record(146) + behind + _record(130)


def _book(*sheets: tuple[str, int, bytes]) -> bytes:
    listed = b"".join(
        _record(156, struct.pack("<II", hidden, place) + _text(f"r{place}") + _text(name))
        for place, (name, hidden, _) in enumerate(sheets)
    )
    parts = {
        "xl/workbook.bin": _record(131) + _record(143) + listed + _record(144) + _record(132),
        "xl/_rels/workbook.bin.rels": links(
            {f"r{place}": f"worksheets/s{place}.bin" for place in range(len(sheets))}
        ).encode(),
    }
    for place, (_, _, content) in enumerate(sheets):
        parts[f"xl/worksheets/s{place}.bin"] = content
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


NAME, ERROR, TRUE = _cell(6, 0, _text("张三")), _cell(3, 1, b"\x2a"), _cell(4, 2, b"\1")
FORMULA = _cell(11, 3, b"\x17" + bytes(10))


def test_errors_are_told_apart_in_the_sheet_where_they_are() -> None:
    """Values and formulas; hidden sheets are passed over."""
    page = _sheet(_row(0) + NAME + ERROR + TRUE + FORMULA)
    plain = _sheet(_row(0) + NAME)
    assert sheets_of(_book(("甲", 0, plain), ("藏", 1, page), ("乙", 0, page))) == {
        "甲": [["张三"]],
        "乙": [["张三", CellError("#N/A"), True, CellError("#REF!")]],
    }


def test_merged_cells_hold_for_all_their_rows() -> None:
    """As in other workbooks."""
    merged = _record(176, struct.pack("<4I", 0, 1, 0, 0))
    cells = _row(0) + NAME + TRUE + _row(1) + _cell(4, 2, b"\0") + _row(2) + NAME
    [sheet] = read_sheets(_book(("a", 0, _sheet(cells, merged))))
    assert list(sheet.merged) == [Merge(0, 0, 1, 0)]
    assert [list(row) for row in sheet.rows] == [
        ["张三", "", True],
        ["张三", "", False],
        ["张三", "", ""],
    ]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (_row(1_048_575) + _cell(4, 16_383, b"\1"), "sheet_too_wide"),
        (_row(1_048_576) + _cell(4, 0, b"\1"), "sheet_too_wide"),
        (_row(0) + _record(12, bytes(4)), "file_unreadable"),
        (_row(0) + _record(3, b"\0"), "file_unreadable"),
    ],
    ids=["far corner", "far down", "cells without a column", "short"],
)
def test_what_would_do_harm_is_refused(cells: bytes, code: str) -> None:
    """Before its reader takes memory for everything up to it."""
    assert refusal_of(_book(("a", 0, _sheet(cells)))).code == code


@pytest.mark.parametrize("end", [-1, -2, -5])
def test_a_sheet_that_is_cut_off_is_refused(end: int) -> None:
    """Rows at its end may be missing."""
    page = _sheet(_row(0) + NAME, _record(176, struct.pack("<4I", 0, 1, 0, 0)))
    assert refusal_of(_book(("a", 0, page[:end]))).code == "file_unreadable"


def test_empty_cells_with_a_style_may_lie_anywhere() -> None:
    """They are no content."""
    far = _row(1_048_575) + _record(1, struct.pack("<II", 16_383, 0))
    assert rows_of(_book(("a", 0, _sheet(_row(0) + NAME + far)))) == [["张三"]]


@settings(deadline=None)
@given(st.integers(0, 400), st.binary(min_size=1, max_size=6))
def test_a_damaged_sheet_is_answered(at: int, damage: bytes) -> None:
    """Rows or a refusal, never a crash."""
    page = _sheet(_row(0) + NAME + ERROR + TRUE + FORMULA)
    at %= len(page)
    answered(_book(("a", 0, page[:at] + damage + page[at + len(damage) :])))
    answered(_book(("a", 0, page[:at])))
