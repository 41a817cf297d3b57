"""Guard against workbooks that would exhaust memory or time, before they are read."""

import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from copy import copy
from io import BytesIO
from typing import IO
from xml.parsers.expat import ExpatError
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from services.roster.adapters.refusals import encrypted, too_large, too_wide, unreadable
from services.roster.adapters.sheet_extent import extent_of

MOST_CELLS = 16_000_000  # the reader keeps 32 bytes for each cell of the rectangle, empty or not
MOST_SHEETS = 200

_ENCRYPTED = 0x1
_CHUNK = 1 << 20
_HEADER, _LENGTHS_AT, _LENGTHS = 30, 26, struct.Struct("<HH")
"""Bytes before a part's name, and where among them the lengths of its name and extra field are."""
_USUAL_COLUMNS, _LAST_ROW = 26, 1_048_576
_SHEET = b"sheetData"
# A row or a cell that does not begin with its place, plainly written, in the usual rectangle: A to
# Z, below row 1,000,000. A tag is looked at up to its end and no further: linear for any bytes.
_UNUSUAL = re.compile(
    rb"<(?!/)(?:[^<> \t\r\n:]*:)?"
    rb'(?:row(?=[ \t\r\n/>])(?! r="[0-9]{1,6}"[ />])'
    rb'|c(?=[ \t\r\n/>])(?! r="[A-Z][0-9]{1,6}"(?: [st]="[A-Za-z0-9]*")* ?/?>))'
)

_DAMAGE = (
    BadZipFile,
    NotImplementedError,
    OSError,
    EOFError,
    ValueError,
    struct.error,
    zlib.error,
    ExpatError,
)
"""Raised by the libraries for a damaged zip, or damaged XML in it."""


def refuse_bombs(content: bytes, largest: int, *, most_cells: int = MOST_CELLS) -> int:
    """Raise Invalid for a zip that is no workbook, unpacks to more than `largest`, or is too wide.

    Returns how many of its sheets may be read: together they are no more than `largest` bytes, even
    when all of them are one and the same part.
    """
    room, biggest = largest, 1
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            _refuse_other_zips(parts)
            _refuse_overlaps(content, parts, archive.start_dir)
            if sum(part.file_size for part in parts) > largest:
                raise too_large()
            for part in parts:
                size, is_sheet = _looked_at(archive, part, room, most_cells)
                room -= size
                biggest = max(biggest, size if is_sheet else 0)
    except _DAMAGE as fault:
        raise unreadable() from fault
    return min(MOST_SHEETS, largest // biggest)


def _refuse_other_zips(parts: Sequence[ZipInfo]) -> None:
    names = {part.filename for part in parts}
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise encrypted()
    if (
        not any(name.startswith("xl/") for name in names)
        # An OpenDocument sheet, which repeats cells by a number.
        or "content.xml" in names
        # Of two parts with one name the reader may take either.
        or len(names) < len(parts)
        or any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts)
    ):
        raise unreadable()


def _refuse_overlaps(content: bytes, parts: Sequence[ZipInfo], end: int) -> None:
    """Raise Invalid for parts that share bytes: these would be read once per part."""
    in_order = sorted(parts, key=lambda part: part.header_offset)
    for part, limit in zip(
        in_order, [*(one.header_offset for one in in_order[1:]), end], strict=True
    ):
        name_and_extra = sum(_LENGTHS.unpack_from(content, part.header_offset + _LENGTHS_AT))
        if part.header_offset + _HEADER + name_and_extra + part.compress_size > limit:
            raise unreadable()


def _looked_at(archive: ZipFile, part: ZipInfo, room: int, most_cells: int) -> tuple[int, bool]:
    """Return the size of a part, and whether it is a sheet; refuse what has no room or is too wide.

    Any part may be a sheet: the workbook says which are.
    """
    is_sheet = is_unusual = False
    whole = copy(part)
    # The reader unpacks everything, whatever size the part claims.
    whole.file_size = room + 2 * _CHUNK
    with archive.open(whole) as file:
        for text in _cut_after_tags(file):
            if file.tell() > room:
                raise too_large()
            is_sheet = is_sheet or _SHEET in text
            is_unusual = is_unusual or not text.endswith(b">") or bool(_UNUSUAL.search(text))
        size = file.tell()
    if is_sheet and is_unusual:
        with archive.open(whole) as file:
            columns, rows = extent_of(iter(lambda: file.read(_CHUNK), b""), most_cells)
        # Narrow sheets may reach the last row: a stray space there is common.
        if rows > _LAST_ROW or (columns > _USUAL_COLUMNS and columns * rows > most_cells):
            raise too_wide()
    return size, is_sheet


def _cut_after_tags(file: IO[bytes]) -> Iterator[bytes]:
    """Yield a text up to its last tag, in pieces that end with a tag."""
    tail = b""
    while chunk := file.read(_CHUNK):
        end = chunk.rfind(b">") + 1
        yield tail + chunk[:end] if end else tail + chunk
        tail = chunk[end:] if end else chunk[-len(_SHEET) :]
