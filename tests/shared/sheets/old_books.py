"""Old workbooks (.xls) written by hand, record by record."""

import struct
from collections.abc import Iterable, Sequence

WORKBOOK, WORKSHEET, CHART = 0x05, 0x10, 0x20
_SECTOR, _FREE, _END, _TABLE = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ERRORS = {"#REF!": 0x17, "#N/A": 0x2A}


def record(kind: int, data: bytes = b"") -> bytes:
    """Write a record."""
    return struct.pack("<HH", kind, len(data)) + data


def bof(version: int, stream: int) -> bytes:
    """Write the beginning of a stream: version 0x0600 is Excel 97, 0x0500 is Excel 5."""
    return record(0x0809, struct.pack("<8H", version, stream, 0x0DBB, 1996, 0, 0, 0x0600, 0))


EOF = record(0x0A)


def text(row: int, column: int, written: str, encoding: str = "utf-16-le") -> bytes:
    """Write a cell with a text; one that is not UTF-16 is for Excel 5."""
    encoded = written.encode(encoding)
    head = struct.pack("<HHH", row, column, 0)
    if encoding == "utf-16-le":
        return record(0x0204, head + struct.pack("<HB", len(written), 1) + encoded)
    return record(0x0204, head + struct.pack("<H", len(encoded)) + encoded)


def number(row: int, column: int, value: float) -> bytes:
    """Write a cell with a number."""
    return record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def error(row: int, column: int, shown: str) -> bytes:
    """Write a cell that is an error."""
    return record(0x0205, struct.pack("<HHHBB", row, column, 0, _ERRORS[shown], 1))


def formula_error(row: int, column: int, shown: str) -> bytes:
    """Write a formula that results in an error."""
    result = struct.pack("<BxBxxxH", 2, _ERRORS[shown], 0xFFFF)
    return record(0x06, struct.pack("<HHH", row, column, 0) + result + bytes(8))


def boolean(row: int, column: int, *, value: bool) -> bytes:
    """Write a cell that is true or false."""
    return record(0x0205, struct.pack("<HHHBB", row, column, 0, value, 0))


def merged(*places: tuple[int, int, int, int]) -> bytes:
    """Write merged cells, each as its first and last row, first and last column."""
    return record(
        0xE5, struct.pack("<H", len(places)) + b"".join(struct.pack("<4H", *p) for p in places)
    )


def stream(
    sheets: Sequence[tuple[str, int, bytes]],
    *,
    version: int = 0x0600,
    codepage: int | None = 1200,
    others: bytes = b"",
) -> bytes:
    """Write the stream of a workbook: each sheet's name, visibility and records."""
    encoding = "utf-16-le" if version == 0x0600 else "gb18030"
    begin = bof(version, WORKBOOK) + others
    if codepage is not None:
        begin += record(0x42, struct.pack("<H", codepage))
    bodies = [bof(version, WORKSHEET) + cells + EOF for _, _, cells in sheets]
    names = [_name(name, encoding) for name, _, _ in sheets]
    at = len(begin) + sum(4 + 6 + len(name) for name in names) + len(EOF)
    listed = b""
    for (_, visibility, _), name, body in zip(sheets, names, bodies, strict=True):
        listed += record(0x85, struct.pack("<IBB", at, visibility, 0) + name)
        at += len(body)
    return begin + listed + EOF + b"".join(bodies)


def _name(name: str, encoding: str) -> bytes:
    encoded = name.encode(encoding)
    if encoding == "utf-16-le":
        return struct.pack("<BB", len(name), 1) + encoded
    return struct.pack("<B", len(encoded)) + encoded


class _Sectors:
    """Streams in sectors, each of which names the next one."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.body = b""
        self.table: list[int] = []

    def add(self, content: bytes) -> int:
        """Add a stream, and return its first sector."""
        first = len(self.table)
        padded = content + bytes(-len(content) % self.size)
        self.table += [*range(first + 1, first + len(padded) // self.size), _END]
        self.body += padded
        return first


def compound(streams: Iterable[tuple[str, bytes]], *, small: bool = False) -> bytes:
    """Write a compound file; `small` streams, of less than 4,096 bytes, stand together in one."""
    listed = [*streams]
    sectors, smalls = _Sectors(_SECTOR), _Sectors(64)
    if small:
        firsts = [smalls.add(content) for _, content in listed]
        root, small_table = sectors.add(smalls.body), sectors.add(_packed(smalls.table))
    else:
        listed = [(name, content + bytes(max(0, 4096 - len(content)))) for name, content in listed]
        firsts = [sectors.add(content) for _, content in listed]
        root = small_table = _END
    entries = [_entry("Root Entry", 5, root, len(smalls.body), child=1)]
    for place, ((name, content), first) in enumerate(zip(listed, firsts, strict=True), 1):
        right = place + 1 if place < len(listed) else _FREE
        entries.append(_entry(name, 2, first, len(content), right=right))
    directory = sectors.add(b"".join(entries))
    tables = len(sectors.table) // (_SECTOR // 4 - 1) + 2
    places = [*range(len(sectors.table), len(sectors.table) + tables)]
    more, lists = _listed(places[109:], places[-1] + 1)
    table = _packed([*sectors.table, *[_TABLE] * tables, *[_TABLE] * (len(lists) // _SECTOR)])
    begin = struct.pack("<8s16x5H10x", _MARK, 0x3E, 3, 0xFFFE, 9, 6)
    begin += struct.pack("<5I", tables, directory, 0, 4096, small_table)
    begin += struct.pack("<3I", small, more, len(lists) // _SECTOR)
    begin += struct.pack("<109I", *places[:109], *[_FREE] * (109 - tables))
    return begin + sectors.body + table.ljust(tables * _SECTOR, b"\xff") + lists


def _listed(places: list[int], at: int) -> tuple[int, bytes]:
    """Return the first sector of a list of sectors that is written from `at` on, and the list."""
    content = b""
    for start in range(0, len(places), 127):
        part = places[start : start + 127]
        at += 1
        end = start + 127 >= len(places)
        content += struct.pack("<128I", *part, *[_FREE] * (127 - len(part)), _END if end else at)
    return (at - len(content) // _SECTOR if places else _END), content


def _packed(table: list[int]) -> bytes:
    """Write an allocation table into whole sectors."""
    free = -len(table) % (_SECTOR // 4)
    return struct.pack(f"<{len(table) + free}I", *table, *[_FREE] * free)


def _entry(
    name: str, kind: int, first: int, size: int, *, right: int = _FREE, child: int = _FREE
) -> bytes:
    encoded = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII36xIII", encoded, len(encoded) + 2, kind, 1, _FREE, right, child, first, size, 0
    )
