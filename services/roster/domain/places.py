"""Places of rows in a file: sheet, row, and which of the lists that stand side by side."""

from typing import NamedTuple

_PART_BITS, _ROW_BITS = 10, 30


class Place(NamedTuple):
    """A row of a list: the sheet from 1, the row there from 1, the list from 0."""

    sheet: int
    row: int
    part: int


def number_of(sheet: int, row: int, part: int = 0) -> int:
    """Return a number that orders places as the file does; it fits 63 bits."""
    return ((sheet << _ROW_BITS) | row) << _PART_BITS | part


def place_at(number: int) -> Place:
    """Return the place of a number."""
    row, part = number >> _PART_BITS, number & ((1 << _PART_BITS) - 1)
    return Place(row >> _ROW_BITS, row & ((1 << _ROW_BITS) - 1), part)
