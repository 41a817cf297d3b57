"""Forms: a layout set once per shape, and in it the values of each paper."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from services.documents.adapters.form_layout import FormLayout, FormPage, Slot, learn
from services.documents.adapters.press import laid_out
from services.documents.adapters.shaping import Glyph, Glyphs, ShapedLine
from services.documents.adapters.templates import (
    PAGES,
    DoesNotFit,
    InFull,
    Pages,
    Values,
)

WriteHtml = Callable[[Values | InFull], str]
"""Returns the HTML of a paper, with its values or placeholders for them."""
KEPT_LAYOUTS = 128
"""Shapes that a process remembers, up to a megabyte each."""


@dataclass(frozen=True, eq=False)
class Form:
    """A paper's pages as they go into a file."""

    layout: FormLayout
    texts: tuple[bytes, ...]
    """The texts of each page, in glyphs of whole faces."""
    glyphs: Glyphs


def set_form(write: WriteHtml, more_pages: int = 0) -> Form:
    """Return a form with its values; `more_pages` follow that are counted with its own.

    What cannot be written into a layout (too long a text beside others, a character of another
    font) is laid out in full: that depends on the values alone.
    """
    try:
        return _written(write, more_pages)
    except DoesNotFit:
        return set_in_full(write, more_pages)


def set_in_full(write: WriteHtml, more_pages: int = 0) -> Form:
    """Return a form laid out with its values in it, as WeasyPrint sets any page."""
    document = laid_out(write(InFull(1 + more_pages)))
    pages = len(document.pages) + more_pages
    if len(document.pages) > 1:
        # How many there are stands at their foot, where it moves nothing.
        document = laid_out(write(InFull(pages)))
    return _filled(learn(document, slots=False), Values(), more_pages)


def _written(write: WriteHtml, more_pages: int) -> Form:
    values = Values()
    layout = _layout(write(values))
    needed = _needed_lines(layout, values)
    if any(lines > 1 for lines in needed):
        values = Values(lines=needed)
        layout = _layout(write(values))
    return _filled(layout, values, more_pages)


@lru_cache(KEPT_LAYOUTS)
def _layout(html: str) -> FormLayout:
    """Return the layout of a shape: of HTML without any value."""
    return learn(laid_out(html))


def _needed_lines(layout: FormLayout, values: Values) -> list[int]:
    """Return how many lines each value takes in the place that it has by itself."""
    needed = [1] * len(values.texts)
    for slot in _slots(layout):
        if len(slot.parts) == 1 and isinstance(slot.parts[0], int):
            number = slot.parts[0]
            text = values.texts[number]
            if not isinstance(text, Pages):
                needed[number] = max(1, len(slot.setter.wrapped(text, slot.room)))
    return needed


def _filled(layout: FormLayout, values: Values, more_pages: int) -> Form:
    """Return a layout with values; DoesNotFit when one goes not where it should."""
    pages = str(len(layout.pages) + more_pages)
    texts = [pages if text is PAGES else str(text) for text in values.texts]
    lines = _Lines(texts, values.places)
    glyphs = list(layout.glyphs)
    written = tuple(_texts(page, lines, glyphs) for page in layout.pages)
    lines.require_all_used()
    return Form(layout, written, tuple(glyphs))


def _texts(page: FormPage, lines: "_Lines", glyphs: list[Glyph]) -> bytes:
    """Return the texts of a page; adds the glyphs of its values."""
    parts = []
    for part in page.content:
        if isinstance(part, bytes):
            parts.append(part)
            continue
        line = lines.of(part)
        x = part.x - part.align * line.width
        parts.append(b"1 0 0 -1 %.6f %.6f Tm\n%s" % (x, part.y, line.operators))
        glyphs += line.glyphs
    return b"\n".join(parts)


class _Lines:
    """The lines of text for slots, from the values of a paper."""

    def __init__(self, texts: Sequence[str], places: Sequence[tuple[int, int]]) -> None:
        self._texts = texts
        self._places = places
        self._broken: dict[int, tuple[ShapedLine, ...]] = {}
        self._used: set[int] = set()

    def of(self, slot: Slot) -> ShapedLine:
        """Return the line for a slot; DoesNotFit when it is too wide or of other fonts."""
        numbers = [part for part in slot.parts if isinstance(part, int)]
        self._used.update(numbers)
        if len(slot.parts) == 1:
            [placeholder] = numbers
            value, index = self._places[placeholder]
            line = self._lines(slot, value)[index]
        else:
            line = slot.setter.line("".join(map(self._part, slot.parts)))
        if line.width > slot.room or line.families - {slot.family}:
            raise DoesNotFit
        return line

    def _part(self, part: str | int) -> str:
        if isinstance(part, str):
            return part
        value, _ = self._places[part]
        return self._texts[value]

    def _lines(self, slot: Slot, value: int) -> tuple[ShapedLine, ...]:
        if value not in self._broken:
            lines = slot.setter.wrapped(self._texts[value], slot.room)
            if len(lines) != sum(one == value for one, _ in self._places):
                raise DoesNotFit
            self._broken[value] = lines
        return self._broken[value]

    def require_all_used(self) -> None:
        """Raise DoesNotFit when a value's placeholder was not found on the pages."""
        if len(self._used) != len(self._places):
            raise DoesNotFit


def _slots(layout: FormLayout) -> Iterator[Slot]:
    for page in layout.pages:
        yield from (part for part in page.content if isinstance(part, Slot))
