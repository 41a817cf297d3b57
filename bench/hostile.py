"""Workbooks made to do harm."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise, repeat

from bench.packages import MAIN, package, worksheet

_HEADER = (
    '<row r="1"><c r="A1" t="str"><v>姓名</v></c><c r="B1" t="str"><v>身份证号</v></c></row>'
    '<row r="2"><c r="A2" t="str"><v>张三</v></c>'
    '<c r="B2" t="str"><v>370203198607091894</v></c></row>'
)
_MEGABYTE, _BOMB = 1 << 20, 2_000
_LEVELS = "abcdefghij"


def bomb() -> bytes:
    """Return two megabytes that unpack to two gigabytes."""
    return package(repeat(" " * _MEGABYTE, _BOMB))


def entities() -> bytes:
    """Return a sheet in which a word stands for ten thousand million."""
    declared = "".join(
        f'<!ENTITY {name} "{f"&{inner};" * 10}">' for inner, name in pairwise(_LEVELS)
    )
    kind = f'<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa">{declared}]>'
    person = f'<row r="3"><c r="A3" t="str"><v>&{_LEVELS[-1]};</v></c></row>'
    return package([kind, worksheet(_HEADER + person)])


def far_cell() -> bytes:
    """Return a sheet whose last possible cell holds a word."""
    far = '<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row>'
    return package([worksheet(_HEADER + far)])


def styled_rows(last: int) -> bytes:
    """Return a person above rows that have a format and nothing else."""
    return package(_styled(last))


def _styled(last: int) -> Iterator[str]:
    yield f'<worksheet xmlns="{MAIN}"><sheetData>{_HEADER}'
    for row_no in range(3, last + 1):
        cells = "".join(f'<c r="{letter}{row_no}" s="1"/>' for letter in "ABCDEFG")
        yield f'<row r="{row_no}" s="1" customFormat="1">{cells}</row>'
    yield "</sheetData></worksheet>"


STYLED = "999,999 styled rows"
HOSTILE: Mapping[str, Callable[[], bytes]] = {
    "zip bomb, 2 GB": bomb,
    "entities in entities": entities,
    "a cell in the far corner": far_cell,
    STYLED: partial(styled_rows, 999_999),
    "1,048,576 styled rows, all there are": partial(styled_rows, 1_048_576),
}
