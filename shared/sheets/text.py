"""Text of a file in the encodings that spreadsheet programs write."""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE

from shared.sheets.refusals import unreadable

_SHARE = 20
"""In UTF-16 at least one byte in so many is the zero half of a digit, separator or line end."""
_MORE = 2
"""So many times as many stand there as at the other half's place, where 一 has one."""
_HEAD = 4_096
_CHARSET = re.compile(rb"charset=[\"']?([A-Za-z0-9-]+)", re.IGNORECASE)
_OTHERS = {"big5": "big5hkscs", "big5-hkscs": "big5hkscs"}
"""Encodings that are believed when a page names them."""


def decoded(content: bytes, *, named: str = "") -> str:
    """Return text decoded from UTF-8 or UTF-16, with BOM or without, GB 18030, or what is `named`.

    A page names its encoding itself, where nothing else does. Zero bytes are left out. Raises
    Invalid (file_unreadable).
    """
    utf16 = _utf16(content)
    itself = _CHARSET.search(content[:_HEAD])
    other = _OTHERS.get(named.lower() or (itself[1].decode().lower() if itself else ""))
    for encoding in (utf16,) if utf16 else ("utf-8-sig", *([other] if other else []), "gb18030"):
        try:
            return content.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise unreadable()


def _utf16(content: bytes) -> str | None:
    """Return which UTF-16 it is: by its BOM, else by where the zero bytes stand."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    even, odd = content[::2].count(0), content[1::2].count(0)
    if odd * _SHARE >= len(content) and odd > even * _MORE:
        return "utf-16-le"
    if even * _SHARE >= len(content) and even > odd * _MORE:
        return "utf-16-be"
    return None
