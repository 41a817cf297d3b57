"""Files made to do harm take time that grows with their bytes, and not with their square."""

from collections.abc import Callable
from time import process_time

import pytest

from tests.shared.sheets.files import answered
from tests.shared.sheets.old_books import compound, number, record, stream
from tests.shared.sheets.old_books import merged as merged_before
from tests.shared.sheets.workbooks import HEADER, PERSON, package, sheet

NOT_LINEAR = 10.0
"""Four times the bytes take four times the time; sixteen times where it grows with the square."""
WEB_PAGE = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n"


def _time(content: bytes) -> float:
    times = []
    for _ in range(3):
        began = process_time()
        answered(content)
        times.append(process_time() - began)
    return min(times)


def _merged(behind: str) -> bytes:
    return package(sheet(HEADER + PERSON).replace("</worksheet>", f"{behind}</worksheet>"))


def _xml_book(cells: str) -> bytes:
    namespace = "urn:schemas-microsoft-com:office:spreadsheet"
    rows = f"<Worksheet><Table><Row>{cells}</Row></Table></Worksheet>"
    return f'<Workbook xmlns="{namespace}">{rows}</Workbook>'.encode()


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
    "HTML cells that span rows": (
        3_000,
        lambda n: ("<tr><td rowspan=65534>" * 20 + "<tr><td rowspan=9>x" * n).encode(),
    ),
    "tables in HTML that never end": (20_000, lambda n: ("<table><tr><td>x</td>" * n).encode()),
    "merged cells": (40_000, lambda n: _merged('<mergeCell ref="A1:A9"/>' * n)),
    "merged cells without an end": (40_000, lambda n: _merged("<mergeCell ref=" * n)),
    "prefixes of merged cells": (200_000, lambda n: _merged("<a:" * n + "mergeCell ")),
    "errors": (8_000, lambda n: package(sheet('<row><c t="e"><v>#N/A</v></c></row>' * n))),
    "a long error": (
        500_000,
        lambda n: package(sheet(f'<row><c t="e"><v>{"&amp;" * n}</v></c></row>')),
    ),
    "quotes in a text": (200_000, lambda n: b'a,b\n"' + b'",""' * n),
    "quoted cells in a line": (30_000, lambda n: b"a,b\n" + b'"c",' * n),
    "lines in quotes": (200_000, lambda n: b'a,b\n"' + b"\n" * n),
    "parts of a web page": (100_000, lambda n: WEB_PAGE + b"--b\n\n" * n),
    "blanks before a part": (100_000, lambda n: b"MIME-Version: 1.0\n" + b"a: \n " * n),
    "records of an old workbook": (100_000, lambda n: stream([("a", 0, record(0x5D) * n)])),
    "merged cells of an old workbook": (
        20_000,
        lambda n: stream([("a", 0, number(9, 9, 1) + merged_before((0, 9, 0, 0)) * n)]),
    ),
    "names in an old workbook": (20_000, lambda n: stream([], others=record(0x18, b"[" * 20) * n)),
    "entries of a compound file": (2_000, lambda n: compound([("a", b"")] * (n // 10))),
    "cells of an XML spreadsheet": (3_000, lambda n: _xml_book("<Cell><Data>x</Data></Cell>" * n)),
    "text of an XML spreadsheet": (
        100_000,
        lambda n: _xml_book(f"<Cell><Data>{'&amp;' * n}</Data></Cell>"),
    ),
}


@pytest.mark.parametrize(("size", "make"), HARMFUL.values(), ids=HARMFUL)
def test_time_grows_with_the_bytes_and_not_with_their_square(size: int, make: Make) -> None:
    """Whatever somebody fills a file with, so that one file does not hold a worker."""
    assert _time(make(4 * size)) < NOT_LINEAR * _time(make(size))
