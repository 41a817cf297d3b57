"""Text of a cell without invisible characters."""

import re
from unicodedata import category

from shared.values import half_width

_UNSEEN = frozenset({"Cc", "Cf"})
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def tidy(written: str) -> str:
    """Return the text in half-width, without invisible characters, with single inner spaces."""
    if written.isascii() and written.isalnum():
        return written
    text = _VARIATION_SELECTORS.sub("", half_width(written))
    seen = (char for char in text if char.isspace() or category(char) not in _UNSEEN)
    return " ".join("".join(seen).split())


def compact(written: str) -> str:
    """Return the text tidy and without any space."""
    return tidy(written).replace(" ", "")
