"""Whatever is sent: rows, or a sentence that says what it is and what to do."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from shared.sheets.reading import read_sheets
from tests.shared.sheets.files import answered, refusal_of, rows_of, saved, sheets_of, workbook
from tests.shared.sheets.old_books import compound


def _zip(*names: str) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"x")
    return file.getvalue()


OTHERS = {
    "PDF": (b"%PDF-1.7\n\xff\xff\xff", "PDF"),
    "PDF behind rubbish": (b"\r\n\0\r\n%PDF-1.4", "PDF"),
    "PNG": (b"\x89PNG\r\n\x1a\n\0\0", "图片"),
    "JPEG": (b"\xff\xd8\xff\xe0\0\x10JFIF", "图片"),
    "WebP": (b"RIFF\x10\0\0\0WEBPVP8 ", "图片"),
    "HEIC": (b"\0\0\0\x18ftypheic", "图片"),
    "bitmap": (b"BM\x10\x20\0\0\0\0\0\0\x36", "图片"),
    "TIFF": (b"II*\0\x08\0", "图片"),
    "docx": (_zip("[Content_Types].xml", "word/document.xml"), "Word"),
    "pptx": (_zip("[Content_Types].xml", "ppt/presentation.xml"), "PowerPoint"),
    "doc": (compound([("WordDocument", b"x")]), "Word"),
    "rtf": (b"{\\rtf1\\ansi x}", "Word"),
    "Word in XML": (b'<?xml?>\n<?mso-application progid="Word.Document"?>\n<w/>', "Word"),
    "ods": (_zip("mimetype", "content.xml"), ".ods"),
    "Numbers": (_zip("Index/Document.iwa"), "Numbers"),
    "zip": (_zip("名单.xlsx", "b.xlsx"), "解压"),
    "RAR": (b"Rar!\x1a\x07\x01\0", "解压"),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\x04", "解压"),
    "gzip": (b"\x1f\x8b\x08\0", "解压"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "word"), OTHERS.values(), ids=OTHERS)
def test_what_is_no_spreadsheet_says_what_it_is_and_what_to_do(content: bytes, word: str) -> None:
    """Whatever its name ends with."""
    refusal = refusal_of(content)
    assert refusal.code == "file_unreadable"
    assert word in refusal.message
    assert "请" in refusal.message
    assert "上传" in refusal.message


def test_the_name_of_another_kind_is_set_off_from_the_sentence() -> None:
    """Latin letters do not run into Chinese ones."""
    assert refusal_of(b"%PDF-1.7 x").message.startswith("文件不是表格（PDF 文件）：请")


@pytest.mark.parametrize("content", [b"%TSD-Header-###%" + bytes(99), b"b\x14#e\0E-SafeNet\0LOCK"])
def test_what_a_program_of_the_office_has_encrypted_says_so(content: bytes) -> None:
    """Such programs encrypt every document that is saved."""
    refusal = refusal_of(content)
    assert refusal.code == "file_encrypted"
    assert "加密软件" in refusal.message


def test_a_zip_with_a_password_says_so() -> None:
    """Its parts cannot be read."""
    content = bytearray(workbook(["a"]))
    at = 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        content[at + 8] |= 1
        at += 4
    assert "密码" in refusal_of(bytes(content)).message


def test_a_file_without_anything_is_empty() -> None:
    """A file of blanks, too; a workbook without cells has no rows."""
    for content in (b"", b" \r\n\t"):
        assert refusal_of(content).code == "file_empty"
    assert rows_of(workbook()) == []


def test_other_files_cannot_be_read() -> None:
    """Nothing is known of them."""
    for content in (
        b"PK\x03\x04 no zip",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"<?xml?><Workbook/>",
    ):
        assert refusal_of(content).code == "file_unreadable"


def test_visible_sheets_are_read_in_their_order() -> None:
    """And decoded only when their rows are iterated."""
    book = Workbook()
    assert book.active
    book.active.title = "乙"
    book.create_sheet("甲").append(["x"])
    book.create_sheet("藏").sheet_state = "hidden"
    content = saved(book)
    assert sheets_of(content) == {"乙": [], "甲": [["x"]]}
    assert [sheet.name for sheet in read_sheets(content)] == ["乙", "甲"]


def test_at_most_so_many_bytes_are_unpacked() -> None:
    """A limit of the caller."""
    content = workbook(["a" * 2_000])
    size = sum(part.file_size for part in ZipFile(BytesIO(content)).infolist())
    assert len([*read_sheets(content, largest=size)]) == 1
    assert len([*read_sheets(content, largest=3 * size)]) == 1
    with pytest.raises(type(refusal_of(b"")), match="过大"):
        next(read_sheets(content, largest=size - 1))


STARTS = [
    *(b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x09\x08\x10\0", b"\x09\0\x04\0"),
    *(b"<table><tr>", b"\xff\xfe", b"\xef\xbb\xbf", b"MIME-Version: 1.0\n", b"sep=;\n", b'a,"'),
    b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
]  # fmt: skip


@given(st.sampled_from(STARTS), st.binary(max_size=2_000))
def test_any_bytes_at_all_are_answered(start: bytes, rest: bytes) -> None:
    """Rows or a refusal, never a crash."""
    answered(start + rest)
