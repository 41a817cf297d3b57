"""The records of an old .xls file (BIFF): looked through before the file is read."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from shared.sheets.refusals import encrypted, other_spreadsheet, too_large, unreadable
from shared.sheets.sheet_marks import Place

BEGINNINGS = (b"\x09\x00\x04\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")
"""What the oldest files begin with: they are no compound files."""

_BOF_4 = 0x0409
_BOF = {0x0009, 0x0209, _BOF_4, 0x0809}
_EOF, _FILEPASS, _CODEPAGE, _BOUNDSHEET, _MERGEDCELLS = 0x0A, 0x2F, 0x42, 0x85, 0xE5
_DIMENSIONS = {0x0000, 0x0200}
_GLOBALS, _WORKSHEET, _OLD_WORKBOOK = 0x05, 0x10, 0x0100
# The reader gets no others: odd names, drawings and links make it stumble, or exhaust it.
_KEPT = {
    *(_BOF | {_EOF, _BOUNDSHEET, _CODEPAGE, 0x22}),
    *(0xFC, 0x3C, 0x1E, 0x041E, 0x56, 0x43, 0x0243, 0x0443, 0xE0, 0x44),  # texts, formats
    *(0x02, 0x03, 0x0203, 0x04, 0x0204, 0x05, 0x0205, 0x027E, 0xBD, 0xFD, 0xD6),  # cells
    *(0x06, 0x0206, 0x0406, 0x07, 0x0207, 0x21, 0x0221, 0x04BC, 0x36, 0x37, 0x0236),  # formulas
}
_PASSED_OVER = 0x5A5A
"""No record has this number."""
_HEAD = struct.Struct("<HH")
_BOUND = struct.Struct("<IBB")
_RANGE = struct.Struct("<4H")
_MOST_MERGES = 1_000_000
_FORMATS, _LONGEST_FORMAT = (0x1E, 0x041E), 520
"""Looking through a format takes time that grows with the square of its length."""
_MOST = dict.fromkeys(_FORMATS, 5_000) | dict.fromkeys((0x43, 0x0243, 0x0443, 0xE0), 65_536)
"""Of records of a kind: each format takes time, each style kilobytes."""


@dataclass(slots=True)
class OldSheet:
    """A sheet that the reader counts, and whether it is a visible worksheet."""

    is_read: bool
    merges: list[Place] = field(default_factory=list)


@dataclass(slots=True)
class OldBook:
    """The bytes to be read, and what their reader would not tell of them."""

    stream: bytes
    sheets: list[OldSheet] = field(default_factory=list)
    codepage: int | None = None


def looked_through(stream: bytes) -> OldBook:
    """Return the book with all records passed over that values do not need.

    Linear in the bytes. Raises Invalid: file_encrypted, file_unreadable, file_too_large.
    """
    try:
        return _Walk(stream).book()
    except struct.error as fault:
        raise unreadable() from fault


class _Walk:
    """Follows the records as their reader will, and no bytes more than twice."""

    def __init__(self, stream: bytes) -> None:
        self._bytes = bytearray(stream)
        self._left = 2 * len(stream)
        self._merges_left = _MOST_MERGES
        self._left_of = dict(_MOST)
        self._codepage: int | None = None

    def book(self) -> OldBook:
        kind, stream_type = _HEAD.unpack_from(self._bytes)[0], self._stream_type(0)
        if kind not in _BOF:
            raise unreadable()
        if kind == _BOF_4 and stream_type == _OLD_WORKBOOK:
            raise other_spreadsheet("Excel 4.0 的工作簿")
        if stream_type == _GLOBALS:
            sheets = [self._sheet(*one) for one in self._listed()]
        else:
            sheets = [OldSheet(is_read=True)]
            for _ in self._records(0, _KEPT | _DIMENSIONS):
                pass
        return OldBook(bytes(self._bytes), sheets, self._codepage)

    def _listed(self) -> list[tuple[int, int]]:
        """Return where each sheet begins, and its visibility, which is 0 for visible ones."""
        listed = []
        for kind, at, _ in self._records(0, _KEPT):
            if kind == _BOUNDSHEET:
                position, visibility, sheet_type = _BOUND.unpack_from(self._bytes, at)
                if sheet_type == 0:
                    listed.append((position, visibility & 3))
        return listed

    def _sheet(self, position: int, visibility: int) -> OldSheet:
        sheet = OldSheet(visibility == 0 and self._stream_type(position) == _WORKSHEET)
        if sheet.is_read:
            for kind, at, length in self._records(position, _KEPT):
                if kind == _MERGEDCELLS:
                    sheet.merges += self._merged(at, length)
        return sheet

    def _merged(self, at: int, length: int) -> Iterator[Place]:
        self._merges_left -= length // _RANGE.size
        if self._merges_left < 0:
            raise too_large()
        whole = length - (length - 2) % _RANGE.size
        for top, bottom, left, right in _RANGE.iter_unpack(self._bytes[at + 2 : at + whole]):
            yield top, left, bottom, right

    def _stream_type(self, position: int) -> int:
        return int(_HEAD.unpack_from(self._bytes, position + 4)[1])

    def _records(self, position: int, kept: set[int]) -> Iterator[tuple[int, int, int]]:
        """Yield number, place of the data and length of each record, up to the end of the stream.

        What begins within the stream is embedded in it: its records are passed over.
        """
        embedded, at = False, position
        while True:
            kind, length = _HEAD.unpack_from(self._bytes, at)
            self._count(kind, length)
            if kind not in kept or (kind in _FORMATS and length > _LONGEST_FORMAT):
                _HEAD.pack_into(self._bytes, at, _PASSED_OVER, length)
            at += _HEAD.size
            if kind == _CODEPAGE:
                (self._codepage,) = struct.unpack_from("<H", self._bytes, at)
            if kind == _EOF:
                if not embedded:
                    return
                embedded = False
            elif kind in _BOF:
                embedded = at - _HEAD.size != position
            elif not embedded:
                yield kind, at, length
            at += length

    def _count(self, kind: int, length: int) -> None:
        """Refuse what is encrypted or would exhaust the reader."""
        if kind == _FILEPASS:
            raise encrypted()
        self._left -= _HEAD.size + length
        if self._left < 0:
            raise unreadable()
        if kind in self._left_of:
            self._left_of[kind] -= 1
            if self._left_of[kind] < 0:
                raise too_large()
