"""Annexes, written by the line: rosters of a hundred thousand persons in seconds."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from services.documents.adapters.annex_columns import COLUMNS
from services.documents.adapters.annex_layout import AnnexLayout, Text, annex_layout
from services.documents.adapters.annex_pages import (
    Roster,
    Rows,
    Title,
    count_fits,
    placed,
    ready,
    title_lines,
)
from services.documents.adapters.annex_tree import AnnexTree
from services.documents.adapters.coverage import printable
from services.documents.adapters.file_fonts import FileFonts
from services.documents.adapters.form_layout import POINTS
from services.documents.adapters.pdf_file import PdfFile, put_page, references
from services.documents.adapters.plain_face import plain_face
from services.documents.adapters.shaping import Glyphs, ShapedLine
from services.documents.domain.annex import PlanRoster

HEADING = "附：参保人员清单"
DIGITS = "0123456789"
_LEVEL = 3
"""Of deflation: lists are long, and alike from line to line."""


@dataclass(frozen=True)
class Put:
    """What an annex added to a file."""

    tops: list[int]
    """Elements at the top of its structure."""
    pages: list[int]
    parents: list[int]


class Annex:
    """The rosters of a confirmation on pages of their own."""

    def __init__(self, rosters: Sequence[PlanRoster], running: str) -> None:
        self._layout = annex_layout()
        self._running = self._layout.running.setter.line(printable(running))
        self._rosters = [ready(number, one) for number, one in enumerate(rosters, 1)]
        self._pages = list(placed(self._rosters, self._layout))

    @property
    def page_count(self) -> int:
        """Return on how many pages it stands."""
        return len(self._pages)

    @property
    def glyphs(self) -> Glyphs:
        """Return all glyphs that it shows."""
        layout = self._layout
        lines = [self._running, layout.heading.slot.setter.line(HEADING)]
        lines.append(layout.foot(DIGITS, DIGITS))
        for text, column in zip(layout.heads, COLUMNS, strict=True):
            lines.append(text.slot.setter.line(column.head))
        signs: set[str] = set()
        for roster in self._rosters:
            lines += [*roster.titles, roster.count]
            lines += chain.from_iterable(chain.from_iterable(roster.tall.values()))
            signs.update(*(line for line in roster.lines if line is not None))
        plain = (plain_face().glyph(sign) for sign in sorted(signs))
        return tuple(dict.fromkeys(chain(*(line.glyphs for line in lines), plain)))

    def put(self, pdf: PdfFile, part: int, fonts: FileFonts, *, before: int, in_file: int) -> Put:
        """Add its pages below the element `part`, after `before` of its paper's and `in_file`."""
        first = pdf.reserve(len(self._pages))
        tree, codes = AnnexTree(pdf, part), plain_face().codes(fonts)
        found = Put([], list(range(first, first + len(self._pages))), [])
        for index, standing in enumerate(self._pages):
            page = found.pages[index]
            content = _Content(self._layout, tree, page, fonts, codes)
            if index == 0:
                content.heading()
            for one in standing:
                roster = self._rosters[one.roster]
                if isinstance(one, Title):
                    content.title(roster, one.top)
                else:
                    content.rows(roster, one)
            content.foot(self._running, before + index + 1, before + len(self._pages))
            stream = pdf.reserve()
            pdf.put_packed(stream, zlib.compress(content.written(), _LEVEL))
            put_page(
                pdf, page, (self._layout.width, self._layout.height), [stream], in_file + index
            )
            found.parents.append(pdf.reserve())
            pdf.put(found.parents[-1], references(content.owners))
        found.tops.extend(tree.finish())
        return found


class _Content:
    """One page as it is written."""

    def __init__(
        self,
        layout: AnnexLayout,
        tree: AnnexTree,
        page: int,
        fonts: FileFonts,
        codes: Mapping[int, str],
    ) -> None:
        self._layout = layout
        self._tree = tree
        self._page = page
        self._fonts = fonts
        self._codes = codes
        self._heads: list[bytes] = []
        self._stripes: list[bytes] = []
        self._rules: list[bytes] = []
        self._texts: list[bytes] = []
        self.owners: list[int] = []
        """The element of each marked content, in order."""

    def heading(self) -> None:
        """Write what the annex is called."""
        text, layout = self._layout.heading, self._layout
        self._own(self._tree.heading(b"/H2", self._page, len(self.owners)))
        self._say(text, text.slot.setter.line(HEADING), layout.top)
        self._end()

    def title(self, roster: Roster, top: float) -> None:
        """Write what a roster is called, and how many persons it has."""
        layout = self._layout
        self._own(self._tree.heading(b"/H3", self._page, len(self.owners)))
        fits = count_fits(roster, layout)
        last = title_lines(roster, layout) - 1
        for number, line in enumerate(roster.titles):
            down = layout.title.down if number == last else layout.title_down
            text = Text(layout.title.slot, down)
            self._say(text, line, top + number * layout.title_line)
        right = roster.titles[-1].width + layout.count_gap if fits else 0
        self._say(layout.count, roster.count, top + last * layout.title_line, layout.x + right)
        self._end()

    def rows(self, roster: Roster, rows: Rows) -> None:
        """Write a head, and persons below it."""
        layout = self._layout
        line_top = rows.top + layout.edge
        self._head(rows.roster, line_top)
        top = line_top + layout.head_height + layout.edge
        mark, x, down = len(self.owners), layout.x, layout.cells[1].down
        begin = b"%s\n%s" % (layout.cells[1].slot.setter.colour, plain_face().choose)
        self._texts.append(begin)
        for person in range(rows.first, rows.stop):
            height = layout.line * roster.height(person)
            if person % 2:
                self._stripes.append(b"%.3f %.3f %.3f %.3f re" % (x, top, layout.across, height))
            line = roster.lines[person]
            if line is None:
                self._own(self._tree.person(rows.roster, self._page, mark))
                self._tall(roster.tall[person], top)
                self._end()
                self._texts.append(begin)
            else:
                self.owners.append(self._tree.person(rows.roster, self._page, mark))
                self._texts.append(
                    b"/TD<</MCID %d>>BDC BT 1 0 0 -1 %.3f %.3f Tm<%s>Tj ET EMC"
                    % (mark, x, top + down, line.translate(self._codes).encode())
                )
            mark += 1
            top += height
        self._rule(top + layout.edge)

    def foot(self, running: ShapedLine, number: int, pages: int) -> None:
        """Write what stands at the foot of each page."""
        self._texts.append(b"/Artifact<</Type/Pagination>>BDC")
        for slot, line in (
            (self._layout.running, running),
            (self._layout.page, self._layout.foot(str(number), str(pages))),
        ):
            self._say(Text(slot, slot.y), line, 0)
        self._texts.append(b"EMC")

    def written(self) -> bytes:
        """Return the content: what is coloured, then lines, then texts."""
        layout = self._layout
        return b"\n".join(
            [
                b"1 0 0 -1 0 %.6f cm %.6g 0 0 %.6g 0 0 cm" % (layout.height, POINTS, POINTS),
                b"/Artifact BMC",
                *_filled(layout.stripe_colour, self._stripes),
                *_filled(layout.head_colour, self._heads),
                b"%s RG %.6f w" % (layout.rule_colour, 2 * layout.edge),
                *self._rules,
                b"EMC",
                *self._texts,
            ]
        )

    def _head(self, roster: int, top: float) -> None:
        layout = self._layout
        size = (layout.x, top, layout.across, layout.head_height)
        self._heads.append(b"%.3f %.3f %.3f %.3f re" % size)
        self._rule(top)
        self._rule(top + layout.head_height)
        owners = self._tree.head(roster, self._page, len(self.owners))
        for index, (column, text) in enumerate(zip(COLUMNS, layout.heads, strict=True)):
            if owners is None:
                self._texts.append(b"/Artifact BMC")
            else:
                self._own(owners[index])
            self._say(text, text.slot.setter.line(column.head), top)
            self._end()

    def _tall(self, cells: list[tuple[ShapedLine, ...]], top: float) -> None:
        for text, lines in zip(self._layout.cells, cells, strict=True):
            for number, line in enumerate(lines):
                self._say(text, line, top + number * self._layout.line)

    def _rule(self, y: float) -> None:
        left = self._layout.x
        right = left + self._layout.across
        self._rules.append(b"%.3f %.3f m %.3f %.3f l S" % (left, y, right, y))

    def _own(self, element: int) -> None:
        """Begin the content of an element."""
        self._texts.append(b"/Span<</MCID %d>>BDC" % len(self.owners))
        self.owners.append(element)

    def _end(self) -> None:
        self._texts.append(b"EMC")

    def _say(self, text: Text, line: ShapedLine, top: float, x: float | None = None) -> None:
        """Write a line where a text of the layout stands, below `top`."""
        slot = text.slot
        left = slot.x - slot.align * line.width if x is None else x
        self._texts.append(
            b"%s BT 1 0 0 -1 %.6f %.6f Tm\n%s ET"
            % (
                slot.setter.colour,
                left,
                top + text.down,
                self._fonts.renumbered(line.operators),
            )
        )


def _filled(colour: bytes, shapes: list[bytes]) -> list[bytes]:
    return [colour + b" rg", *shapes, b"f"] if shapes else []
