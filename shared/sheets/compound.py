"""The compound file that old Office programs write: a small file system in one file."""

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from shared.sheets.refusals import unreadable

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""With these bytes it begins."""

_HEADER = struct.Struct("<30xHH10x4xI4xIIIII")
_ENTRY = struct.Struct("<64sHBxIII36xII4x")
_LISTED = 109
"""Sectors of the allocation table that the header names itself; others are named in a chain."""
_LISTED_AT = 76
_END = 0xFFFFFFFE
_SMALLEST, _LARGEST = 7, 16
"""Sizes of sectors that there are, as powers of two; programs write 9 and 12."""
_STREAM = 2


class Entry(NamedTuple):
    """A stream or a storage: where its first sector is, and how many bytes it has."""

    kind: int
    first: int
    size: int


class CompoundFile:
    """The entries at the root of a compound file, by name in small letters.

    Time and memory are linear in the file. Raises Invalid (file_unreadable) for a damaged one.
    """

    def __init__(self, content: bytes) -> None:
        """Read the directory."""
        try:
            self._read(content)
        except (struct.error, ValueError) as fault:
            raise unreadable() from fault

    def _read(self, content: bytes) -> None:
        self._content = content
        shift, self._small_shift, directory, self._cutoff, small_table, _, more, _ = (
            _HEADER.unpack_from(content)
        )
        if not _SMALLEST <= shift <= _LARGEST or self._small_shift > shift:
            raise unreadable()
        self._size = 1 << shift
        self._table: Sequence[int] = ()
        self._table = self._numbers(self._sectors_of_table(more))
        entries = _entries(b"".join(map(self._sector, self._chain(directory))))
        self.entries = dict(_at_root(entries))
        root = entries[0][1]
        self._small = b"".join(map(self._sector, self._chain(root.first)))
        self._small_table = self._numbers(self._chain(small_table))

    def stream(self, name: str) -> bytes | None:
        """Return the bytes of the stream of that name; None without one."""
        kind, first, size = self.entries.get(name, Entry(0, _END, 0))
        if kind != _STREAM:
            return None
        if size >= self._cutoff:
            return b"".join(map(self._sector, self._chain(first)))[:size]
        shift = self._small_shift
        places = _linked(first, self._small_table)
        parts = (self._small[place << shift : (place + 1) << shift] for place in places)
        return b"".join(parts)[:size]

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._size
        return self._content[at : at + self._size]

    def _numbers(self, sectors: Iterator[int]) -> Sequence[int]:
        text = b"".join(map(self._sector, sectors))
        return struct.unpack_from(f"<{len(text) // 4}I", text)

    def _chain(self, first: int) -> Iterator[int]:
        return _linked(first, self._table)

    def _sectors_of_table(self, more: int) -> Iterator[int]:
        """Yield the sectors of the allocation table, no more than the file has."""
        left = len(self._content) // self._size
        listed: Sequence[int] = struct.unpack_from(f"<{_LISTED}I", self._content, _LISTED_AT)
        while left >= 0:
            for number in listed:
                if number < _END:
                    yield number
                    left -= 1
            if more >= _END:
                return
            *listed, more = self._numbers(iter([more]))
            left -= 1
        raise unreadable()


def _linked(first: int, table: Sequence[int]) -> Iterator[int]:
    """Yield the sectors of a chain; a chain without an end is damage."""
    left = len(table)
    while first < _END:
        if first >= len(table) or not left:
            raise unreadable()
        yield first
        first = table[first]
        left -= 1


def _entries(directory: bytes) -> list[tuple[str, Entry, tuple[int, int, int]]]:
    """Return every entry: its name, itself, and the numbers of its two neighbours and its child."""
    whole = len(directory) - len(directory) % _ENTRY.size
    entries = []
    for name, length, kind, left, right, child, first, size in _ENTRY.iter_unpack(
        directory[:whole]
    ):
        text = name[: max(length - 2, 0)].decode("utf-16-le", "replace").lower()
        entries.append((text, Entry(kind, first, size), (left, right, child)))
    if not entries:
        raise unreadable()
    return entries


def _at_root(
    entries: list[tuple[str, Entry, tuple[int, int, int]]],
) -> Iterator[tuple[str, Entry]]:
    """Yield the entries below the root entry: what is inside an embedded document is not there."""
    waiting, seen = [entries[0][2][2]], set()
    while waiting:
        number = waiting.pop()
        if number < len(entries) and number not in seen:
            seen.add(number)
            name, entry, (left, right, _) = entries[number]
            yield name, entry
            waiting += (left, right)
