"""Workbooks of Excel and WPS: .xlsx, .xlsm, .xlsb, .xls."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO

from python_calamine import CalamineWorkbook, PasswordError, SheetVisibleEnum

from services.roster.adapters.refusals import encrypted, too_large, unreadable
from shared.errors import Invalid

ZIP = b"PK\x03\x04"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


def excel_tables(content: bytes, most_sheets: int) -> Iterator[Iterator[Sequence[object]]]:
    """Yield the rows of each visible sheet, from the first row of the sheet on.

    Invalid (file_too_large) once more than `most_sheets` of them are asked for.
    """
    if content.startswith(COMPOUND) and _ENCRYPTED_PACKAGE in content:
        raise encrypted()
    with _unreadable_when_it_fails():
        book = CalamineWorkbook.from_object(BytesIO(content))
        names = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible is SheetVisibleEnum.Visible
        ]
    for number, name in enumerate(names):
        if number == most_sheets:
            raise too_large()
        yield _rows(book, name)


def _rows(book: CalamineWorkbook, name: str) -> Iterator[Sequence[object]]:
    with _unreadable_when_it_fails():
        yield from book.get_sheet_by_name(name).iter_rows()


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
