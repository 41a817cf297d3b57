"""Where a list begins: the row or the two rows with its titles, and which column holds what."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.sheets.cells import Cell, cell_text
from shared.sheets.titles import Titles, plain_titles

WIDEST = 1_000
"""Columns in which titles are looked for."""

_VALUE = re.compile(r"[0-9]{9}")
"""What no title holds that nobody knows: a number, an identifier."""


@dataclass(frozen=True, slots=True)
class ListColumns:
    """The columns of one list; several lists can stand side by side.

    `at` has the column of each field; the list's own columns are those from `start` up to `end`.
    """

    at: Mapping[str, int]
    start: int = 0
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """The rows `first` to `last`, from 1, with titles of one or more lists."""

    first: int
    last: int
    lists: tuple[ListColumns, ...]


def find_headers(rows: Sequence[Sequence[Cell]], titles: Titles) -> list[Header]:
    """Return the headers among the first rows of a sheet, in their order.

    Each has all required fields, and no values: a form that is filled in has its titles beside
    them.
    """
    found: list[Header] = []
    for at in range(len(rows)):
        if not found or found[-1].last <= at:
            header = header_at(rows[at : at + 2], titles, first=at + 1)
            found += [header] if header is not None else []
    return found


def header_at(rows: Sequence[Sequence[Cell]], titles: Titles, *, first: int) -> Header | None:
    """Return the header that begins with the first of one or two rows; None without one."""
    texts = _texts(rows[0])
    if any(_VALUE.search(text) and titles.match(text) is None for text in texts):
        return None
    complete = [one for one in _headers(rows, first, titles) if is_complete(one, titles)]
    return complete[-1] if complete else None


def best_guess(rows: Sequence[Sequence[Cell]], titles: Titles) -> Header | None:
    """Return the header with the most known fields, though some are missing; None without any."""
    found = [
        header for at in range(len(rows)) for header in _headers(rows[at : at + 2], at + 1, titles)
    ]
    return max(found, key=count_fields, default=None)


def count_fields(header: Header) -> int:
    """Return how many columns of a header are known."""
    return _fields(header.lists)


def is_complete(header: Header, titles: Titles) -> bool:
    """Return whether each list of a header has the required fields."""
    return not any(titles.lacking(one.at) for one in header.lists)


def _headers(rows: Sequence[Sequence[Cell]], first: int, titles: Titles) -> Iterator[Header]:
    """Yield the headers that begin with row `first`: of it alone, then of it and the next one."""
    upper = _texts(rows[0])
    if not any(upper):
        return
    one = _lists(_single(upper), titles)
    if one:
        yield Header(first, first, one)
    lower = _texts(rows[1]) if len(rows) > 1 else []
    if _is_second_row(upper, lower, titles):
        both = _lists(_joined(upper, lower, titles), titles)
        # A row without titles of its own above a header is none of it: it may be a person.
        is_own = any(not titles.lacking(each.at) for each in one) or any(
            map(titles.is_of_others, upper)
        )
        alone = _fields(_lists(_single(lower), titles))
        if _fields(both) >= _fields(one) and (is_own or _fields(both) > alone):
            yield Header(first, first + 1, both)


def _texts(cells: Sequence[Cell]) -> list[str]:
    return [cell_text(cell) for cell in cells[:WIDEST]]


def _fields(lists: Sequence[ListColumns]) -> int:
    return sum(len(one.at) for one in lists)


def _is_second_row(upper: Sequence[str], lower: Sequence[str], titles: Titles) -> bool:
    """Return whether a row goes on with the titles above: it has none but titles, and one more."""
    own = [
        text
        for column, text in enumerate(lower)
        if text and text != (upper[column] if column < len(upper) else "")
    ]
    return (
        bool(own)
        and not any(_VALUE.search(text) for text in own)
        and all(plain_titles(text) for text in own)
        and any(titles.match(text) or _under(upper, lower, text, titles) for text in own)
        and not any(text.isdecimal() for text in own)
    )


def _under(upper: Sequence[str], lower: Sequence[str], text: str, titles: Titles) -> bool:
    column = lower.index(text)
    return titles.match(_spanning(upper, column) + text) is not None


def _spanning(upper: Sequence[str], column: int) -> str:
    """Return the title above a column: its own, or that which reaches over it from the left."""
    return next((text for text in reversed(upper[: column + 1]) if text), "")


def _single(texts: Sequence[str]) -> list[tuple[str, ...]]:
    """Return what each column of one row of titles may be called."""
    return [(text,) if text else () for text in texts]


def _joined(upper: Sequence[str], lower: Sequence[str], titles: Titles) -> list[tuple[str, ...]]:
    """Return what each column may be called: by both titles, by the lower one, by the upper one."""
    joined: list[tuple[str, ...]] = []
    for column in range(max(len(upper), len(lower))):
        above = upper[column] if column < len(upper) else ""
        below = lower[column] if column < len(lower) else ""
        spanning = _spanning(upper, column)
        if below and titles.is_of_others(spanning):
            joined.append((spanning + below,))
        else:
            names = (spanning + below, below) if below else (above,)
            joined.append(tuple(name for name in names if name))
    return joined


def _lists(named: Sequence[tuple[str, ...]], titles: Titles) -> tuple[ListColumns, ...]:
    """Return the columns of each list that a row of titles begins, of none without any field.

    A second list begins where a required field, or the same title, comes again after all required
    ones; of two titles for one field of a list the more usual one counts.
    """
    lists = [_OpenList()]
    is_after_others = False
    for column, names in enumerate(named):
        is_after_others = is_after_others or any(map(titles.is_of_others, names))
        found = next(((name, one) for name in names if (one := titles.match(name))), None)
        if found is None:
            continue
        name, (field, rank) = found
        again = lists[-1].has(field, name) or (field in titles.required and lists[-1].has(field))
        if again and not titles.lacking(lists[-1].columns()):
            lists.append(_OpenList(column, is_after_others=is_after_others))
        lists[-1].take(field, rank, name, column)
        is_after_others = False
    return _cut(named, [one.columns() for one in _whole(lists, named, titles)])


def _whole(
    lists: Sequence["_OpenList"], named: Sequence[tuple[str, ...]], titles: Titles
) -> list["_OpenList"]:
    """Return the lists that lack nothing; the first one when all lack something.

    What begins another list and does not end it belongs to the one before. A list to the right of a
    title about others (their relation, say) is theirs, unless all titles come again.
    """
    kept: list[_OpenList] = []
    for one in lists:
        if not kept:
            kept += [one] if one.columns() else []
        elif titles.lacking(one.columns()):
            kept[-1].take_in(one)
        else:
            period = one.start - kept[-1].start
            again = named[one.start : one.start + period] == named[kept[-1].start : one.start]
            kept += [one] if again or not one.is_after_others else []
    return kept


def _cut(
    named: Sequence[tuple[str, ...]], whole: Sequence[Mapping[str, int]]
) -> tuple[ListColumns, ...]:
    """Return lists with where the columns of each begin and end."""
    if not whole:
        return ()
    starts = [0, *(_start(named, whole[at - 1], whole[at]) for at in range(1, len(whole)))]
    ends = [*starts[1:], None]
    return tuple(
        ListColumns(at, start, end) for at, start, end in zip(whole, starts, ends, strict=True)
    )


class _OpenList:
    """The fields found so far of one list."""

    def __init__(self, start: int = 0, *, is_after_others: bool = False) -> None:
        self.start = start
        self.is_after_others = is_after_others
        self._found: dict[str, tuple[int, str, int]] = {}

    def has(self, field: str, name: str | None = None) -> bool:
        """Return whether a field stands here, under the same title if one is named."""
        return field in self._found and (
            name is None or plain_titles(self._found[field][1]) == plain_titles(name)
        )

    def take(self, field: str, rank: int, name: str, column: int) -> None:
        """Take a column, unless a more usual title has its field."""
        if not self._found:
            self.start = column
        if field not in self._found or rank < self._found[field][0]:
            self._found[field] = rank, name, column

    def take_in(self, other: "_OpenList") -> None:
        """Take the columns of another list in the same way."""
        for field, column in other.columns().items():
            rank, name, _ = other.known(field)
            self.take(field, rank, name, column)

    def known(self, field: str) -> tuple[int, str, int]:
        """Return the rank, the title and the column of a field."""
        return self._found[field]

    def columns(self) -> dict[str, int]:
        """Return the column of each field."""
        return {field: column for field, (_, _, column) in self._found.items()}


def _start(
    named: Sequence[tuple[str, ...]],
    before: Mapping[str, int],
    following: Mapping[str, int],
) -> int:
    """Return where the columns of a list begin that stands to the right of another one.

    A title that stands before the first list's fields, like a running number, comes again there.
    """
    begins, left = min(following.values()), max(before.values())
    leading = set(named[: min(before.values())]) - {()}
    again = [column for column in range(left + 1, begins) if named[column] in leading]
    return again[0] if again else begins
