"""Workbooks made to do harm: refused before the reader sees them, and in little time."""

import struct
from collections.abc import Callable
from io import BytesIO
from time import process_time
from zipfile import ZIP_BZIP2, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from services.roster.adapters.workbook_reader import read_rows
from services.roster.adapters.zip_guard import refuse_bombs
from shared.errors import Invalid
from tests.roster.adapters.workbooks import HEADER, PERSON, package, sharing, sheet

LARGEST = 500_000_000
NOT_LINEAR = 10.0
"""Four times the bytes take four times the time; sixteen times where it grows with the square."""


def _answer(content: bytes) -> str:
    try:
        read_rows(content)
    except Invalid as refusal:
        return refusal.code
    return "read"


def _time(content: bytes) -> float:
    times = []
    for _ in range(3):
        began = process_time()
        _answer(content)
        times.append(process_time() - began)
    return min(times)


Make = Callable[[int], bytes]
HARMFUL: dict[str, tuple[int, Make]] = {
    "places without a tag": (30_000, lambda n: package(sheet(' r="AA1"' * n))),
    "places in a tag": (30_000, lambda n: package(sheet("<c" + ' r="AA1"' * n))),
    "tags without an end": (60_000, lambda n: package(sheet('<c r="A1" s="1"' * n))),
    "attributes without an end": (60_000, lambda n: package(sheet("<c" + ' s="1"' * n))),
    "quotes without an end": (60_000, lambda n: package(sheet("<c r='\"" * n))),
    "a value without an end": (
        20_000_000,
        lambda n: package(sheet(f'<row r="1"><c r="A1" s="{"a" * n}"/></row>')),
    ),
    "a comment without an end": (20_000_000, lambda n: package(sheet("<row><!-- " + ">" * n))),
    "prefixes without a name": (200_000, lambda n: package(sheet("<a" + "a" * n))),
    "cells without a place": (30_000, lambda n: package(sheet("<row>" + "<c/>" * n + "</row>"))),
    "rows without a place": (30_000, lambda n: package(sheet("<row/>" * n))),
    "brackets in a header": (20_000, lambda n: ("(" * n + ",身份证号").encode()),
    "marks on one letter": (20_000, lambda n: ("姓名,身份证号\na" + "\u0301\u0316" * n).encode()),
    "marks in a header": (20_000, lambda n: ("\u0301\u0316" * n + ",身份证号").encode()),
    "attributes of an HTML cell": (
        8_000,
        lambda n: f"<tr><td {' '.join(f'a{i}' for i in range(n))}>x</table>".encode(),
    ),
    "elements in an HTML cell": (8_000, lambda n: ("<tr><td>" + "<div><b>" * n).encode()),
    "ends of nothing in an HTML cell": (
        20_000,
        lambda n: ("<tr><td>" + "<b>" * n + "</i>" * n).encode(),
    ),
    "tables in an HTML cell": (4_000, lambda n: ("<table><tr><td>x" * n).encode()),
    "HTML cells that span columns": (8_000, lambda n: ("<tr>" + "<td colspan=100>" * n).encode()),
}


@pytest.mark.parametrize(("size", "make"), HARMFUL.values(), ids=HARMFUL)
def test_time_grows_with_the_bytes_and_not_with_their_square(size: int, make: Make) -> None:
    """Whatever somebody fills a file with, so that one file does not hold a worker."""
    assert _time(make(4 * size)) < NOT_LINEAR * _time(make(size))


def test_parts_that_share_their_bytes_are_refused() -> None:
    """Each would be read as often as there are parts; one alone is only no workbook."""
    assert refuse_bombs(sharing(1, b"x"), LARGEST) > 0
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
    assert _answer(package(worksheet)) in ("file_unreadable", "header_missing")


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
    assert [row.name for row in read_rows(package(sheet(rows))).rows] == ["张三"]


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
    assert refuse_bombs(content, LARGEST) == 200
    assert refuse_bombs(content, 20 * len(worksheet)) == 20
    assert _answer(package(worksheet, sheets=100)) == "header_missing"


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


def test_a_number_of_columns_that_is_no_number_spans_none() -> None:
    """Thousands of digits among them."""
    for span in ("9" * 5_000, "x", "-1", "0", "²"):
        page = f"<tr><td colspan={span}>姓名<td>身份证号<tr><td>张三<td>1"
        [row] = read_rows(page.encode()).rows
        assert (row.name, row.number) in (("张三", "1"), ("张三", ""))
