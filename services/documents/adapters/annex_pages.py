"""Where rosters stand on the pages of an annex."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass

from services.documents.adapters.annex_columns import as_line
from services.documents.adapters.annex_layout import AnnexLayout, annex_layout
from services.documents.adapters.coverage import printable
from services.documents.adapters.shaping import ShapedLine
from services.documents.domain.annex import PlanRoster


@dataclass(frozen=True)
class Rows:
    """Persons of a roster on a page, below a head at `top`."""

    roster: int
    first: int
    stop: int
    top: float


@dataclass(frozen=True)
class Title:
    """The title of a roster on a page."""

    roster: int
    top: float


@dataclass
class Roster:
    """A roster ready to be placed."""

    titles: tuple[ShapedLine, ...]
    count: ShapedLine
    lines: list[str | None]
    """Persons as lines of text; None for who needs more room."""
    tall: dict[int, list[tuple[ShapedLine, ...]]]
    """Those persons, each cell broken into lines."""

    def height(self, person: int) -> int:
        """Return how many lines a person takes."""
        cells = self.tall.get(person)
        return max(map(len, cells)) if cells else 1


def ready(number: int, roster: PlanRoster) -> Roster:
    """Return a roster with its persons as lines."""
    layout = annex_layout()
    title = printable(f"{number}．{roster.plan}")
    lines: list[str | None] = []
    tall = {}
    for index, row in enumerate(roster.rows):
        cells = tuple(printable(str(cell)) for cell in astuple(row))
        line = as_line(cells)
        lines.append(line)
        if line is None:
            tall[index] = [
                text.slot.setter.wrapped(cell, text.slot.room)
                for text, cell in zip(layout.cells, cells, strict=True)
            ]
    return Roster(
        titles=layout.title.slot.setter.wrapped(title, layout.across),
        count=layout.count.slot.setter.line(said(roster)),
        lines=lines,
        tall=tall,
    )


def said(roster: PlanRoster) -> str:
    """Return what stands behind a roster's title: how many persons are named, how many not."""
    counts = [f"名单 {len(roster.rows)} 人"] if roster.rows else []
    if roster.unnamed:
        counts.append(f"无名单 {roster.unnamed} 人")
    return "，".join(counts)


def placed(rosters: Sequence[Roster], layout: AnnexLayout) -> Iterator[list[Rows | Title]]:
    """Yield what stands on each page: a title stays with its first person."""
    page: list[Rows | Title] = []
    top = layout.top + layout.heading_height
    gap = layout.before_first
    around = layout.head_height + 2 * layout.edge
    for number, roster in enumerate(rosters):
        height = layout.title_line * (title_lines(roster, layout) - 1) + layout.title_height
        needed = height
        if roster.lines:
            needed += layout.after_title + around + layout.line * roster.height(0) + layout.edge
        if top + gap + needed > layout.bottom and page:
            yield page
            page, top, gap = [], layout.top, 0.0
        page.append(Title(number, top + gap))
        top += gap + height
        person = 0
        if roster.lines:
            top += layout.after_title
        while person < len(roster.lines):
            first, start = person, top
            top += around
            while person < len(roster.lines):
                tall = layout.line * roster.height(person)
                if top + tall + layout.edge > layout.bottom and person > first:
                    break
                top += tall
                person += 1
            page.append(Rows(number, first, person, start))
            top += 2 * layout.edge
            if person < len(roster.lines):
                yield page
                page, top = [], layout.top
        gap = layout.before_title
    yield page


def title_lines(roster: Roster, layout: AnnexLayout) -> int:
    """Return how many lines a title takes with its count, which has its own when it must."""
    return len(roster.titles) + (not count_fits(roster, layout))


def count_fits(roster: Roster, layout: AnnexLayout) -> bool:
    """Return whether a title has room for its count behind it."""
    return roster.titles[-1].width + layout.count_gap + roster.count.width <= layout.across
