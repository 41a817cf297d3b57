"""Text as the XML of a workbook may hold it."""

import html
import re

LONGEST_TEXT = 32_767
"""Characters that a cell may hold, counted as UTF-16 does."""

_SHORT = LONGEST_TEXT // 2
"""So many characters are never too long, even when each one counts twice."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?")
_LIKE_AN_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def plain(text: str) -> str:
    """Return a text without the characters that XML forbids; lines end with a line feed."""
    return _LINE_END.sub("\n", _FORBIDDEN.sub("", text))


def attribute(text: str) -> str:
    """Return a text for an attribute or an element of its own."""
    return html.escape(plain(text))


def text_element(text: str) -> str:
    """Return a cell's text as an element; empty when nothing of it can be written.

    What is longer than `LONGEST_TEXT` is cut off, as Excel refuses the whole workbook otherwise.
    """
    if text.isalnum() and len(text) <= _SHORT:  # nearly every text: nothing to escape
        return f"<t>{text}</t>"
    text = _cut(plain(text))
    if not text:
        return ""
    escaped = html.escape(_LIKE_AN_ESCAPE.sub("_x005F_", text), quote=False)
    space = "" if text == text.strip() else ' xml:space="preserve"'
    return f"<t{space}>{escaped}</t>"


def _cut(text: str) -> str:
    if len(text) <= _SHORT:
        return text
    # A character that counts twice is not cut in halves.
    return text.encode("utf-16-le")[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore")
