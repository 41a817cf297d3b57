"""Merged cells: what stands in the first one holds for all rows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from shared.sheets.cells import Cell
from shared.sheets.refusals import too_large

_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Merge:
    """A rectangle of merged cells over several rows; all places from 0, the last ones included."""

    top: int
    left: int
    bottom: int
    right: int


def vertical(places: Iterable[tuple[int, int, int, int]]) -> list[Merge]:
    """Return the merges (top, left, bottom, right) over several rows, from top to bottom.

    Raises Invalid (file_too_large) for a million of them.
    """
    merges = []
    for place in places:
        top, _, bottom, _ = place
        if top < bottom:
            merges.append(Merge(*place))
            if len(merges) > _MOST:
                raise too_large()
    merges.sort(key=attrgetter("top", "left"))
    return merges


def filled(rows: Iterator[list[Cell]], merges: Sequence[Merge]) -> Iterator[list[Cell]]:
    """Yield rows in which the first cell of each merge stands in its column down to its last row.

    A later merge of a column ends an earlier one, so a row costs no more than its cells.
    """
    beginning = {top: list(begun) for top, begun in groupby(merges, attrgetter("top"))}
    last_top = max(beginning, default=-1)
    held: dict[int, tuple[int, Cell]] = {}
    for number, cells in enumerate(rows):
        if held:
            held = {column: one for column, one in held.items() if one[0] >= number}
            for column, (_, value) in held.items():
                cells.extend([""] * (column + 1 - len(cells)))
                cells[column] = value
        elif number > last_top:
            yield cells
            break
        for merge in beginning.get(number, ()):
            value = cells[merge.left] if merge.left < len(cells) else ""
            if value not in ("", None):
                held[merge.left] = merge.bottom, value
        yield cells
    yield from rows
