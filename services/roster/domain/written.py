"""Text of a cell, freed of what nobody sees."""

from unicodedata import category, normalize

_LONGEST = 1_000
"""No field is as long. Beyond it the order of marks on one letter takes quadratic time to find."""
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp"})
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)
_IDEOGRAPHIC_VARIATIONS = range(0xE0100, 0xE01F0)


def tidy(written: str) -> str:
    """Give the text in half-width, without invisible characters, with single inner spaces.

    One that is longer than any field may be is given back as it is.
    """
    if len(written) > _LONGEST or not written or (written.isascii() and written.isalnum()):
        return written
    seen = (
        " " if char.isspace() else char for char in normalize("NFKC", written) if not _unseen(char)
    )
    return " ".join("".join(seen).split())


def compact(written: str) -> str:
    """Give the text tidy and without any space."""
    return tidy(written).replace(" ", "")


def _unseen(char: str) -> bool:
    if char.isspace():
        return False
    return (
        category(char) in _UNSEEN
        or ord(char) in _VARIATION_SELECTORS
        or ord(char) in _IDEOGRAPHIC_VARIATIONS
    )
