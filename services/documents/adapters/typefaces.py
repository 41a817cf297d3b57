"""Typefaces, read once per process, and the part of each that a paper's file carries."""

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import uharfbuzz as hb
from weasyprint.pdf.fonts import Font

from services.documents.adapters.fonts import font_files
from services.documents.adapters.pdf_file import PdfFile, references, text_string

GlyphUse = Mapping[int, tuple[str, int]]
"""Glyphs of a typeface that a paper shows: what each reads as, and its width in 1/1000 em."""

_SHAPING_TABLES = (
    *("BASE", "DSIG", "GDEF", "GPOS", "GSUB", "JSTF", "MATH", "STAT", "VORG"),
    *("avar", "gasp", "kern", "meta", "name", "post", "vhea", "vmtx"),
)
"""Of use to who sets text, not to who shows it."""
_MAPPED_AT_ONCE = 100
"""The most lines that a block of a character map may have."""
_EM = 1000
"""The width of an ideograph."""


@dataclass(frozen=True, eq=False)
class Typeface:
    """A face of a font file, ready to be cut, and what a PDF says of it."""

    name: str
    """As content streams name it."""
    base_name: bytes
    family: str
    flags: int
    ascent: int
    descent: int
    is_cff: bool
    face: hb.Face
    """All of it, mapped from its file."""
    cut: hb.Face | None
    """Its common characters alone: a tenth of the memory, a fifth of the time."""
    common: frozenset[int]
    """The glyphs of `cut`."""

    def part(self, used: GlyphUse) -> "Part":
        """Return the part of it that has the glyphs that are used."""
        wanted = hb.SubsetInput()
        wanted.glyph_set.update(used)
        wanted.drop_table_tag_set.update(
            int.from_bytes(tag.ljust(4).encode()) for tag in _SHAPING_TABLES
        )
        wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE
        if self.is_cff:
            wanted.flags |= hb.SubsetFlags.DESUBROUTINIZE | hb.SubsetFlags.CFF_IDENTITY_CHARSET
        is_common = self.cut is not None and self.common.issuperset(used)
        plan = hb.SubsetPlan(self.cut if is_common else self.face, wanted)
        content = bytes(plan.execute().blob.data)
        places = dict(plan.old_to_new_glyph_mapping)
        return Part(self, content, {glyph: places[glyph] for glyph in used}, used)


@dataclass(frozen=True, eq=False)
class Part:
    """The glyphs of a typeface that a file carries."""

    typeface: Typeface
    content: bytes
    """The font program."""
    places: Mapping[int, int]
    """Glyphs of the whole face, and their numbers in the part, which content streams use."""
    used: GlyphUse

    def put(self, pdf: PdfFile) -> int:
        """Add the font to a file; returns the number of its dictionary."""
        face = self.typeface
        number, described, cut, program, readings = (pdf.reserve() for _ in range(5))
        pdf.put(
            number,
            b"<</Type/Font/Subtype/Type0/BaseFont%s/Encoding/Identity-H"
            b"/DescendantFonts%s/ToUnicode %d 0 R>>"
            % (face.base_name, references([cut]), readings),
        )
        widths = {self.places[glyph]: width for glyph, (_, width) in self.used.items()}
        row = b" ".join(b"%d" % widths.get(place, _EM) for place in range(max(widths) + 1))
        kind, file, extra = (
            (b"0", b"3", b"/Subtype/OpenType")
            if face.is_cff
            else (b"2/CIDToGIDMap/Identity", b"2", b"/Length1 %d" % len(self.content))
        )
        pdf.put(
            cut,
            b"<</Type/Font/Subtype/CIDFontType%s/BaseFont%s/CIDSystemInfo<</Registry(Adobe)"
            b"/Ordering(Identity)/Supplement 0>>/W[0[%s]]/FontDescriptor %d 0 R>>"
            % (kind, face.base_name, row, described),
        )
        pdf.put(
            described,
            b"<</Type/FontDescriptor/FontName%s/FontFamily%s/Flags %d/FontBBox[0 %d %d %d]"
            b"/ItalicAngle 0/Ascent %d/Descent %d/CapHeight %d/StemV 80/FontFile%s %d 0 R>>"
            % (
                face.base_name,
                text_string(face.family),
                face.flags,
                face.descent,
                max(widths.values()),
                face.ascent,
                face.ascent,
                face.descent,
                face.ascent,
                file,
                program,
            ),
        )
        pdf.put_packed(program, zlib.compress(self.content), extra)
        texts = {self.places[glyph]: text for glyph, (text, _) in self.used.items()}
        pdf.put_stream(readings, _readings(texts))
        return number


_typefaces: dict[str, Typeface] = {}


def typeface(font: Font) -> Typeface:
    """Return the typeface of a font that WeasyPrint uses; read when it is first met."""
    known = _typefaces.get(font.hash)
    if known is None:
        face = hb.Face(_program(font.file_content), font.index)
        metrics = hb.Font(face).get_font_extents("ltr")
        is_cff = "CFF " in font.tables
        cut, common = _common_part(face) if is_cff else (None, frozenset[int]())
        known = _typefaces[font.hash] = Typeface(
            name=font.hash,
            base_name=font.name,
            family=font.family,
            flags=font.flags,
            # WeasyPrint's own are of the size at which a process met the font first.
            ascent=round(metrics.ascender * 1000 / face.upem),
            descent=round(metrics.descender * 1000 / face.upem),
            is_cff=is_cff,
            face=face,
            cut=cut,
            common=common,
        )
    return known


def _program(content: bytes) -> hb.Blob:
    """Return a font's file, mapped into memory where it can be: WeasyPrint reads a copy."""
    digest = hashlib.sha256(content).digest()
    for path in {*font_files().values(), *font_files("Bold").values()}:
        if path.stat().st_size == len(content):
            found = hb.Blob.from_file_path(str(path))
            if hashlib.sha256(found.data).digest() == digest:
                return found
    return hb.Blob(content)


def _common_part(face: hb.Face) -> tuple[hb.Face, frozenset[int]]:
    """Return a face with Latin letters and GB 2312 alone, prepared, and its glyphs."""
    wanted = hb.SubsetInput()
    wanted.unicode_set.update(map(ord, _common_characters()))
    wanted.drop_table_tag_set.update(
        int.from_bytes(tag.ljust(4).encode()) for tag in _SHAPING_TABLES if tag != "GSUB"
    )
    # With the table of substitutes, for figures of one width are substitutes.
    wanted.flags = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NO_HINTING
    plan = hb.SubsetPlan(face, wanted)
    return hb.subset_preprocess(plan.execute()), frozenset(plan.old_to_new_glyph_mapping.keys())


def _common_characters() -> str:
    rows, cells = range(0xA1, 0xF8), range(0xA1, 0xFF)
    pairs = (bytes((row, cell)) for row in rows for cell in cells)
    latin = "".join(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x100))))
    return latin + "".join(pair.decode("gb2312", "ignore") for pair in pairs)


def typeface_named(name: str) -> Typeface:
    """Return a typeface that was met."""
    return _typefaces[name]


def _readings(texts: Mapping[int, str]) -> bytes:
    """Return the map from glyphs to what they read as."""
    lines = [
        b"<%04x> <%s>" % (glyph, text.encode("utf-16-be").hex().encode())
        for glyph, text in sorted(texts.items())
    ]
    blocks = []
    for number in range(ceil(len(lines) / _MAPPED_AT_ONCE)):
        some = lines[number * _MAPPED_AT_ONCE : (number + 1) * _MAPPED_AT_ONCE]
        blocks += [b"%d beginbfchar" % len(some), *some, b"endbfchar"]
    return b"\n".join(
        [
            b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            b"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def",
            b"/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            b"1 begincodespacerange <0000> <ffff> endcodespacerange",
            *blocks,
            b"endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    )
