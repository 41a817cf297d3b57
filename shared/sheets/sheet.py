"""What is read of a sheet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.sheets.cells import Cell
from shared.sheets.merges import Merge


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a sheet, decoded while they are iterated, and its cells merged over rows.

    The nth item of `rows` is row n of the sheet, from the very first row on. What stands in the
    first of merged cells stands in all their rows, in their first column. `name` is that of its
    tab, `""` for a text.
    """

    name: str
    rows: Iterator[Sequence[Cell]]
    merged: Sequence[Merge] = ()
