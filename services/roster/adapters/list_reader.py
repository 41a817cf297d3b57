"""The lists of persons in a file: every row of every visible sheet with one is accounted for."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, islice, pairwise
from typing import NamedTuple

from services.roster.adapters.columns import ROSTER_TITLES
from services.roster.adapters.list_rows import ColumnTells, FoundRow, ListRows, PlainOf, Row
from services.roster.adapters.refusals import header_missing, too_many_rows
from services.roster.domain.columns import ChosenColumns, ColumnsAsked
from services.roster.domain.persons import TITLES
from services.roster.domain.row_kinds import RowKind, could_be_name, could_be_number
from services.roster.domain.typed_text import compact
from shared.errors import Invalid
from shared.sheets.cells import Cell, cell_text
from shared.sheets.headers import Header, ListColumns, best_guess, count_fields, find_headers
from shared.sheets.reading import read_sheets
from shared.sheets.refusals import empty
from shared.sheets.sheet import Sheet

MOST_ROWS = 300_000
"""Persons in one file."""
HEAD = 200
"""Rows of a sheet among which its header is looked for."""

_EXPLAINS = re.compile(
    r"(?:填[写表报]|使用|操作|导入|模板)?(?:说明|须知|指南|要求|示例|样例|样表|范例|字典|选项|代码)(?:页|表)?[0-9]*"
    r"|SAMPLE|EXAMPLE|INSTRUCTIONS?",
    re.IGNORECASE,
)
"""What sheets are called, and lists headed, that tell how others are filled in."""
_NUMBER_LENGTH = 14
"""Characters of the shortest number that tells a person in a sheet without a header."""
_PASSPORT = re.compile(r"[A-Z]{1,2}[0-9]{7,9}")
_ROUNDED = 1e14
"""A number as long, which a spreadsheet kept as one."""


class ColumnsUnknown(Exception):  # noqa: N818 - a question
    """A sheet of so many columns holds persons, and a required column of it is unknown."""

    def __init__(self, sheet: str, width: int, *, is_alone: bool = False) -> None:
        super().__init__(sheet, width)
        self.sheet = sheet
        self.width = width
        self.is_alone = is_alone
        """Whether the file has no other sheet."""


Recall = Callable[[Sequence[str]], Mapping[str, int] | None]
"""Returns the columns that somebody chose under the same titles before; None for others."""


def recalls_nothing(_: Sequence[str]) -> None:
    """Know no titles."""


@dataclass
class ListReader:
    """Reads the persons of a file, one after another, and counts all its rows by kind."""

    content: bytes
    chosen: Sequence[ChosenColumns] = ()
    recall: Recall = recalls_nothing
    limit: int = MOST_ROWS
    counts: Counter[RowKind] = field(default_factory=Counter)
    learnt: list[tuple[Sequence[str], Mapping[str, int]]] = field(default_factory=list)
    """Titles, and the columns that were chosen under them."""
    recalled: list[tuple[Sequence[str], Mapping[str, int]]] = field(default_factory=list)
    """Titles, and the columns under them that were known from before."""
    labels: dict[int, str] = field(default_factory=dict)
    """Names of the sheets by number, in a file of several that may be lists."""

    def rows(self, plain_of: PlainOf) -> Iterator[FoundRow]:
        """Yield the rows with persons, sheet by sheet.

        Raises ColumnsUnknown; Invalid for the file as a whole: header_missing, rows_above_header,
        too_many_rows, and those of `read_sheets`.
        """
        sheets = [_Labelled(*one) for one in labelled(self.content)]
        if sum(not one.explains for one in sheets) > 1:
            self.labels.update((one.number, one.label) for one in sheets)
        no_lists = {one.sheet for one in self.chosen if not one.is_list}
        possible = [one for one in sheets if one.label not in no_lists]
        # A sheet that explains comes last: its sample counts only when there is no other list.
        for sheet in sorted(possible, key=lambda one: one.explains):
            header, examples = self._header(sheet.label, sheet.head)
            if header is not None:
                is_sample = sheet.explains and any(one.is_list for one in sheets)
                sheet.is_list = True
                try:
                    yield from self._persons(sheet, _Begin(header, examples, is_sample), plain_of)
                except ColumnTells:
                    raise sheet.unknown(is_alone=len(sheets) == 1) from None
            elif not sheet.explains and (sheet.names_required() or sheet.has_persons()):
                raise sheet.unknown(is_alone=len(sheets) == 1)
        if not any(sheet.is_list for sheet in possible):
            _refuse_without_lists(sheets, possible)

    def _persons(
        self, sheet: "_Labelled", begin: "_Begin", plain_of: PlainOf
    ) -> Iterator[FoundRow]:
        """Yield the persons of a list; those of a sample beside real lists are counted as such."""
        label = self.labels.get(sheet.number, "")
        rows = ListRows(sheet.number, label, sheet.sheet.merged, plain_of, self.counts)
        is_chosen = any(one.sheet == sheet.label for one in self.chosen) or begin.is_sample
        found_rows = rows.rows(
            begin.header, sheet.head, sheet.rest, begin.examples, is_chosen=is_chosen
        )
        room = self.limit - self.counts[RowKind.PERSON]
        persons = 0
        for persons, found in enumerate(found_rows, 1):
            if not begin.is_sample:
                if persons > room:
                    raise too_many_rows(self.limit)
                yield found
        self.counts[RowKind.EXAMPLE if begin.is_sample else RowKind.PERSON] += persons

    def _header(self, label: str, head: Sequence[Row]) -> tuple[Header | None, range]:
        """Return the header of a sheet, as chosen for it, as recalled, or as its titles say.

        Beside it the rows above it that hold an example.
        """
        for chosen in self.chosen:
            if chosen.sheet == label:
                for _, cells in head[max(chosen.header_row - 1, 0) : chosen.header_row]:
                    titles = [cell_text(cell) for cell in cells]
                    if all(any(titles[at : at + 1]) for at in chosen.columns.values()):
                        self.learnt.append((titles, chosen.columns))
                columns = ListColumns(chosen.columns)
                return Header(chosen.header_row, chosen.header_row, (columns,)), range(0)
        found = find_headers([cells for _, cells in head], ROSTER_TITLES)
        if found:
            return _best(found, head)
        for number, cells in head:
            titles = [cell_text(cell) for cell in cells]
            chosen_at = next((at for known, at in self.learnt if known == titles), None)
            recalled = self.recall(titles) if chosen_at is None else chosen_at
            if recalled is not None and _may_hold(recalled, number, label, head):
                self.recalled += [(titles, recalled)] if chosen_at is None else []
                return Header(number, number, (ListColumns(recalled),)), range(0)
        return None, range(0)


class _Begin(NamedTuple):
    """How a list begins: its header, the rows above with an example, whether all of it is one."""

    header: Header
    examples: range
    is_sample: bool


class _Labelled:
    """A sheet with the words that name it, its first rows read."""

    def __init__(self, number: int, label: str, sheet: Sheet) -> None:
        self.number, self.label, self.sheet = number, label, sheet
        self.is_list = False
        self.explains = bool(_EXPLAINS.fullmatch(compact(label)))

    @cached_property
    def rest(self) -> Iterator[Row]:
        """The rows after the first ones."""
        return enumerate(self.sheet.rows, 1)

    @cached_property
    def head(self) -> list[Row]:
        """The first rows."""
        return list(islice(self.rest, HEAD))

    @property
    def width(self) -> int:
        """How many columns the first rows have."""
        return max((len(cells) for _, cells in self.head), default=0)

    def unknown(self, *, is_alone: bool) -> ColumnsUnknown:
        """Return the question which of its columns is which."""
        return ColumnsUnknown(self.label, self.width, is_alone=is_alone)

    def may_be_list(self) -> bool:
        """Return whether a row has several cells, and one says or looks like what a list has."""
        is_table = any(_filled(cells) > 1 for _, cells in self.head)
        return is_table and (
            best_guess([cells for _, cells in self.head], ROSTER_TITLES) is not None
            or any(could_be_number(cell_text(cell)) for _, cells in self.head for cell in cells)
        )

    def names_required(self) -> bool:
        """Return whether a row names a field that no list may lack, with something below it."""
        guess = best_guess([cells for _, cells in self.head], ROSTER_TITLES)
        if guess is None or not any(one in guess.lists[0].at for one in ROSTER_TITLES.required):
            return False
        return any(_filled(cells) > 1 for _, cells in self.head[guess.last :])

    def has_persons(self) -> bool:
        """Return whether a row looks like a person; reads all rows."""
        return any(_is_person(cells) for _, cells in chain(self.head, self.rest))


def _may_hold(columns: Mapping[str, int], header_row: int, label: str, head: Sequence[Row]) -> bool:
    """Return whether columns that are remembered can be right here: else they are asked for."""
    rows = tuple((number, tuple(map(cell_text, cells))) for number, cells in head)
    try:
        ColumnsAsked(label, 0, rows, {}).require_likely(ChosenColumns(label, header_row, columns))
    except Invalid:
        return False
    return True


def _refuse_without_lists(sheets: Sequence[_Labelled], possible: Sequence[_Labelled]) -> None:
    """Raise what is to be said of a file in which no sheet has the titles of a list.

    `possible` are the sheets that the operator did not say are no lists.
    """
    if not any(_filled(cells) for sheet in sheets for _, cells in sheet.head):
        raise empty()
    table = next((sheet for sheet in possible if sheet.may_be_list()), None)
    if table is None:
        raise header_missing([TITLES[one] for one in ROSTER_TITLES.required])
    raise table.unknown(is_alone=len(sheets) == 1)


def labelled(content: bytes) -> list[tuple[int, str, Sheet]]:
    """Return the number, the label and the sheet of each sheet of a file."""
    sheets = list(enumerate(read_sheets(content), 1))
    names = Counter(sheet.name for _, sheet in sheets)
    is_alone = len(sheets) == 1
    return [
        (
            number,
            sheet.name
            if is_alone or (sheet.name and names[sheet.name] == 1)
            else f"第 {number} 个表格 {sheet.name}".strip(),
            sheet,
        )
        for number, sheet in sheets
    ]


def guessed_header(head: Sequence[Row]) -> tuple[int, Mapping[str, int]]:
    """Return the row that could have the titles, 0 for none, and the columns that are known."""
    first = next((number for number, cells in head if _is_person(cells)), None)
    above = head[: first - 1] if first is not None else head
    guess = best_guess([cells for _, cells in above], ROSTER_TITLES)
    if guess is not None:
        return guess.last, guess.lists[0].at
    return (first - 1 if first is not None else 1), {}


def _best(headers: Sequence[Header], head: Sequence[Row]) -> tuple[Header, range]:
    """Return the first header with something below it, before the next one; else the fullest.

    What stands below the words 示例, before another header, is an example: its rows are returned.
    """
    examples = range(0)
    for header, following in pairwise([*headers, None]):
        assert header is not None
        last = following.first - 1 if following is not None else len(head)
        if following is not None and _is_example(head[: header.first - 1]):
            examples = range(header.last + 1, last + 1)
        elif any(_filled(cells) for _, cells in head[header.last : last]):
            return header, examples
    return max(headers, key=count_fields), examples


def _is_example(above: Sequence[Row]) -> bool:
    """Return whether the last words above a header say that an example follows."""
    words = [text for _, cells in above for cell in cells if (text := cell_text(cell))]
    return bool(words) and bool(_EXPLAINS.fullmatch(compact(words[-1])))


def _filled(cells: Sequence[Cell]) -> int:
    return sum(bool(cell_text(cell)) for cell in cells)


def _is_person(cells: Sequence[Cell]) -> bool:
    """Return whether a row holds a number as long as a resident's, and beside it a name."""
    long = [
        cell
        for cell in cells
        if (type(cell) is str and (len(cell) >= _NUMBER_LENGTH or _PASSPORT.fullmatch(cell)))
        or (type(cell) is float and cell >= _ROUNDED)
    ]
    return any(could_be_number(cell_text(cell)) for cell in long) and any(
        could_be_name(cell_text(cell)) for cell in cells if cell not in long and cell is not None
    )
