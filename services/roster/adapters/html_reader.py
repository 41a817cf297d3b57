"""An HTML table that was saved as .xls."""

from collections.abc import Iterator, Sequence
from io import BytesIO

from lxml import etree

from services.roster.adapters.refusals import unreadable

_WIDEST_SPAN = 100


def html_tables(text: str) -> Iterator[Iterator[Sequence[object]]]:
    """Give the rows of every table of the page, one after another."""
    if "<tr" not in text.lower():
        raise unreadable()
    yield _rows(text)


def _rows(text: str) -> Iterator[Sequence[object]]:
    page = BytesIO(text.encode("utf-8", "replace"))
    try:
        for _, row in etree.iterparse(
            page, html=True, tag="tr", encoding="utf-8", remove_comments=True, huge_tree=True
        ):
            yield [text for cell in row.iterchildren("td", "th") for text in _texts(cell)]
            row.clear()
            while row.getprevious() is not None:
                del row.getparent()[0]
    except etree.XMLSyntaxError as fault:
        raise unreadable() from fault


def _texts(cell: etree._Element) -> list[str]:
    """Give the text of a cell, and nothing for the further columns that it spans."""
    span = cell.get("colspan", "1")
    width = int(span) if span.isascii() and span.isdigit() else 1
    return ["".join(cell.itertext()), *[""] * (min(width, _WIDEST_SPAN) - 1)]
