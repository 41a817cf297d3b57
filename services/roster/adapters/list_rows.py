"""The rows of one sheet with lists: persons are yielded, all other rows counted by kind."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from itertools import chain, pairwise
from typing import NamedTuple

from services.roster.adapters.columns import ROSTER_TITLES
from services.roster.adapters.refusals import persons_beside_list, rows_above_header, titles_below
from services.roster.domain.documents import Document, DocumentKind, read_document
from services.roster.domain.persons import RawRow
from services.roster.domain.places import number_of
from services.roster.domain.quick_reading import PlainPerson, PlainReader
from services.roster.domain.row_kinds import (
    RowKind,
    could_be_name,
    could_be_number,
    kind_of,
    marks_example,
)
from services.roster.domain.typed_text import compact
from shared.sheets.cells import Cell, cell_text
from shared.sheets.headers import Header, ListColumns, header_at
from shared.sheets.merges import Merge

Row = tuple[int, Sequence[Cell]]
"""A row's number in its sheet, from 1, and its cells."""
PlainOf = Callable[[Mapping[str, int]], PlainReader]
"""Returns what reads the plain rows of a list by its columns."""
_END: Row = (0, ())
_BLANK = (None, "")
_NUMBER_LENGTH = 18
_FEWEST_TITLES = 3
_LIKE_TITLE = re.compile(
    r"[^0-9]{0,8}(?:名|号|号码|型|别|电话|备注|班组|部门|单位|日期|人员|工种|序号)"
)
_NUMBER_TITLE = re.compile(
    r"证|号|证号|号码|证件|(?:证件|身份)证?号码?|ID(?:CARD|NO|NUMBER)?[.]?|CARD", re.IGNORECASE
)
_TELLING = frozenset({"高危职业", "高危", "护照", "港澳台居民居住证", "外国人永久居留身份证"})
"""Words without which a person would be enrolled as somebody else."""


class FoundRow(NamedTuple):
    """A row with a person, read already when it is plain."""

    place: int
    plain: PlainPerson | None
    number: int
    cells: Sequence[Cell]
    at: Mapping[str, int]
    sheet: str

    def written(self) -> RawRow:
        """Return the texts of the row's fields."""
        texts = {
            field: cell_text(self.cells[at])
            for field, at in self.at.items()
            if at < len(self.cells)
        }
        return RawRow(self.number, **texts, sheet=self.sheet)


class ColumnTells(Exception):  # noqa: N818 - a question
    """A column that is not read holds words that say how somebody is enrolled."""


class ListRows:
    """Walks through one sheet."""

    def __init__(
        self,
        number: int,
        label: str,
        merged: Iterable[Merge],
        plain_of: PlainOf,
        counts: Counter[RowKind],
    ) -> None:
        """Read sheet `number`; `label` names it in a file of several.

        `counts` counts the rows that are left out: persons are counted by whoever takes them.
        """
        self._number = number
        self._label = label
        self._rows_of: dict[int, list[tuple[int, int]]] = {}
        for merge in merged:
            self._rows_of.setdefault(merge.left, []).append((merge.top, merge.bottom))
        self._plain_of = plain_of
        self._counts = counts
        self._lists: Sequence[ListColumns] = ()
        self._readers: Sequence[PlainReader] = ()
        self._merged: Sequence[Sequence[Sequence[tuple[int, int]]]] = ()
        """Of each list, the merged rows of its required columns."""
        self._titles: Sequence[Sequence[str]] = ()
        self._unread: Sequence[int] = ()
        self._untitled: AbstractSet[int] = frozenset()
        """Columns that are not read, and those among them that no title names."""
        self._width = 0
        self._is_chosen = False
        self._last_title = 0
        self._blank = 0
        """Blank rows that count as soon as something follows them."""

    def rows(
        self,
        header: Header,
        head: Sequence[Row],
        rest: Iterator[Row],
        examples: range = range(0),
        *,
        is_chosen: bool = False,
    ) -> Iterator[FoundRow]:
        """Yield the persons below a header, which stands in the `head` of the sheet, or above it.

        `examples` are rows above it. Raises Invalid for persons above the header, and for those in
        columns without a title: rows_above_header, persons_beside_list.
        """
        self._is_chosen = is_chosen
        self._width = max((len(cells) for _, cells in head), default=0)
        self._begin(header, [cells for _, cells in head[max(header.first - 1, 0) : header.last]])
        for number, cells in head[: header.last]:
            self._count_above(number, cells, examples)
        for row, following in pairwise(chain(head[header.last :], rest, [_END])):
            number, cells = row
            if len(cells) > self._width:
                self._look_beside(number, cells, range(self._width, len(cells)))
            if self._unread:
                self._look_beside(number, cells, self._unread)
            for part, read in enumerate(self._readers):
                plain = read(cells)
                if plain is not None and self._is_plain(row, part):
                    if self._blank:
                        self._count_blank()
                    yield self._person(row, part, plain)
                    continue
                if part == 0 and self._is_title(row, following):
                    break
                found = self._found(row, part)
                if found is not None:
                    yield found

    def _is_plain(self, row: Row, part: int) -> bool:
        """Return whether nothing beside a plain row's fields makes it another kind."""
        number, cells = row
        columns = self._lists[part]
        first = cells[columns.start]
        if type(first) is not float:  # a running number is what nearly all rows begin with
            before = cells[columns.start : columns.at["name"]]
            first = next((cell for cell in before if cell not in _BLANK), None)
            if type(first) is str and marks_example(first):
                return False
        return not self._rows_of or not self._continues(number, part)

    def _is_title(self, row: Row, following: Row) -> bool:
        """Return whether a row belongs to a header, which is counted."""
        is_title = row[0] <= self._last_title or self._begins_anew(row, following)
        if is_title:
            self._count_blank()
            self._counts[RowKind.TITLE] += 1
        return is_title

    def _found(self, row: Row, part: int) -> FoundRow | None:
        """Return the person of a list's row; None for another row, which is counted."""
        number, cells = row
        columns = self._lists[part]
        own = [cell_text(cell) for cell in cells[columns.start : columns.end]]
        if not any(own):
            self._blank += 1
            return None
        self._count_blank()
        texts = {
            field: own[at - columns.start]
            for field, at in columns.at.items()
            if at - columns.start < len(own)
        }
        kind = RowKind.EMPTY if self._continues(number, part) else kind_of(texts, own)
        if kind is RowKind.PERSON:
            return self._person(row, part, None)
        self._counts[kind] += 1
        return None

    def _person(self, row: Row, part: int, plain: PlainPerson | None) -> FoundRow:
        number, cells = row
        place = number_of(self._number, number, part)
        return FoundRow(place, plain, number, cells, self._lists[part].at, self._label)

    def _begin(self, header: Header, titles: Sequence[Sequence[Cell]]) -> None:
        self._lists = header.lists
        self._last_title = header.last
        self._titles = [[cell_text(cell) for cell in cells] for cells in titles]
        named = {at for texts in self._titles for at, text in enumerate(texts) if text}
        read = {at for columns in header.lists for at in columns.at.values()}
        self._unread = [at for at in range(self._width) if at not in read]
        if self._is_chosen:  # their titles are unknown too: another list may stand there
            named = {
                at
                for texts in self._titles
                for at, text in enumerate(texts)
                if ROSTER_TITLES.is_of_others(text)
            }
        self._untitled = {at for at in self._unread if at not in named}
        self._readers = [self._plain_of(columns.at) for columns in header.lists]
        self._merged = [
            [self._rows_of.get(columns.at[field], []) for field in ROSTER_TITLES.required]
            for columns in header.lists
        ]

    def _begins_anew(self, row: Row, following: Row) -> bool:
        """Return whether a row is a header again; its columns, which may be others, hold below."""
        number, cells = row
        if could_be_number(_text(cells, self._lists[0].at["number"])) or not any(cells):
            return False
        rows = [cells, following[1]] if following[0] == number + 1 else [cells]
        header = header_at(rows, ROSTER_TITLES, first=number)
        if header is not None:
            self._begin(header, rows[: header.last + 1 - number])
        is_known = header is not None or [cell_text(cell) for cell in cells] in self._titles
        if not is_known and (
            _names_number(_text(cells, self._lists[0].at["number"]))
            or (_may_be_titles(cells) and any(map(_is_resident_number, following[1])))
        ):
            raise titles_below(number, self._label)
        return is_known

    def _look_beside(self, number: int, cells: Sequence[Cell], columns: Iterable[int]) -> None:
        """Look at the cells of a row that no list reads.

        Raises Invalid (persons_beside_list) for a resident's number in a column without a title;
        ColumnTells for a word like 高危职业, unless the operator chose the columns.
        """
        for at in columns:
            cell = cells[at] if at < len(cells) else None
            if type(cell) is not str or not cell:
                continue
            if cell in _TELLING and not self._is_chosen:
                raise ColumnTells
            if (at in self._untitled or at >= self._width) and _is_resident_number(cell):
                raise persons_beside_list(number, at + 1, self._label)

    def _count_above(self, number: int, cells: Sequence[Cell], examples: range) -> None:
        """Count a row above the end of the header: titles, unless a person stands there."""
        kind = RowKind.TITLE if any(cell_text(one) for one in cells) else RowKind.EMPTY
        if any(_is_person(cells, one.at) for one in self._lists) or _holds_resident(cells):
            if number not in examples:
                raise rows_above_header(number, self._label)
            kind = RowKind.EXAMPLE
        self._counts[kind] += 1

    def _count_blank(self) -> None:
        self._counts[RowKind.EMPTY] += self._blank
        self._blank = 0

    def _continues(self, number: int, part: int) -> bool:
        """Return whether a row is the rest of a person whose name and number are merged cells."""
        return bool(self._rows_of) and all(
            _is_below_first(number - 1, merges) for merges in self._merged[part]
        )


def _is_below_first(row: int, merges: Sequence[tuple[int, int]]) -> bool:
    """Return whether a row from 0 is in a merge, of (first, last) in order, but not its first."""
    at = bisect_left(merges, (row, 0)) - 1
    return at >= 0 and merges[at][0] < row <= merges[at][1]


def _is_person(cells: Sequence[Cell], at: Mapping[str, int]) -> bool:
    return could_be_number(_text(cells, at["number"])) and could_be_name(_text(cells, at["name"]))


def _holds_resident(cells: Sequence[Cell]) -> bool:
    """Return whether a row holds a resident's number, but right of a title: a form has it there."""
    return any(
        _is_resident_number(cell) and (at == 0 or ROSTER_TITLES.match(_text(cells, at - 1)) is None)
        for at, cell in enumerate(cells)
    )


def _may_be_titles(cells: Sequence[Cell]) -> bool:
    """Return whether nearly all cells of a row end as titles do."""
    texts = [text for cell in cells if (text := compact(cell_text(cell)))]
    like = sum(bool(_LIKE_TITLE.fullmatch(text)) for text in texts)
    return like >= _FEWEST_TITLES and len(texts) - like <= 1


def _names_number(text: str) -> bool:
    """Return whether a text is what columns of numbers are called, also in part, and no number."""
    return bool(_NUMBER_TITLE.fullmatch(compact(text)))


def _is_resident_number(cell: Cell) -> bool:
    """Return whether a cell holds the number of a resident's card, whole and right."""
    if type(cell) is not str or len(cell) < _NUMBER_LENGTH:
        return False
    return isinstance(read_document(DocumentKind.RESIDENT_ID, cell, date.max), Document)


def _text(cells: Sequence[Cell], at: int) -> str:
    return cell_text(cells[at]) if at < len(cells) else ""
