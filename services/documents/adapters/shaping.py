"""Lines of text as content streams show them, set by the same Pango as WeasyPrint's layouts."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import pydyf
from weasyprint.draw.text import draw_first_line
from weasyprint.formatting_structure.boxes import Box
from weasyprint.matrix import Matrix
from weasyprint.pdf.fonts import Font
from weasyprint.pdf.stream import Stream
from weasyprint.text.fonts import get_pango_font_key
from weasyprint.text.line_break import create_layout, line_size, split_first_line

from services.documents.adapters.typefaces import typeface

Style = Any
"""The computed style of a box; WeasyPrint has no types."""
Colour = Any
"""A colour of a style, with its coordinates in sRGB."""
Glyph = tuple[str, int, str, int]
"""Name of the typeface, number, what it reads as, width in 1/1000 em."""
Glyphs = tuple[Glyph, ...]

_REMEMBERED = 4096
"""Shaped lines that a process keeps: names of plans, offices and units come again and again."""


@dataclass
class Ink:
    """What a drawing shows of one font, kept apart from what others showed of it before."""

    font: Font
    to_unicode: dict[int, str]
    widths: dict[int, int]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the font's own
        """Return what is the font's for every drawing."""
        return getattr(self.font, name)


_fonts: dict[Any, Font] = {}


class Drawing(Stream):  # type: ignore[misc] # WeasyPrint has no types
    """A content stream that notes its fonts apart, and where each text box is drawn."""

    def __init__(self, width: float = 0, height: float = 0) -> None:
        self.resources = pydyf.Dictionary(
            {
                kind: pydyf.Dictionary()
                for kind in ("ExtGState", "XObject", "Pattern", "Shading", "ColorSpace")
            }
        )
        super().__init__(
            fonts={},
            page_rectangle=(0, 0, width, height),
            resources=self.resources,
            images={},
            tags={},
            color_profiles={},
            output_intent=None,
            compress=False,
        )
        self.inks: dict[str, Ink] = {}
        self.boxes: list[tuple[Box, int, int]] = []
        """Text boxes in the order they are drawn: the box, where its operators begin and end."""

    def add_font(self, pango_font: object) -> tuple[Ink, float]:
        """Return the font as this drawing uses it, and its size."""
        key, description, size = get_pango_font_key(pango_font)
        font = _fonts.get(key)
        if font is None:
            font = _fonts[key] = Font(pango_font, description, size)
            typeface(font)
            font.file_content = b""  # read; a copy of the whole file for each face is much
        return self.inks.setdefault(font.hash, Ink(font, {}, {})), size

    @contextmanager
    def marked(self, box: Box, tag: str) -> Iterator[None]:
        """Draw a box as marked content, and note where."""
        begin = len(self.stream)
        with super().marked(box, tag):
            yield
        self.boxes.append((box, begin, len(self.stream)))


@dataclass(frozen=True)
class ShapedLine:
    """A line of text: its operators after the text matrix, its width in CSS pixels."""

    operators: bytes
    width: float
    glyphs: Glyphs
    families: frozenset[str]


class Setter:
    """Sets texts in one style."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._wraps = style["white_space"] == "normal"
        self.line = lru_cache(_REMEMBERED)(self._line)
        """Sets a text on one line, however long."""
        self.wrapped = lru_cache(_REMEMBERED)(self._wrapped)
        """Breaks a text into lines as WeasyPrint breaks it in a box of this width."""

    @property
    def colour(self) -> bytes:
        """Return the operator that sets the colour of the text."""
        return rgb(self._style["color"]) + b" rg"

    def _wrapped(self, text: str, room: float) -> tuple[ShapedLine, ...]:
        if not self._wraps:
            return (self.line(text),)
        lines = []
        rest = text
        while rest:
            _, length, resume, *_ = split_first_line(rest, self._style, None, room, 0)
            if resume is None:
                lines.append(self.line(rest.rstrip(" ")))
                break
            raw = rest.encode()
            lines.append(self.line(raw[:length].decode().rstrip(" ")))
            rest = raw[resume:].decode().lstrip(" ")
        return tuple(lines)

    def _line(self, text: str) -> ShapedLine:
        layout = create_layout(text, self._style, None, None, 0)
        first, _ = layout.get_first_line()
        width, _ = line_size(first, self._style)
        drawing = Drawing()
        box = SimpleNamespace(text=text, style=self._style, pango_layout=layout)
        draw_first_line(drawing, box, "clip", "none", Matrix())
        return ShapedLine(
            operators=operators(drawing.stream[1:]),
            width=width,
            glyphs=glyphs_of(drawing.inks),
            families=frozenset(ink.font.family for ink in drawing.inks.values()),
        )


def rgb(colour: Colour) -> bytes:
    """Return the operands of a colour."""
    return b"%.6f %.6f %.6f" % tuple(colour.coordinates)


def operators(stream: list[Any]) -> bytes:
    """Return parts of a content stream as they stand in a file."""
    return b"\n".join(part if isinstance(part, bytes) else _written(part) for part in stream)


def glyphs_of(inks: dict[str, Ink]) -> Glyphs:
    """Return all glyphs that a drawing shows."""
    return tuple(
        # Of several glyphs for one sign only one reads as it.
        (name, glyph, text or "\u200b", ink.widths[glyph])
        for name, ink in inks.items()
        for glyph, text in ink.to_unicode.items()
    )


def shown_glyphs(stream: bytes) -> set[tuple[str, int]]:
    """Return the glyphs that text operators show, each with the name of its typeface."""
    shown: set[tuple[str, int]] = set()
    _, *parts = re.split(rb"/(\w+) \S+ Tf", stream)
    for name, text in zip(parts[::2], parts[1::2], strict=True):
        for run in re.findall(rb"<([0-9a-f]+)>", text):
            shown |= {(name.decode(), int(run[at : at + 4], 16)) for at in range(0, len(run), 4)}
    return shown


def _written(part: str | pydyf.Object) -> bytes:
    return part.encode() if isinstance(part, str) else bytes(part.data)
