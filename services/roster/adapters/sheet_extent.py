"""The extent of a worksheet, as its reader counts it."""

import re
from collections.abc import Iterable
from typing import Final
from xml.parsers import expat

from services.roster.adapters.refusals import too_large, unreadable

_LONGEST: Final = 1 << 20
"""Of a tag or a comment; workbooks have no longer ones."""
_PLACE: Final = re.compile(r"([A-Za-z]{0,3})([0-9]{1,7})")


def extent_of(text: Iterable[bytes], most_elements: int) -> tuple[int, int]:
    """Return the columns and rows that hold every cell with content; linear in the text.

    Only well-formed XML without a document type is taken: every reader sees the same in it.
    Raises ExpatError for other text; Invalid (file_unreadable, file_too_large) for a document type,
    an impossible place, or more than `most_elements`.
    """
    extent = _Extent(most_elements)
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = extent.begin
    parser.EndElementHandler = extent.end
    parser.StartDoctypeDeclHandler = extent.refuse
    given = 0
    for piece in text:
        parser.Parse(piece)
        given += len(piece)
        # expat parses an unfinished tag again from its beginning with each piece.
        if given - parser.CurrentByteIndex > _LONGEST:
            raise unreadable()
    parser.Parse(b"", True)  # noqa: FBT003 - it takes no keyword
    return extent.columns, extent.rows


class _Extent:
    """Follows rows and cells: a place is that of the tag, else the next one."""

    def __init__(self, most_elements: int) -> None:
        self.columns = self.rows = 0
        self._left = most_elements
        self._row = self._column = 1
        self._at = 1, 1
        self._in_data = self._in_cell = False

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
            if name != "f":  # a formula without its result is empty
                self.columns = max(self.columns, self._at[0])
                self.rows = max(self.rows, self._at[1])
        elif name == "row":
            if "r" in attributes:
                _, self._row = _place(attributes["r"])
        elif name == "c":
            self._in_cell = True
            if "r" in attributes:
                self._column, row = _place(attributes["r"])
                self._at = self._column, row
            else:
                self._at = self._column, self._row

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        name = _local(tag)
        if name == "c" and self._in_cell:
            self._in_cell = False
            self._column += 1
        elif name == "row":
            self._row += 1
            self._column = 1
        elif name == "sheetData":
            self._in_data = False

    def refuse(self, *_: object) -> None:
        """Take a document type: no workbook has one."""
        raise unreadable()


def _local(tag: str) -> str:
    return tag.partition(":")[2] or tag


def _place(written: str) -> tuple[int, int]:
    """Return column and row of `AB12`, from 1."""
    found = _PLACE.fullmatch(written)
    if found is None:
        raise unreadable()
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column, int(found[2])
