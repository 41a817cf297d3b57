"""Guard against workbooks that would exhaust memory or time, before they are read."""

import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO
from xml.parsers.expat import ExpatError
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from shared.sheets.kinds import other_zip
from shared.sheets.refusals import encrypted, too_large, too_wide, unreadable
from shared.sheets.sheet_marks import Errors, Marks, Place, marks_of, merges_in
from shared.sheets.xlsb_records import BEGINNING, marks_of_records

MOST_CELLS = 16_000_000  # the reader keeps 32 bytes for each cell of the rectangle, empty or not
MOST_SHEETS = 200

_ENCRYPTED = 0x1
_CHUNK = 1 << 20
_HEADER, _LENGTHS_AT, _LENGTHS = 30, 26, struct.Struct("<HH")
"""Bytes before a part's name, and where among them the lengths of its name and extra field are."""
_USUAL_COLUMNS, _LAST_ROW = 26, 1_048_576
_SHEET, _ERROR, _MERGES = b"sheetData", b't="e"', b"mergeCell"
_MOST_MERGES = 1_000_000
_USUAL_ROW = rb"(?:[0-9]{1,6}|10[0-4][0-9]{4})"
"""A number up to 1,049,999: `_LAST_ROW`, and what is harmless below it."""
# A row or a cell that does not begin with its place, plainly written, in the usual rectangle: A to
# Z, down to the last row. A tag is looked at up to its end and no further: linear for any bytes.
_UNUSUAL_NAME = (
    rb'(?:c(?! r="[A-Z]' + _USUAL_ROW + rb'"(?: s="[0-9]*"|)(?: t="[A-Za-z]*"|) ?/?>)'
    rb'|row(?! r="' + _USUAL_ROW + rb'"[ />]))(?=[ \t\r\n/>])'
)
_UNUSUAL = re.compile(rb"<" + _UNUSUAL_NAME)
_UNUSUAL_PREFIXED = re.compile(rb"<(?!/)(?:[^<> \t\r\n:]*:)?" + _UNUSUAL_NAME)
"""The same where names may have a prefix, which takes half as long again."""
_PREFIXED = re.compile(rb":(?:c|row)[ \t\r\n/>]")

_NO_RESULT = re.compile(rb"(?:</f>|<f[^<>]*/>)(?:<v ?/>|<v></v>)?</c>")
_LONGEST_END = 200
"""Bytes of a piece that are looked at again with the next one."""

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


@dataclass(slots=True)
class Part:
    """What its reader would not tell of a sheet: the errors and merged cells in it.

    `errors` are texts per row and column; `merges` are top, left, bottom, right; all from 0.
    """

    size: int = 0
    is_sheet: bool = False
    errors: Errors = field(default_factory=dict)
    merges: list[Place] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Guarded:
    """How many sheets of a workbook may be read, and its parts by their names."""

    most_sheets: int
    parts: dict[str, Part]


def refuse_bombs(content: bytes, largest: int, *, most_cells: int = MOST_CELLS) -> Guarded:
    """Raise Invalid for a zip that is no workbook, unpacks to more than `largest`, or is too wide.

    The sheets that may be read are together no more than `largest` bytes, even when all of them are
    one and the same part.
    """
    room, parts = largest, {}
    try:
        with ZipFile(BytesIO(content)) as archive:
            infos = archive.infolist()
            _refuse_other_zips(infos)
            _refuse_overlaps(content, infos, archive.start_dir)
            if sum(info.file_size for info in infos) > largest:
                raise too_large()
            for info in infos:
                part = _looked_at_records(archive, info, room, most_cells) or _looked_at(
                    archive, info, room, most_cells
                )
                room -= part.size
                parts[info.filename] = part
    except _DAMAGE as fault:
        raise unreadable() from fault
    biggest = max((part.size for part in parts.values() if part.is_sheet), default=1)
    return Guarded(min(MOST_SHEETS, largest // max(biggest, 1)), parts)


def _refuse_other_zips(parts: Sequence[ZipInfo]) -> None:
    names = {part.filename for part in parts}
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise encrypted()
    # An OpenDocument sheet repeats cells by a number, also beside a workbook in the same zip.
    if not any(name.startswith("xl/") for name in names) or "content.xml" in names:
        raise other_zip(names)
    if (
        # Of two parts with one name the reader may take either.
        len(names) < len(parts)
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


def _looked_at(archive: ZipFile, info: ZipInfo, room: int, most_cells: int) -> Part:
    """Return what is to be known of a part; refuse what has no room or is too wide.

    Any part may be a sheet: the workbook says which are.
    """
    part = Part()
    is_unusual = has_errors = False
    last = b""
    whole = copy(info)
    # The reader unpacks everything, whatever size the part claims.
    whole.file_size = room + 2 * _CHUNK
    with archive.open(whole) as file:
        for text in _cut_after_tags(file):
            if file.tell() > room:
                raise too_large()
            part.is_sheet = part.is_sheet or _SHEET in text
            has_errors = has_errors or _ERROR in text or _lacks_result(last + text)
            last = text[-_LONGEST_END:]
            is_unusual = is_unusual or not text.endswith(b">") or _holds_unusual(text)
            if _MERGES in text:
                part.merges += merges_in(text)
            if len(part.merges) > _MOST_MERGES:
                raise too_large()
        part.size = file.tell()
    if part.is_sheet and (is_unusual or has_errors):
        with archive.open(whole) as file:
            marks = marks_of(iter(lambda: file.read(_CHUNK), b""), most_cells)
        part.errors = _not_too_wide(marks, most_cells).errors
    return part


def _looked_at_records(archive: ZipFile, info: ZipInfo, room: int, most_cells: int) -> Part | None:
    """Return the same of a sheet in records; None for a part that is none."""
    whole = copy(info)
    whole.file_size = room + 2 * _CHUNK
    with archive.open(whole) as file:
        beginning = file.read(len(BEGINNING))
        if beginning != BEGINNING:
            return None
        text = beginning + file.read(room)
    if len(text) > room:
        raise too_large()
    marks, merges = marks_of_records(text)
    return Part(
        size=len(text),
        is_sheet=True,
        errors=_not_too_wide(marks, most_cells).errors,
        merges=merges,
    )


def _holds_unusual(text: bytes) -> bool:
    pattern = _UNUSUAL_PREFIXED if _PREFIXED.search(text) else _UNUSUAL
    return pattern.search(text) is not None


def _lacks_result(text: bytes) -> bool:
    """Return whether a piece may hold a formula that is kept without its result."""
    # Most sheets without formulas lack the letter: it is found ten times as fast as a tag.
    has_formula = b"f" in text and (b"</f>" in text or b"<f" in text)
    return has_formula and _NO_RESULT.search(text) is not None


def _not_too_wide(marks: Marks, most_cells: int) -> Marks:
    # Narrow sheets may reach the last row: a stray space there is common.
    if marks.rows > _LAST_ROW or (
        marks.columns > _USUAL_COLUMNS and marks.columns * marks.rows > most_cells
    ):
        raise too_wide()
    return marks


def _cut_after_tags(file: IO[bytes]) -> Iterator[bytes]:
    """Yield a text up to its last tag, in pieces that end with a tag."""
    tail = b""
    while chunk := file.read(_CHUNK):
        end = chunk.rfind(b">") + 1
        yield tail + chunk[:end] if end else tail + chunk
        tail = chunk[end:] if end else chunk[-len(_SHEET) :]
