"""Tables in HTML that were saved as .xls, as a browser shows them."""

import re
from collections.abc import Mapping

from lxml import etree

from shared.sheets.html_rows import BREAK, Page
from shared.sheets.refusals import unreadable
from shared.sheets.sheet import Sheet

_CHUNK = 1 << 16
_DEEPEST = 256
"""Of nested elements: an end tag that matches none is compared with all of them."""
_HEAD = 1 << 16
_TABLE = re.compile(r"<table[\s>]", re.IGNORECASE)
_ROW = re.compile(r"<tr[\s>]", re.IGNORECASE)
_UNSEEN = {"head", "script", "style", "template", "xml"}
_HIDING = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_BLOCKS = {"br", "p", "div", "li"}
_CELLS = {"td", "th"}
_GROUPS = {"thead", "tbody", "tfoot"}
_MOST_COLUMNS, _MOST_ROWS = 1_000, 65_534
"""That a cell spans, as browsers have it; 0 rows are all that follow."""
_LONGEST_NUMBER = 9


def is_page(text: str) -> bool:
    """Return whether it is a page, also where a script has written something before it."""
    begin = text.lstrip("\ufeff \t\r\n").startswith("<")
    return begin or (_TABLE.search(text, 0, _HEAD) is not None and has_rows(text))


def html_sheet(text: str, *, name: str = "") -> Sheet:
    """Return all tables of a page, one below the other, as spreadsheet programs open it.

    Raises Invalid (file_unreadable) for a page without rows.
    """
    if not has_rows(text):
        raise unreadable()
    page = _read(text)
    return Sheet(name, page.rows(), page.merges())


def has_rows(text: str) -> bool:
    """Return whether a page has rows of a table."""
    return _ROW.search(text) is not None


def _read(text: str) -> Page:
    reader = _Reader()
    # No tree is built: adding attributes to an element of one takes quadratic time.
    parser = etree.HTMLParser(target=reader, encoding="utf-8", huge_tree=True)
    encoded = text.encode("utf-8", "replace")
    try:
        for start in range(0, len(encoded), _CHUNK):
            parser.feed(encoded[start : start + _CHUNK])
        parser.close()
    except etree.XMLSyntaxError as fault:
        raise unreadable() from fault
    return reader.page


class _Reader:
    """Takes what the parser finds; leaves out what a browser does not show."""

    def __init__(self) -> None:
        self.page = Page()
        self._depth = 0
        self._hidden_at = 0
        """The depth of the outermost element that is not shown."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the start of an element."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise unreadable()
        if self._hidden_at:
            return
        if tag in _UNSEEN or _is_hidden(attributes):
            self._hidden_at = self._depth
        elif tag == "table":
            self.page.begin_table()
        elif tag == "tr":
            self.page.begin_row()
        elif tag in _CELLS:
            rows = _number(attributes, "rowspan", _MOST_ROWS)
            columns = _number(attributes, "colspan", _MOST_COLUMNS)
            self.page.begin_cell(max(columns, 1), rows or _MOST_ROWS)
        elif tag in _BLOCKS:
            self.page.text(BREAK)

    def data(self, text: str) -> None:
        """Take text."""
        if not self._hidden_at:
            self.page.text(text)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        self._depth -= 1
        if self._hidden_at:
            if self._depth < self._hidden_at:
                self._hidden_at = 0
        elif tag == "table":
            self.page.end_table()
        elif tag in _GROUPS:
            self.page.end_rows()
        elif tag == "tr":
            self.page.end_row()
        elif tag in _CELLS:
            self.page.end_cell()

    def close(self) -> None:
        """Take the end of the page."""


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    return "hidden" in attributes or bool(_HIDING.search(attributes.get("style", "")))


def _number(attributes: Mapping[str, str], name: str, most: int) -> int:
    """Return how many rows or columns a cell spans: 1 without a number, `most` at most."""
    written = attributes.get(name, "")[:_LONGEST_NUMBER]
    return min(int(written), most) if written.isascii() and written.isdigit() else 1
