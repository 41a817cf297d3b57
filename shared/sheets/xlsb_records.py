"""The records of a sheet in an .xlsb workbook: what its reader does not tell of its cells."""

import struct
from collections.abc import Iterator

from shared.sheets.refusals import too_large, unreadable
from shared.sheets.sheet_marks import Marks, Place

BEGINNING = b"\x81\x01\x00"
"""With these bytes a sheet begins."""

_ROW, _BLANK, _ERROR, _FORMULA_ERROR, _LAST_CELL, _TEXT_WITH_FONTS = 0, 1, 3, 11, 11, 62
_WITHOUT_COLUMN = range(12, 19)
"""Cells that stand behind the last one: no program writes them, and the reader passes them over."""
_MERGED, _SHEET = 176, 156
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
_NUMBER = struct.Struct("<I")
_RANGE = struct.Struct("<4I")
_ERROR_AT = 8
"""In the record of a cell, behind its column and its style."""
_HEAD = 8
"""Bytes of the record that lists a sheet before its texts."""
_MOST = 1_000_000
"""Of errors and of merged cells."""
_LONGEST_LENGTH = 4
"""Bytes in which the length of a record is written, seven bits in each."""


def marks_of_records(part: bytes) -> tuple[Marks, list[Place]]:
    """Return the marks and the merged cells of a sheet; linear in its bytes.

    Raises Invalid: file_unreadable for a record that is not whole, file_too_large.
    """
    marks, merges, row, errors = Marks(), list[Place](), 0, 0
    try:
        for number, at, _ in _records(part):
            if number == _ROW:
                (row,) = _NUMBER.unpack_from(part, at)
            elif _BLANK < number <= _LAST_CELL or number == _TEXT_WITH_FONTS:
                (column,) = _NUMBER.unpack_from(part, at)
                marks.columns = max(marks.columns, column + 1)
                marks.rows = max(marks.rows, row + 1)
                if number in (_ERROR, _FORMULA_ERROR):
                    text = _ERRORS.get(part[at + _ERROR_AT], "#N/A")
                    marks.errors.setdefault(row, []).append((column, text))
                    errors += 1
            elif number == _MERGED:
                top, bottom, left, right = _RANGE.unpack_from(part, at)
                merges.append((top, left, bottom, right))
            elif number in _WITHOUT_COLUMN:
                raise unreadable()
            if errors > _MOST or len(merges) > _MOST:
                raise too_large()
    except (IndexError, struct.error) as fault:
        raise unreadable() from fault
    return marks, merges


def listed_sheets(part: bytes) -> dict[str, str]:
    """Return the identifier of each sheet's part by the sheet's name, as the workbook lists them.

    Raises Invalid (file_unreadable).
    """
    sheets: dict[str, str] = {}
    try:
        for number, at, _ in _records(part):
            if number == _SHEET:
                identifier, behind = _text(part, at + _HEAD)
                name, _ = _text(part, behind)
                sheets.setdefault(name, identifier)
    except (IndexError, struct.error, UnicodeDecodeError) as fault:
        raise unreadable() from fault
    return sheets


def _records(part: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield the number of each record, where its data begins, and its length."""
    at, size = 0, len(part)
    while at < size:
        number = part[at]
        at += 1
        if number & 0x80:
            number = number & 0x7F | (part[at] & 0x7F) << 7
            at += 1
        length = 0
        for place in range(_LONGEST_LENGTH):
            byte = part[at]
            at += 1
            length |= (byte & 0x7F) << 7 * place
            if not byte & 0x80:
                break
        if at + length > size:
            raise unreadable()
        yield number, at, length
        at += length


def _text(part: bytes, at: int) -> tuple[str, int]:
    """Return a text, and the place behind it."""
    (length,) = _NUMBER.unpack_from(part, at)
    end = at + _NUMBER.size + 2 * length
    return part[at + _NUMBER.size : end].decode("utf-16-le"), end
