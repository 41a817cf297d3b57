"""The fonts of one file: parts of typefaces, and content streams in their glyph numbers."""

import re
from collections.abc import Iterable

from services.documents.adapters.pdf_file import PdfFile
from services.documents.adapters.shaping import Glyph
from services.documents.adapters.typefaces import typeface_named

_CHOSEN_OR_SHOWN = re.compile(rb"/(\w+) \S+ Tf|<([0-9a-f]+)>")
_DIGITS = 4
"""Of a glyph's number, hexadecimal."""


class FileFonts:
    """Fonts with the glyphs of all papers of a file."""

    def __init__(self, glyphs: Iterable[Glyph]) -> None:
        used: dict[str, dict[int, tuple[str, int]]] = {}
        for name, glyph, text, width in glyphs:
            # Of signs that look the same, as radicals do: what one paper shows is not to depend on
            # what stands on another.
            known = used.setdefault(name, {}).get(glyph)
            if known is None or _rank(text) < _rank(known[0]):
                used[name][glyph] = (text, width)
        self._parts = {name: typeface_named(name).part(used[name]) for name in sorted(used)}
        self._numbers = {
            name.encode(): {b"%04x" % old: b"%04x" % new for old, new in part.places.items()}
            for name, part in self._parts.items()
        }

    def places(self, name: str) -> dict[int, int]:
        """Return the numbers that the glyphs of a typeface have in the file."""
        return dict(self._parts[name].places)

    def renumbered(self, content: bytes) -> bytes:
        """Return text operators with the glyph numbers of the file for those of whole faces."""
        numbers: dict[bytes, bytes] = {}

        def written(found: re.Match[bytes]) -> bytes:
            nonlocal numbers
            if found[1]:
                numbers = self._numbers[found[1]]
                return found[0]
            run = found[2]
            glyphs = (run[at : at + _DIGITS] for at in range(0, len(run), _DIGITS))
            return b"<%s>" % b"".join([numbers[glyph] for glyph in glyphs])

        return _CHOSEN_OR_SHOWN.sub(written, content)

    def put(self, pdf: PdfFile) -> bytes:
        """Add the fonts to a file; returns the entries of its resources."""
        return b"".join(
            b"/%s %d 0 R" % (name.encode(), part.put(pdf)) for name, part in self._parts.items()
        )


def _rank(text: str) -> tuple[bool, str]:
    """Return how far a reading is from the usual one: radicals come after ideographs."""
    return "\u2e80" <= text <= "\u2fdf", text
