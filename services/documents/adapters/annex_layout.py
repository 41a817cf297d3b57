"""The layout of an annex: learned from one page that WeasyPrint lays out, in CSS pixels."""

from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace

from weasyprint.formatting_structure.boxes import BlockBox, Box, TableRowBox
from weasyprint.text.line_break import strut

from services.documents.adapters.annex_columns import COLUMNS
from services.documents.adapters.form_layout import POINTS, Slot, learn, page_box
from services.documents.adapters.press import laid_out
from services.documents.adapters.shaping import ShapedLine, rgb
from services.documents.adapters.templates import FIRST_PLACEHOLDER, Values, html

_ROWS = (3, 1)
"""Of the rosters on the page that is learned from."""


@dataclass(frozen=True)
class Text:
    """A text's slot, and how far its baseline is below the top of what it belongs to."""

    slot: Slot
    down: float


@dataclass(frozen=True)
class AnnexLayout:
    """Measures of an annex; `x` is the left edge of its rosters."""

    width: float
    height: float
    """Of the page, in points."""
    top: float
    bottom: float
    """Between them stands what is on a page."""
    x: float
    across: float
    heading: Text
    heading_height: float
    title: Text
    count: Text
    title_height: float
    """Of its line with the count, the last one."""
    title_line: float
    """Of each line before that."""
    title_down: float
    """How far the baseline of such a line is below its top."""
    count_gap: float
    """From a title to its count."""
    before_first: float
    before_title: float
    after_title: float
    heads: tuple[Text, ...]
    head_height: float
    edge: float
    """Half of a line's width: how far rows are from the lines above and below them."""
    cells: tuple[Text, ...]
    line: float
    """Height of a row of one line."""
    running: Slot
    page: Slot
    head_colour: bytes
    stripe_colour: bytes
    rule_colour: bytes

    def foot(self, number: str, pages: str) -> ShapedLine:
        """Return the line that says which page this is, of how many."""
        numbers = iter((number, pages))
        words = (next(numbers) if isinstance(part, int) else part for part in self.page.parts)
        return self.page.setter.line("".join(words))


@lru_cache(maxsize=1)
def annex_layout() -> AnnexLayout:
    """Return the layout of all annexes."""
    sample = SimpleNamespace(
        kind="annex",
        title="附",
        running="R",
        page="1",
        heading="H",
        rosters=[
            SimpleNamespace(title="T", count="C", rows=[["x"] * len(COLUMNS)] * rows)
            for rows in _ROWS
        ],
    )
    document = laid_out(html("annex", Values(), paper=sample, columns=COLUMNS))
    layout = learn(document, alone=False)
    [page] = document.pages
    slots = [part for part in layout.pages[0].content if isinstance(part, Slot)]
    return _measured(page_box(page), slots, page.width, page.height)


def _measured(page: Box, slots: list[Slot], width: float, height: float) -> AnnexLayout:
    """Return the measures, from boxes and from slots in the order in which they are drawn."""
    boxes = list(page.descendants())
    blocks = [box for box in boxes if isinstance(box, BlockBox)]
    [heading] = [box for box in blocks if box.element_tag == "h2"]
    titles = [box for box in blocks if box.element_tag == "h3"]
    tables = [box for box in boxes if box.element_tag == "table" and box.is_table_wrapper]
    rows = [box for box in boxes if isinstance(box, TableRowBox)]
    head, first, second, *_ = rows
    columns = len(COLUMNS)
    by_place = sorted(slots, key=lambda slot: (slot.y, slot.x))
    heading_slot, title, count, *rest = by_place
    heads, cells = rest[:columns], rest[columns : 2 * columns]
    running, number = by_place[-2:]
    edge = first.height - second.height
    title_line, title_down = strut(titles[0].style)
    title_top = _content_top(titles[0])
    rows_top = first.position_y + edge
    return AnnexLayout(
        width=width * POINTS,
        height=height * POINTS,
        top=page.content_box_y(),
        bottom=page.content_box_y() + page.height,
        x=tables[0].position_x,
        across=tables[0].width,
        heading=Text(heading_slot, heading_slot.y - heading.position_y),
        heading_height=heading.height,
        title=Text(title, title.y - title_top),
        count=Text(count, count.y - title_top),
        title_height=titles[0].height,
        title_line=title_line,
        title_down=title_down,
        count_gap=count.x - title.x - title.setter.line(chr(FIRST_PLACEHOLDER)).width,
        before_first=title_top - heading.position_y - heading.height,
        before_title=_content_top(titles[1]) - tables[0].position_y - tables[0].height,
        after_title=tables[0].position_y - title_top - titles[0].height,
        heads=tuple(Text(slot, slot.y - head.position_y) for slot in heads),
        head_height=head.height,
        edge=edge,
        cells=tuple(Text(slot, slot.y - rows_top) for slot in cells),
        line=second.height,
        running=running,
        page=number,
        head_colour=rgb(head.children[0].style["background_color"]),
        stripe_colour=rgb(second.children[0].style["background_color"]),
        rule_colour=rgb(head.style["border_top_color"]),
    )


def _content_top(box: Box) -> float:
    return float(box.content_box_y())
