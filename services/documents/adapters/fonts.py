"""The fonts that the layouts are measured with."""

from weasyprint.text.ffi import ffi, fontconfig

FAMILIES = ("Noto Sans CJK SC", "Noto Sans Mono CJK SC", "Noto Serif CJK SC")


class FontsMissing(RuntimeError):  # noqa: N818 - named for what is wrong, as refusals are
    """This machine cannot set Chinese text."""


def require_fonts() -> None:
    """Raise FontsMissing, with the Debian package, unless WeasyPrint finds every family."""
    config = ffi.gc(fontconfig.FcInitLoadConfigAndFonts(), fontconfig.FcConfigDestroy)
    missing = [family for family in FAMILIES if family not in _matched(config, family)]
    if missing:
        message = f"no font {', '.join(missing)}: install the Debian package fonts-noto-cjk"
        raise FontsMissing(message)


def _matched(config: object, family: str) -> list[str]:
    pattern = ffi.gc(fontconfig.FcPatternCreate(), fontconfig.FcPatternDestroy)
    fontconfig.FcPatternAddString(pattern, b"family", family.encode())
    fontconfig.FcConfigSubstitute(config, pattern, fontconfig.FcMatchPattern)
    fontconfig.FcDefaultSubstitute(pattern)
    match = fontconfig.FcFontMatch(config, pattern, ffi.new("FcResult *"))
    if match == ffi.NULL:
        return []
    match = ffi.gc(match, fontconfig.FcPatternDestroy)
    name = ffi.new("FcChar8 **")
    names: list[str] = []
    while not fontconfig.FcPatternGetString(match, b"family", len(names), name):
        names.append(ffi.string(name[0]).decode())
    return names
