"""What a worksheet's XML says of its cells that their reader does not: how far they lie, errors."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from xml.parsers import expat

from shared.sheets.refusals import too_large, unreadable

_LONGEST: Final = 1 << 20
"""Of a tag or a comment; workbooks have no longer ones."""
_PLACE: Final = re.compile(r"([A-Za-z]{0,3})([0-9]{1,7})")
_MOST_ERRORS: Final = 1_000_000
_LONGEST_ERROR: Final = 100
_NO_TEXT: Final = "#N/A"
"""For a cell that is an error and does not say which."""
NO_RESULT: Final = "#RESULT?"
"""Of a formula that the file keeps without its result."""
_MERGE: Final = re.compile(
    rb"<(?:[^<> \t\r\n:]*:)?mergeCell[ \t\r\n][^<>]*?\bref[ \t\r\n]*=[ \t\r\n]*[\"']"
    rb"([A-Za-z]{1,3})([0-9]{1,7}):([A-Za-z]{1,3})([0-9]{1,7})[\"']"
)

Errors = dict[int, list[tuple[int, str]]]
"""Texts of cells that are errors: per row, its columns and what each shows; from 0."""
Place = tuple[int, int, int, int]
"""Merged cells: top, left, bottom, right; from 0, the last ones included."""


@dataclass(slots=True)
class Marks:
    """The columns and rows that hold every cell with content, and the cells that are errors."""

    columns: int = 0
    rows: int = 0
    errors: Errors = field(default_factory=dict)

    def without_formulas_beside(self) -> "Marks":
        """Return them without formulas that have no result, right of all other cells."""
        for row, found in self.errors.items():
            self.errors[row] = [
                one for one in found if one[1] != NO_RESULT or one[0] < self.columns
            ]
        return self


def marks_of(text: Iterable[bytes], most_elements: int) -> Marks:
    """Return the marks of a worksheet; linear in the text.

    Only well-formed XML without a document type is taken: every reader sees the same in it.
    Raises ExpatError for other text; Invalid (file_unreadable, file_too_large) for a document type,
    an impossible place, or more than `most_elements`.
    """
    parser = expat.ParserCreate("utf-8")
    cells = _Cells(parser, most_elements)
    parser.StartElementHandler = cells.begin
    parser.EndElementHandler = cells.end
    parser.StartDoctypeDeclHandler = cells.refuse
    given = 0
    for piece in text:
        parser.Parse(piece)
        given += len(piece)
        # expat parses an unfinished tag again from its beginning with each piece.
        if given - parser.CurrentByteIndex > _LONGEST:
            raise unreadable()
    parser.Parse(b"", True)  # noqa: FBT003 - it takes no keyword
    return cells.marks.without_formulas_beside()


def merges_in(text: bytes) -> Iterator[Place]:
    """Yield the merged cells that a piece of a worksheet names."""
    for found in _MERGE.finditer(text):
        left, top, right, bottom = found.groups()
        yield int(top) - 1, _column(left.decode()), int(bottom) - 1, _column(right.decode())


class _Cells:
    """Follows rows and cells: a place is that of the tag, else the next one."""

    def __init__(self, parser: expat.XMLParserType, most_elements: int) -> None:
        self.marks = Marks()
        self._parser = parser
        self._left = most_elements
        self._errors_left = _MOST_ERRORS
        self._row = self._column = 1
        self._at = 1, 1
        self._in_data = self._in_cell = self._in_value = self._is_text = False
        self._error: str | None = None
        self._is_awaited = False
        """Whether the cell has a formula, and no result yet."""

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        self._left -= 1
        if self._left < 0:
            raise too_large()
        name = _local(tag)
        if name == "sheetData":
            self._in_data = True
        elif not self._in_data:
            return
        elif self._in_cell:
            self._in_value = name == "v"
            if name != "f":
                self._reach()
            elif not self._is_text:
                self._is_awaited = True
                self._parser.CharacterDataHandler = self.text
        elif name == "row":
            if "r" in attributes:
                _, self._row = _place(attributes["r"])
        elif name == "c":
            self._begin_cell(attributes)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._in_cell = True
        if "r" in attributes:
            self._column, row = _place(attributes["r"])
            self._at = self._column, row
        else:
            self._at = self._column, self._row
        # A formula that gives a text may give an empty one.
        self._is_text = attributes.get("t") == "str"
        if attributes.get("t") == "e":
            self._error = ""
            self._parser.CharacterDataHandler = self.text

    def text(self, text: str) -> None:
        """Take text in a cell that is an error, or has a formula."""
        self._is_awaited = self._is_awaited and not self._in_value
        if self._in_value and self._error is not None and len(self._error) < _LONGEST_ERROR:
            self._error += text[:_LONGEST_ERROR]

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        name = _local(tag)
        if name == "c" and self._in_cell:
            self._in_cell = False
            self._column += 1
            if self._error is not None:
                self._end_error(self._error.strip() or _NO_TEXT)
            elif self._is_awaited:
                self._add_error(NO_RESULT)
            self._is_awaited = False
            self._parser.CharacterDataHandler = None
        elif name == "v":
            self._in_value = False
        elif name == "row":
            self._row += 1
            self._column = 1
        elif name == "sheetData":
            self._in_data = False

    def _end_error(self, text: str) -> None:
        self._reach()
        self._error = None
        self._add_error(text)

    def _add_error(self, text: str) -> None:
        self._errors_left -= 1
        if self._errors_left < 0:
            raise too_large()
        column, row = self._at
        self.marks.errors.setdefault(row - 1, []).append((column - 1, text))

    def _reach(self) -> None:
        self.marks.columns = max(self.marks.columns, self._at[0])
        self.marks.rows = max(self.marks.rows, self._at[1])

    def refuse(self, *_: object) -> None:
        """Take a document type: no workbook has one."""
        raise unreadable()


@lru_cache(64)
def _local(tag: str) -> str:
    return tag.partition(":")[2] or tag


def _place(written: str) -> tuple[int, int]:
    """Return column and row of `AB12`, from 1."""
    found = _PLACE.fullmatch(written)
    if found is None:
        raise unreadable()
    return _column(found[1]) + 1, int(found[2])


@lru_cache(1_024)
def _column(letters: str) -> int:
    """Return the number of a column, from 0; -1 without letters."""
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1
