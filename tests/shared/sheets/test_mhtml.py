"""Web pages in one file, as spreadsheet programs save them."""

from base64 import encodebytes
from quopri import encodestring

import pytest

from shared.sheets.reading import read_sheets
from tests.shared.sheets.files import answered, refusal_of, sheets_of

BOOK = (
    '<xml><x:ExcelWorkbook><x:ExcelWorksheets>'
    '<x:ExcelWorksheet><x:Name>名单 &amp; 册</x:Name>'
    '<x:WorksheetSource HRef="a.files/sheet001.htm"/>'
    '</x:ExcelWorksheet><x:ExcelWorksheet><x:Name>藏</x:Name>\n'
    '<x:WorksheetSource HRef="a.files/sheet002.htm"/></x:ExcelWorksheet></xml><frameset>'
)  # fmt: skip
PAGE = "<table><tr><td>姓名<td>号</td></tr><tr><td>张三<td>1</table>"
HIDDEN = "<xml><x:Visible>SheetHidden</x:Visible></xml><table><tr><td>x</table>"
READ = [["姓名", "号"], ["张三", "1"]]


def _part(name: str, text: str, packing: str = "8bit", charset: str = "utf-8") -> bytes:
    pack = {"quoted-printable": encodestring, "base64": encodebytes}.get(packing, bytes)
    head = (
        f"Content-Location: file:///C:/x/a.files/{name}\r\n"
        f"Content-Transfer-Encoding: {packing}\r\n"
        f'Content-Type: text/html; charset="{charset}"\r\n\r\n'
    )
    return head.encode() + pack(text.encode(charset)) + b"\r\n"


def _file(*parts: bytes, mark: str = "----=_Next.1") -> bytes:
    head = (
        "MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n"
        f'Content-Type: multipart/related; boundary="{mark}"\r\n\r\n这是网页\r\n\r\n'
    )
    text = head.encode()
    for part in parts:
        text += f"--{mark}\r\n".encode() + part
    return text + f"--{mark}--\r\n".encode()


@pytest.mark.parametrize("packing", ["quoted-printable", "base64", "8bit", "QUOTED-PRINTABLE"])
@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_each_page_is_a_sheet_with_its_name(packing: str, charset: str) -> None:
    """However it is packed; hidden ones are passed over, styles and pictures too."""
    content = _file(
        _part("a.htm", BOOK, packing, charset),
        _part("sheet001.htm", PAGE, packing, charset),
        _part("sheet002.htm", HIDDEN, packing, charset),
        b"Content-Location: a.css\r\nContent-Type: text/css\r\n\r\n<tr>\r\n",
    )
    assert sheets_of(content) == {"名单 & 册": READ}


def test_a_page_whose_name_is_not_listed_has_none() -> None:
    """Other programs write no list."""
    assert sheets_of(_file(_part("x.htm", PAGE))) == {"": READ}


def test_pages_of_one_address_are_sheets_of_their_own() -> None:
    """None is lost for another one."""
    pages = [_part("x.htm", PAGE), _part("x.htm", PAGE.replace("张三", "李四"))]
    rows = [[list(cells) for cells in sheet.rows] for sheet in read_sheets(_file(*pages))]
    assert rows == [READ, [READ[0], ["李四", "1"]]]


def test_a_file_of_one_page_alone_is_read() -> None:
    """Without parts."""
    assert sheets_of(b"MIME-Version: 1.0\n" + _part("x.htm", PAGE)) == {"": READ}


@pytest.mark.parametrize(
    "start", [b"From: <Saved by x>\r\nSubject: a\r\n", b"\xef\xbb\xbf", b"\r\n"]
)
def test_a_web_page_may_begin_in_several_ways(start: bytes) -> None:
    """Browsers save them, too."""
    assert sheets_of(start + _file(_part("x.htm", PAGE))) == {"": READ}


def test_a_web_page_without_a_table_is_refused() -> None:
    """Nothing in it is a list."""
    for content in (_file(), _file(_part("x.htm", "<p>x")), b"MIME-Version: 1.0\r\n"):
        assert refusal_of(content).code == "file_unreadable"


def test_more_parts_than_a_workbook_has_are_refused() -> None:
    """Each takes time."""
    assert refusal_of(_file(*[b"\r\n"] * 998)).code == "file_unreadable"
    assert refusal_of(_file(*[b"\r\n"] * 999)).code == "file_too_large"


def test_a_damaged_web_page_is_answered() -> None:
    """Rows or a refusal, never a crash."""
    whole = _file(_part("sheet001.htm", PAGE, "base64"), _part("b.htm", PAGE, "quoted-printable"))
    for at in range(len(whole)):
        answered(whole[:at])
        answered(whole[:at] + b"\xff=\x00" + whole[at + 3 :])
