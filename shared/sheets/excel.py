"""Workbooks of Excel and WPS in a zip: .xlsx, .xlsm, .xlsb."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import cast
from zipfile import ZipFile

from python_calamine import (
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from shared.errors import Invalid
from shared.sheets.cells import Cell, CellError
from shared.sheets.merges import filled, vertical
from shared.sheets.refusals import encrypted, too_large, unknown_error, unreadable
from shared.sheets.sheet import Sheet
from shared.sheets.sheet_marks import NO_RESULT, Errors
from shared.sheets.workbook_parts import sheet_parts
from shared.sheets.zip_guard import Guarded, Part, refuse_bombs

_KNOWN_ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", NO_RESULT}
"""The reader fails on all others."""


def excel_sheets(content: bytes, largest: int) -> Iterator[Sheet]:
    """Yield the visible worksheets.

    Raises Invalid; file_too_large once more sheets are asked for than may be read.
    """
    guarded = refuse_bombs(content, largest)
    parts = _parts(content, guarded)
    with _unreadable_when_it_fails():
        book = CalamineWorkbook.from_object(BytesIO(content))
        names = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible is SheetVisibleEnum.Visible and sheet.typ is SheetTypeEnum.WorkSheet
        ]
        if len(set(book.sheet_names)) < len(book.sheet_names):
            raise unreadable()  # of two sheets with one name the first would be read twice
    for number, name in enumerate(names):
        if number == guarded.most_sheets:
            raise too_large()
        if parts and name not in parts:
            raise unreadable()  # its errors and merged cells could be any of those found
        part = parts.get(name, Part())
        if not _KNOWN_ERRORS.issuperset(text for row in part.errors.values() for _, text in row):
            raise unknown_error()
        merges = vertical(part.merges)
        rows = _rows(book, name, part.errors)
        yield Sheet(name, filled(rows, merges) if merges else rows, merges)


def _parts(content: bytes, guarded: Guarded) -> dict[str, Part]:
    """Return the part of each sheet by its name; none when no part has anything to tell."""
    if not any(part.errors or part.merges for part in guarded.parts.values()):
        return {}
    with _unreadable_when_it_fails(), ZipFile(BytesIO(content)) as archive:
        return {name: guarded.parts[part] for name, part in sheet_parts(archive).items()}


def _rows(book: CalamineWorkbook, name: str, errors: Errors) -> Iterator[list[Cell]]:
    with _unreadable_when_it_fails():
        sheet = book.get_sheet_by_name(name)
        yield from _marked(_whole(sheet), errors) if errors else _whole(sheet)


def _whole(sheet: CalamineSheet) -> Iterator[list[Cell]]:
    """Return the rows from the first column on; the reader leaves out empty columns before them."""
    left_out = sheet.start[1] if sheet.start else 0
    rows = cast("Iterator[list[Cell]]", sheet.iter_rows())
    return ([*[""] * left_out, *cells] for cells in rows) if left_out else rows


def _marked(rows: Iterator[list[Cell]], errors: Errors) -> Iterator[list[Cell]]:
    """Yield rows with errors in their places; the reader leaves out last rows of errors only."""
    number = -1
    for number, cells in enumerate(rows):
        yield _with_errors(cells, errors.get(number, ()))
    for left_out in range(number + 1, max(errors) + 1):
        yield _with_errors([], errors.get(left_out, ()))


def _with_errors(cells: list[Cell], errors: Iterable[tuple[int, str]]) -> list[Cell]:
    for column, text in errors:
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = CellError(text)
    return cells


@contextmanager
def _unreadable_when_it_fails() -> Iterator[None]:
    """Raise the reader's errors about a damaged file as a refusal."""
    try:
        yield
    except Invalid:
        raise
    except PasswordError as fault:
        raise encrypted() from fault
    except MemoryError:
        raise  # the file is large, not damaged
    except Exception as fault:
        raise unreadable() from fault
    except BaseException as fault:
        # A panic in Rust is no Exception, and its class cannot be imported from the library.
        if type(fault).__name__ != "PanicException":
            raise
        raise unreadable() from fault
