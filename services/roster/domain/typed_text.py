"""Text of a cell without invisible characters."""

from unicodedata import category

from shared.values import half_width

_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp"})
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)
_IDEOGRAPHIC_VARIATIONS = range(0xE0100, 0xE01F0)


def tidy(written: str) -> str:
    """Return the text in half-width, without invisible characters, with single inner spaces."""
    if not written or (written.isascii() and written.isalnum()):
        return written
    seen = (" " if char.isspace() else char for char in half_width(written) if not _unseen(char))
    return " ".join("".join(seen).split())


def compact(written: str) -> str:
    """Return the text tidy and without any space."""
    return tidy(written).replace(" ", "")


def _unseen(char: str) -> bool:
    if char.isspace():
        return False
    return (
        category(char) in _UNSEEN
        or ord(char) in _VARIATION_SELECTORS
        or ord(char) in _IDEOGRAPHIC_VARIATIONS
    )
