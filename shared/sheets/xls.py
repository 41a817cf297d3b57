"""Old workbooks of Excel and WPS: .xls, from Excel 2 on."""

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import TextIOBase

from xlrd import open_workbook
from xlrd.biffh import (
    XL_CELL_BOOLEAN,
    XL_CELL_DATE,
    XL_CELL_ERROR,
    error_text_from_code,
)
from xlrd.book import Book
from xlrd.xldate import xldate_as_datetime

from shared.errors import Invalid
from shared.sheets.cells import Cell, CellError
from shared.sheets.compound import COMPOUND, CompoundFile
from shared.sheets.merges import filled, vertical
from shared.sheets.refusals import encrypted, no_spreadsheet, too_large, unreadable
from shared.sheets.sheet import Sheet
from shared.sheets.xls_records import BEGINNINGS, OldBook, looked_through

_MOST_SHEETS = 200
_SPECIAL = {XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_ERROR}
_CHINESE = "gb18030"
_ENCODINGS = {936: _CHINESE, 10000: "mac_roman", 32768: "mac_roman", 32769: "cp1252"}
"""Of texts in files before Excel 97; those without a code page are Chinese."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHER_DOCUMENTS = {"worddocument": "Word 文件", "powerpoint document": "PowerPoint 文件"}


def is_bare_xls(content: bytes) -> bool:
    """Return whether it is a workbook of the oldest kind, which is no compound file."""
    return content.startswith(BEGINNINGS)


def xls_sheets(content: bytes) -> Iterator[Sheet]:
    """Yield the visible worksheets. Raises Invalid."""
    old = looked_through(_workbook(content) if content.startswith(COMPOUND) else content)
    if len(old.sheets) > _MOST_SHEETS:
        raise too_large()
    with _unreadable_when_it_fails():
        book = _opened(old)
        names = book.sheet_names()
    if len(names) != len(old.sheets):
        raise unreadable()
    for number, sheet in enumerate(old.sheets):
        if sheet.is_read:
            merges = vertical(sheet.merges)
            rows = _rows(book, number)
            yield Sheet(names[number], filled(rows, merges) if merges else rows, merges)


def _workbook(content: bytes) -> bytes:
    """Return the stream with the workbook; say what else the compound file is."""
    if _ENCRYPTED in content:
        raise encrypted()
    file = CompoundFile(content)
    for name, kind in _OTHER_DOCUMENTS.items():
        if name in file.entries:
            raise no_spreadsheet(kind)
    stream = file.stream("workbook") or file.stream("book")
    if stream is None:
        raise unreadable()
    return stream


def _opened(old: OldBook) -> Book:
    return open_workbook(
        file_contents=old.stream,
        logfile=_Nowhere(),
        encoding_override=_encoding(old.codepage),
        on_demand=True,
        ragged_rows=True,
    )


class _Nowhere(TextIOBase):
    """Takes what the reader would print about a file."""

    def write(self, text: str) -> int:
        """Drop it: it may hold texts of cells."""
        return len(text)


def _encoding(codepage: int | None) -> str:
    if codepage in _ENCODINGS:
        return _ENCODINGS[codepage]
    try:
        return codecs.lookup(f"cp{codepage}").name
    except LookupError:
        return _CHINESE


def _rows(book: Book, number: int) -> Iterator[list[Cell]]:
    with _unreadable_when_it_fails():
        sheet = book.sheet_by_index(number)
        for row in range(sheet.nrows):
            values, types = sheet.row_values(row), sheet.row_types(row)
            if _SPECIAL.isdisjoint(types):
                yield values
            else:
                pairs = zip(types, values, strict=True)
                yield [_cell(kind, value, book.datemode) for kind, value in pairs]
        book.unload_sheet(number)


def _cell(kind: int, value: Cell, datemode: int) -> Cell:
    if kind == XL_CELL_BOOLEAN:
        return bool(value)
    if kind == XL_CELL_ERROR:
        return CellError(error_text_from_code.get(value, "#N/A"))
    if kind == XL_CELL_DATE and isinstance(value, float) and value >= 0:
        return _moment(value, datemode)
    return value


def _moment(days: float, datemode: int) -> Cell:
    """Return the time of day for less than a day, else a date, with its time if it has one."""
    try:
        moment: datetime = xldate_as_datetime(days, datemode)
    except (ValueError, OverflowError):
        return days  # no date has this number
    if days < 1:
        return moment.time()
    return moment.date() if days.is_integer() else moment


@contextmanager
def _unreadable_when_it_fails() -> Iterator[None]:
    """Raise the reader's errors about a damaged file as a refusal."""
    try:
        yield
    except (Invalid, MemoryError):
        raise
    except Exception as fault:
        raise unreadable() from fault
