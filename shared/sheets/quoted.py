"""Rows of a text whose cells may be quoted: no quote moves one row's cells into another."""

import re
from collections.abc import Iterator

from shared.sheets.refusals import quote_unpaired

_INSIDE = re.compile(r'[^"]*(?:""[^"]*)*')
_LONGEST = 32_767
"""Characters of a cell that a spreadsheet program takes."""

Numbered = Iterator[tuple[int, str]]
"""Lines, without their ends, and their numbers in the file from 1."""


def separated(lines: Numbered, separator: str, width: int) -> Iterator[list[str]]:
    """Yield the cells of each row; most rows have `width` of them.

    A quoted cell may span lines, but not where it is doubtful that it is one cell: Invalid
    (quote_unpaired) names the line where it begins.
    """
    for number, line in lines:
        if '"' in line:
            yield _Row(number, line, lines, separator, width).cells()
        else:
            yield line.split(separator)


class _Row:
    """A row with quotes in it: goes on to further lines while a quoted cell is open."""

    def __init__(self, number: int, line: str, lines: Numbered, separator: str, width: int) -> None:
        self._number, self._line, self._at = number, line, 0
        self._lines = lines
        self._separator, self._width = separator, width
        self._spanning = 0
        """The line in which the first cell that spans lines begins."""

    def cells(self) -> list[str]:
        """Return the cells of the row."""
        cells = []
        while True:
            cells.append(self._quoted() if self._line.startswith('"', self._at) else self._plain())
            if self._at == len(self._line):
                break
            self._at += len(self._separator)
        if self._spanning and len(cells) > self._width:
            raise quote_unpaired(self._spanning)
        return cells

    def _plain(self) -> str:
        """Return the text up to the next separator."""
        begin, end = self._at, self._line.find(self._separator, self._at)
        self._at = len(self._line) if end < 0 else end
        return self._line[begin : self._at]

    def _quoted(self) -> str:
        """Return a quoted cell, with what stands between its end and the next separator."""
        began, first, opened = self._number, self._line, self._at
        pieces = self._inside(began)
        closed = self._at
        after = self._plain()
        if len(pieces) > 1:
            self._spanning = self._spanning or began
            before, behind = first[:opened], self._line[closed:]
            doubtful = bool(after.strip()) or self._holds_rows(before, pieces, behind)
        else:
            doubtful = bool(after.strip()) and self._separator in pieces[0]
        if doubtful:
            raise quote_unpaired(began)
        return "\n".join(pieces).replace('""', '"') + after

    def _holds_rows(self, before: str, pieces: list[str], behind: str) -> bool:
        """Return whether the lines of a quoted cell look like rows of their own.

        One within it does, or the first and the last one with what stands beside them.
        """
        whole_row = max(self._width - 1, 1)
        within = [piece.count(self._separator) for piece in pieces]
        first = within[0] + before.count(self._separator)
        last = within[-1] + behind.count(self._separator)
        return max(*within, min(first, last)) >= whole_row

    def _inside(self, began: int) -> list[str]:
        """Return the lines of a quoted cell, and go on behind its closing quote."""
        self._at += 1
        pieces, left = [], _LONGEST
        while True:
            run = _INSIDE.match(self._line, self._at)
            assert run is not None  # it matches nothing, too
            pieces.append(run[0])
            left -= len(run[0]) + 1
            if run.end() < len(self._line):
                self._at = run.end() + 1
                return pieces
            self._number, self._line = next(self._lines, (0, ""))
            self._at = 0
            if not self._number or left < 0:
                raise quote_unpaired(began)
