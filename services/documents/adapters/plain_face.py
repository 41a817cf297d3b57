"""The face of persons who stand on one line: written without asking Pango."""

import re
from collections.abc import Mapping
from functools import lru_cache

import uharfbuzz as hb

from services.documents.adapters.annex_layout import annex_layout
from services.documents.adapters.file_fonts import FileFonts
from services.documents.adapters.shaping import Glyph
from services.documents.adapters.typefaces import typeface_named


class _Numbers(dict[int, str]):
    """Glyphs of a file as content streams name them, by code point; looked up when first met."""

    def __init__(self, face: hb.Font, places: Mapping[int, int]) -> None:
        self._face = face
        self._places = places

    def __missing__(self, code_point: int) -> str:
        """Return the glyph of a sign."""
        glyph = self._face.get_nominal_glyph(code_point)
        found = self[code_point] = f"{self._places[glyph]:04x}"
        return found


class PlainFace:
    """The face of persons on lines: every sign is half an em wide, or a whole one."""

    def __init__(self) -> None:
        sample = annex_layout().cells[1].slot.setter.line("甲")
        [(self._name, *_)] = sample.glyphs
        self._face = hb.Font(typeface_named(self._name).face)
        size = re.match(rb"/\w+ \S+ Tf", sample.operators)
        assert size is not None
        self.choose = size[0]
        """The operator that chooses it in its size."""

    def glyph(self, sign: str) -> Glyph:
        """Return the glyph of a sign."""
        width = 500 if sign.isascii() else 1000
        return self._name, self._face.get_nominal_glyph(ord(sign)), sign, width

    def codes(self, fonts: FileFonts) -> Mapping[int, str]:
        """Return the table that turns text into glyphs of a file."""
        return _Numbers(self._face, fonts.places(self._name))


@lru_cache(maxsize=1)
def plain_face() -> PlainFace:
    """Return the face of this process."""
    return PlainFace()
