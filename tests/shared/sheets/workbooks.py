"""Workbooks written by hand, as no spreadsheet program would write them."""

import struct
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

HEADER = '<row r="1"><c r="A1" t="str"><v>姓名</v></c><c r="B1" t="str"><v>身份证号</v></c></row>'
PERSON = (
    '<row r="2"><c r="A2" t="str"><v>张三</v></c>'
    '<c r="B2" t="str"><v>370203198607091894</v></c></row>'
)


def sheet(rows: str) -> str:
    """Write a worksheet around its rows."""
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def links(targets: Mapping[str, str]) -> str:
    """Write the links of a workbook to its sheets, by their identifiers."""
    written = "".join(
        f'<Relationship Id="{of}" Type="{_OFFICE}/worksheet" Target="{target}"/>'
        for of, target in targets.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}">{written}</Relationships>'


def package(
    worksheet: str | bytes,
    *,
    sheets: int = 1,
    names: Sequence[str] = (),
    part: str = "worksheets/sheet1.xml",
    target: str | None = None,
) -> bytes:
    """Write a workbook of one part that is as many sheets."""
    named = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="r1"/>'
        for number, name in enumerate(names or range(1, sheets + 1), 1)
    )
    parts: dict[str, str | bytes] = {
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1"'
        f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<sheets>{named}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": links({"r1": target or part}),
        f"xl/{part}": worksheet,
    }
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def sharing(parts: int, content: bytes) -> bytes:
    """Write a zip whose parts all have the same bytes: each one's extra field holds the next heads.

    At most 1,700 parts: an extra field has 65,535 bytes.
    """
    data = zlib.compress(content, wbits=-zlib.MAX_WBITS)
    sizes = (zlib.crc32(content), len(data), len(content))
    names = [f"xl/{number:04}".encode() for number in range(parts)]
    head = len(names[0]) + 30
    heads = directory = b""
    for number, name in enumerate(names):
        extra = head * (parts - number - 1)
        fields = (20, 0, ZIP_DEFLATED, 0, 0x21, *sizes, len(name))
        heads += struct.pack("<4s5H3I2H", b"PK\x03\x04", *fields, extra) + name
        directory += struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, *fields, *[0] * 5, head * number)
        directory += name
    where = (parts, parts, len(directory), len(heads) + len(data), 0)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, *where)
    return heads + data + directory + end
