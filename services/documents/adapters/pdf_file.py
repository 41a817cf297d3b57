"""A PDF file of numbered objects, written in one go: the same objects give the same bytes."""

import hashlib
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

CATALOG: Final = 1
PAGES: Final = 2
RESOURCES: Final = 3
STRUCTURE: Final = 4
PARENT_TREE: Final = 5
ROOT_ELEMENT: Final = 6
INFO: Final = 7
METADATA: Final = 8
PROFILE: Final = 9
OUTLINES: Final = 10
FIRST_FREE: Final = 11
"""Objects that every file has once; those of its papers come after."""

_REFERENCE = re.compile(rb"(\d+) 0 R")
_OBJECTS_A_STREAM = 500
"""Readers unpack a whole object stream for one object in it."""


def moved(body: bytes, by: int) -> bytes:
    """Return an object whose references to objects of its paper are higher by `by`."""
    if not by:
        return body

    def higher(found: re.Match[bytes]) -> bytes:
        number = int(found[1])
        return b"%d 0 R" % (number + by if number >= FIRST_FREE else number)

    return _REFERENCE.sub(higher, body)


def text_string(text: str) -> bytes:
    """Return a text string object, in UTF-16 as titles need it."""
    return b"<" + (b"\xfe\xff" + text.encode("utf-16-be")).hex().encode() + b">"


def references(numbers: Iterable[int]) -> bytes:
    """Return an array of references."""
    return b"[" + b" ".join(b"%d 0 R" % number for number in numbers) + b"]"


class PdfFile:
    """Objects by number, in object streams where they may be, and the file that they make."""

    def __init__(self) -> None:
        self._next = FIRST_FREE
        self._whole: dict[int, bytes] = {}
        self._packed: dict[int, bytes] = {}
        self._packs: list[tuple[Sequence[int], bytes]] = []

    def reserve(self, count: int = 1) -> int:
        """Return the first of `count` new numbers."""
        first, self._next = self._next, self._next + count
        return first

    def put(self, number: int, body: bytes) -> None:
        """Give a number its object, which is no stream."""
        self._packed[number] = body

    def put_stream(self, number: int, content: bytes, extra: bytes = b"") -> None:
        """Give a number a stream; `extra` is more of its dictionary."""
        self.put_packed(number, zlib.compress(content), extra)

    def put_packed(self, number: int, packed: bytes, extra: bytes = b"") -> None:
        """Give a number a stream that is deflated already."""
        self._whole[number] = b"<</Length %d/Filter/FlateDecode%s>>stream\n%s\r\nendstream" % (
            len(packed),
            extra,
            packed,
        )

    def put_plain(self, number: int, content: bytes, extra: bytes = b"") -> None:
        """Give a number a stream as it is: readers find metadata without unpacking it."""
        self._whole[number] = b"<</Length %d%s>>stream\n%s\r\nendstream" % (
            len(content),
            extra,
            content,
        )

    def put_pack(self, numbers: Sequence[int], stream: bytes) -> None:
        """Add a finished object stream that holds the objects of `numbers`, in this order."""
        self._packs.append((numbers, stream))

    def written(self) -> bytes:
        """Return the file; its identifier is a digest of what it holds."""
        self._pack_rest()
        places: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
        parts = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"]
        at = len(parts[0])

        def append(number: int, body: bytes) -> None:
            nonlocal at
            part = b"%d 0 obj\n%s\nendobj\n" % (number, body)
            places[number] = (1, at, 0)
            parts.append(part)
            at += len(part)

        for number, body in self._whole.items():
            append(number, body)
        for numbers, stream in self._packs:
            holder = self.reserve()
            append(holder, stream)
            for index, number in enumerate(numbers):
                places[number] = (2, holder, index)
        table = self.reserve()
        places[table] = (1, at, 0)
        digest = hashlib.sha256()
        for part in parts:
            digest.update(part)
        parts.append(self._cross_references(table, places, digest.hexdigest()[:32].encode()))
        parts.append(b"startxref\n%d\n%%%%EOF\n" % at)
        return b"".join(parts)

    def _pack_rest(self) -> None:
        numbers = list(self._packed)
        for start in range(0, len(numbers), _OBJECTS_A_STREAM):
            some = numbers[start : start + _OBJECTS_A_STREAM]
            self._packs.append((some, object_stream({one: self._packed[one] for one in some})))
        self._packed = {}

    def _cross_references(
        self, table: int, places: Mapping[int, tuple[int, int, int]], identifier: bytes
    ) -> bytes:
        size = table + 1
        free = (0, 0, 65535)
        rows = b"".join(
            b"%c%b%b" % (kind, where.to_bytes(4), index.to_bytes(2))
            for kind, where, index in (places.get(number, free) for number in range(size))
        )
        packed = zlib.compress(rows)
        return (
            b"%d 0 obj\n<</Type/XRef/Size %d/W[1 4 2]/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]"
            b"/Length %d/Filter/FlateDecode>>stream\n%s\r\nendstream\nendobj\n"
            % (table, size, CATALOG, INFO, identifier, identifier, len(packed), packed)
        )


def object_stream(bodies: Mapping[int, bytes]) -> bytes:
    """Return one stream object that holds the objects by their numbers."""
    heads, at = [], 0
    for number, body in bodies.items():
        heads.append(b"%d %d" % (number, at))
        at += len(body) + 1
    head = b" ".join(heads) + b"\n"
    packed = zlib.compress(head + b"\n".join(bodies.values()))
    return b"<</Type/ObjStm/N %d/First %d/Length %d/Filter/FlateDecode>>stream\n%s\r\nendstream" % (
        len(bodies),
        len(head),
        len(packed),
        packed,
    )


def put_page(
    pdf: PdfFile, number: int, size: tuple[float, float], streams: Sequence[int], index: int
) -> None:
    """Add a page: its size in points, its content, its place in the file from 0."""
    box = b"[0 0 %.4f %.4f]" % size
    pdf.put(
        number,
        b"<</Type/Page/Parent %d 0 R/MediaBox%s/Contents%s/Resources %d 0 R/Tabs/S"
        b"/StructParents %d>>" % (PAGES, box, references(streams), RESOURCES, index),
    )
