"""The fonts of all papers: an ordered list of families, the same for every way of setting."""

from functools import lru_cache
from pathlib import Path

from weasyprint.text.ffi import ffi, fontconfig

PACKAGES = {
    "Noto Sans CJK SC": "fonts-noto-cjk",
    "Noto Sans Mono CJK SC": "fonts-noto-cjk",
    "Noto Serif CJK SC": "fonts-noto-cjk",
    "HanaMinB": "fonts-hanazono",
    "HanaMinA": "fonts-hanazono",
    "BabelStone Han": "fonts-babelstone-han",
}
"""Families, and the Debian package of each."""


class FontsMissing(RuntimeError):  # noqa: N818 - named for what is wrong, as refusals are
    """This machine cannot set Chinese text."""


def require_fonts() -> None:
    """Raise FontsMissing, with the Debian packages, unless every family is found."""
    missing = [family for family in PACKAGES if family not in font_files()]
    if missing:
        packages = " ".join(dict.fromkeys(PACKAGES[family] for family in missing))
        message = f"no font {', '.join(missing)}: install the Debian packages {packages}"
        raise FontsMissing(message)


@lru_cache(maxsize=2)
def font_files(style: str = "Regular") -> dict[str, Path]:
    """Return the file of each family's face of a style, as far as this machine has them."""
    config = ffi.gc(fontconfig.FcInitLoadConfigAndFonts(), fontconfig.FcConfigDestroy)
    found = {family: _matched(config, family, style) for family in PACKAGES}
    return {family: file for family, file in found.items() if file is not None}


def _matched(config: object, family: str, style: str) -> Path | None:
    pattern = ffi.gc(fontconfig.FcPatternCreate(), fontconfig.FcPatternDestroy)
    fontconfig.FcPatternAddString(pattern, b"family", family.encode())
    fontconfig.FcPatternAddString(pattern, b"style", style.encode())
    fontconfig.FcConfigSubstitute(config, pattern, fontconfig.FcMatchPattern)
    fontconfig.FcDefaultSubstitute(pattern)
    match = fontconfig.FcFontMatch(config, pattern, ffi.new("FcResult *"))
    if match == ffi.NULL:
        return None
    match = ffi.gc(match, fontconfig.FcPatternDestroy)
    if family not in _strings(match, b"family"):
        return None
    [path] = _strings(match, b"file")
    return Path(path)


def _strings(match: object, name: bytes) -> list[str]:
    value = ffi.new("FcChar8 **")
    values: list[str] = []
    while not fontconfig.FcPatternGetString(match, name, len(values), value):
        values.append(ffi.string(value[0]).decode())
    return values
