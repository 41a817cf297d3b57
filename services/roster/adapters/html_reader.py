"""An HTML table that was saved as .xls."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from services.roster.adapters.refusals import unreadable

_WIDEST_SPAN = 100
_DEEPEST = 256
"""Of nested elements: an end tag that matches none is compared with all of them."""
_LONGEST_NUMBER = 9
_CHUNK = 1 << 16
_CELLS = ("td", "th")


def html_tables(text: str) -> Iterator[Iterator[Sequence[object]]]:
    """Yield the rows of every table of the page, one after another."""
    if "<tr" not in text.lower():
        raise unreadable()
    yield _rows(text)


def _rows(text: str) -> Iterator[Sequence[object]]:
    page = text.encode("utf-8", "replace")
    rows = _Rows()
    # No tree is built: adding attributes to an element of one takes quadratic time.
    parser = etree.HTMLParser(target=rows, encoding="utf-8", huge_tree=True)
    try:
        for start in range(0, len(page), _CHUNK):
            parser.feed(page[start : start + _CHUNK])
            yield from rows.taken()
        parser.close()
    except etree.XMLSyntaxError as fault:
        raise unreadable() from fault
    yield from rows.taken()


@dataclass
class _Row:
    """A row that is still open: the parts of each cell's text, none for spanned columns."""

    cells: list[list[str]] = field(default_factory=list)
    cell: list[str] | None = None


class _Rows:
    """Collects rows from tags; a nested table has rows of its own."""

    def __init__(self) -> None:
        self._depth = 0
        self._open: list[_Row] = []
        self._ended: list[list[str]] = []

    def taken(self) -> list[list[str]]:
        """Return the rows completed since the last call."""
        ended, self._ended = self._ended, []
        return ended

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the start of an element."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise unreadable()
        if tag == "tr":
            self._open.append(_Row())
        elif tag in _CELLS and self._open:
            row = self._open[-1]
            row.cell = []
            row.cells += [row.cell, *[[]] * (_span(attributes) - 1)]

    def data(self, text: str) -> None:
        """Take text."""
        if self._open and self._open[-1].cell is not None:
            self._open[-1].cell.append(text)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        self._depth -= 1
        if tag == "tr" and self._open:
            self._ended.append(["".join(parts) for parts in self._open.pop().cells])
        elif tag in _CELLS and self._open:
            self._open[-1].cell = None

    def close(self) -> None:
        """Take the end of the page."""


def _span(attributes: Mapping[str, str]) -> int:
    """Return how many columns a cell spans: 1 without a number, `_WIDEST_SPAN` at most."""
    written = attributes.get("colspan", "")[:_LONGEST_NUMBER]
    span = int(written) if written.isascii() and written.isdigit() else 1
    return max(1, min(span, _WIDEST_SPAN))
