"""Workbooks made to do harm: refused before the reader sees them, and in little time."""

import struct
from io import BytesIO
from zipfile import ZIP_BZIP2, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from shared.errors import Invalid
from shared.sheets.reading import read_sheets
from shared.sheets.zip_guard import refuse_bombs
from tests.shared.sheets.workbooks import HEADER, PERSON, package, sharing, sheet

LARGEST = 500_000_000


def _answer(content: bytes) -> str:
    try:
        for one in read_sheets(content):
            for _ in one.rows:
                pass
    except Invalid as refusal:
        return refusal.code
    return "read"


def test_parts_that_share_their_bytes_are_refused() -> None:
    """Each would be read as often as there are parts; one alone is only no workbook."""
    assert refuse_bombs(sharing(1, b"x"), LARGEST).most_sheets > 0
    with pytest.raises(Invalid) as refused:
        refuse_bombs(sharing(2, b"x"), LARGEST)
    assert refused.value.code == "file_unreadable"


FAR = {
    "as Excel writes": '<c r="XFD1048576" t="str"><v>x</v></c>',
    "single quotes": "<c r='XFD1048576' t='str'><v>x</v></c>",
    "spaces": '<c  s="1"  r = "XFD1048576"\n\tt="str" ><v>x</v></c>',
    "small letters": '<c r="xfd1048576" t="str"><v>x</v></c>',
    "a prefix": '<x:c xmlns:x="urn:x" r="XFD1048576" t="str"><v>x</v></x:c>',
    "a bracket in a value": '<c s="&gt;>" r="XFD1048576" t="str"><v>x</v></c>',
    "a comment before the value": '<c r="XFD1048576" t="str"><!-- --><v>x</v></c>',
    "a tag between": '<c r="XFD1048576" t="inlineStr"\n><is><t>x</t></is></c>',
    "a row": '<c r="XFD1" t="str"><v>x</v></c></row><row r = "1048576"><c><v>1</v></c>',
    "counted cells": '<c r="XFC1048576"/><c><v>1</v></c></row><row r="1048576"><c><v>1</v></c>',
    "counted rows": '<c r="ZZ1"><v>1</v></c>' + "</row><row>" * 25_000 + "<c><v>1</v></c>",
    "very far down": '<c r="A9999999"><v>1</v></c>',
}


@pytest.mark.parametrize("cell", FAR.values(), ids=FAR)
def test_content_at_the_far_corner_is_refused_however_it_is_written(cell: str) -> None:
    """The reader would take it, and memory for everything up to it."""
    rows = f'{HEADER}{PERSON}<row r="3">{cell}</row>'
    assert _answer(package(sheet(rows))) == "sheet_too_wide"


@pytest.mark.parametrize(
    "worksheet",
    [
        sheet(f'{HEADER}<row r="2"><c r="A2" r="XFD1048576"><v>1</v></c></row>'),
        sheet(f'{HEADER}<row r="2"><c r="AAAAAAAB1"><v>1</v></c></row>'),
        f'<!DOCTYPE w [<!ENTITY e "]>{sheet(FAR["single quotes"])}">]>{sheet(HEADER)}',
        ("\ufeff" + sheet(f'<row><c r="AA1"/></row>{HEADER}')).encode("utf-16"),
        sheet(f'{HEADER}<row r="2"><{"a" * 3_000_000}:c r="XFD1048576"><v>1</v></c></row>'),
    ],
    ids=["two places", "no such column", "document type", "other encoding", "long prefix"],
)
def test_what_two_readers_could_read_in_two_ways_is_refused(worksheet: str | bytes) -> None:
    """A guard that reads something else guards nothing."""
    assert _answer(package(worksheet)) in ("file_unreadable", "read")


@pytest.mark.parametrize(
    "rows",
    [
        HEADER + PERSON,
        (HEADER + PERSON).replace('"', "'"),
        HEADER + PERSON.replace('r="A2"', 'cm="1" r = "A2" ').replace('r="2"', 'spans="1:2" r="2"'),
        (HEADER + PERSON).replace(' r="A', ' x="A').replace(' r="B', ' x="B'),
        HEADER + PERSON + '<row r="1048576"><c r="XFD1048576" s="1"/><c r="XFD1048576"></c></row>',
        HEADER + PERSON + '<row r="3"><c r="XFD1048576"><f>A1</f></c></row>',
        HEADER + PERSON + '<row r="1048576"><c r="D1048576" t="str"><v> </v></c></row>',
    ],
    ids=["plain", "single quotes", "spaces", "no places", "empty far cell", "formula", "last row"],
)
def test_a_good_workbook_is_read_however_it_is_written(rows: str) -> None:
    """What looks like an attack and is none."""
    [read] = read_sheets(package(sheet(rows)))
    assert [*read.rows][1][:2] == ["张三", "370203198607091894"]


PIECES = [
    *("<row>", '<row r="2">', "<row r='40' >", "<x:row>", "<row/>", "</row>", "</x:row>"),
    *("<c>", "<c/>", '<c r="A1">', '<c r="C7" s="1" t="str">', "<c r='XFD3'>", '<c s="1" r="AZ9">'),
    *('<c r="A2" r="XFD5">', '<x:c r="ZZ50">', '<c s=">" r="XFD4">', "<c r=\"B3\" q='>'>", "<c\r>"),
    *("<v>1</v>", "<v/>", "<is><t>x</t></is>", "<f>A1</f>", "</c>", "</x:c>", "</sheetData>"),
    *('<!-- <c r="XFD9"> -->', "<![CDATA[<c r='XFD9'>]]>", "<sheetData>", "<", ">", '"', "x"),
]


@settings(max_examples=1_500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_no_sheet_reaches_further_than_the_guard_has_seen(pieces: list[str]) -> None:
    """Whatever the reader makes of it; tags that no XML has are among them."""
    content = package(sheet(HEADER + "".join(pieces)))
    try:
        refuse_bombs(content, LARGEST, most_cells=500)
    except Invalid:
        return
    try:
        found = CalamineWorkbook.from_object(BytesIO(content)).get_sheet_by_index(0)
    except Exception:  # noqa: BLE001 - it cannot be read, then it does no harm
        return
    columns, rows = found.total_width + 1, found.total_height + 1
    assert columns <= 26 or columns * rows <= 500


def test_a_sheet_may_lie_anywhere() -> None:
    """The workbook says where its sheets are."""
    far = sheet(f'{HEADER}<row r="3">{FAR["as Excel writes"]}</row>')
    assert _answer(package(far, part="else/where.bin")) == "sheet_too_wide"


def test_one_part_that_is_a_thousand_sheets_is_not_read_a_thousand_times() -> None:
    """Together the sheets that are looked at are no more than a file may unpack to."""
    worksheet = sheet('<row r="1"><c r="A1"><v>1</v></c></row>' * 1_000)
    content = package(worksheet, sheets=1_000)
    assert _answer(content) == "file_too_large"
    assert refuse_bombs(content, LARGEST).most_sheets == 200
    assert refuse_bombs(content, 20 * len(worksheet)).most_sheets == 20
    assert _answer(package(worksheet, sheets=100)) == "read"


def test_parts_of_one_name_are_refused() -> None:
    """Of two, another reader may take the other."""
    file = BytesIO(package(sheet(HEADER + PERSON)))
    with ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/worksheets/sheet1.xml", sheet(HEADER))
    assert _answer(file.getvalue()) == "file_unreadable"


def test_what_unpacks_to_more_than_it_says_is_refused() -> None:
    """The reader would unpack all of it."""
    content = package(sheet(HEADER + " " * 3_000_000 + PERSON))
    with ZipFile(BytesIO(content)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = content.replace(struct.pack("<L", size), struct.pack("<L", 1_000))
    assert lying != content
    with pytest.raises(Invalid) as refused:
        refuse_bombs(lying, 2_000_000)
    assert refused.value.code == "file_too_large"


def test_other_zips_in_disguise_are_refused() -> None:
    """An OpenDocument sheet, and packings that no spreadsheet program uses."""
    for name, packing in (("content.xml", 0), ("xl/media/1.png", ZIP_BZIP2)):
        file = BytesIO(package(sheet(HEADER + PERSON)))
        with ZipFile(file, "a") as archive:
            archive.writestr(name, b"x", packing)
        assert _answer(file.getvalue()) == "file_unreadable"
