"""Workbooks that would fill the memory, found before they are read."""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from services.roster.adapters.refusals import encrypted, too_large, too_wide, unreadable

MOST_CELLS = 16_000_000  # the reader keeps 32 bytes for each cell of the rectangle, empty or not

_ENCRYPTED = 0x1
_CHUNK = 1 << 20
_TAIL = 512  # longer than the tag of a cell
_USUAL_COLUMNS, _USUAL_ROWS = 26, 99_999
# Cells with content beyond the usual: those of two letters, or of six digits.
_FAR_CELL = re.compile(rb' r="([A-Z]{2,3}[0-9]+|[A-Z][0-9]{6,})"[^>]*(?<!/)><(?!/)')
_LETTERS = re.compile(rb"[A-Z]+")


def refuse_bombs(content: bytes, largest: int) -> None:
    """Refuse a zip that is no workbook, unpacks to more than `largest` bytes, or is too wide."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            if any(part.flag_bits & _ENCRYPTED for part in parts):
                raise encrypted()
            if not any(part.filename.startswith("xl/") for part in parts):
                raise unreadable()
            if sum(part.file_size for part in parts) > largest:
                raise too_large()
            for part in parts:
                _refuse_wide(archive, part)
    except (BadZipFile, NotImplementedError, OSError, EOFError, ValueError, zlib.error) as fault:
        raise unreadable() from fault


def _refuse_wide(archive: ZipFile, part: ZipInfo) -> None:
    if not (part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml")):
        return
    columns, rows = _USUAL_COLUMNS, _USUAL_ROWS
    for reference in _far_cells(archive, part):
        letters = _LETTERS.match(reference)
        assert letters
        columns = max(columns, _column(letters[0]))
        rows = max(rows, int(reference[letters.end() :]))
        # Few columns may go down to the last row: a stray space there is an everyday thing.
        if columns > _USUAL_COLUMNS and columns * rows > MOST_CELLS:
            raise too_wide()


def _far_cells(archive: ZipFile, part: ZipInfo) -> Iterator[bytes]:
    with archive.open(part) as file:
        tail = b""
        while chunk := file.read(_CHUNK):
            text = tail + chunk
            yield from _FAR_CELL.findall(text)
            tail = text[-_TAIL:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
