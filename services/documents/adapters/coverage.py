"""Which characters the fonts hold: what none holds is printed as its code, never as a box."""

import re
from functools import lru_cache
from unicodedata import category, normalize

import uharfbuzz as hb

from services.documents.adapters.fonts import font_files
from services.documents.domain.wording import visible_line
from shared.runtime.log import get_logger

log = get_logger(__name__)

_COMMON = re.compile(r"[ -~·—“”…、。〇《》【】一-\u9fa5（），：；？！￥]*")
"""In the first font of the list: nothing else need be looked up."""
_SELECTORS = re.compile(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Choose between shapes of one character; without them it has its usual one."""
_EMOJI = re.compile(
    r"[\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693"
    r"\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd"
    r"\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b"
    r"\u2b1c\u2b50\u2b55\U0001f000-\U0001faff]"
)
"""Pango would set them from a font of pictures, when a machine has one."""
_OF_NO_MEANING = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")
"""Private, unassigned, invisible: a font may have a picture, nobody knows of what."""
_MOST = 200
"""Signs of a text with codes in it: a code is long, and a paper has no end otherwise."""


def printable(text: str) -> str:
    """Return a text as it can be set, on one line; `[U+1F600]` for what no font holds."""
    if _COMMON.fullmatch(text) and "  " not in text and text == text.strip(" "):
        return text
    text = "".join(_composed(_SELECTORS.sub("", visible_line(text))))
    missing = {sign for sign in text if not _held(sign)}
    if not missing:
        return text
    for sign in missing:
        log.warning("character_in_no_font", code_point=_code(sign))
        text = text.replace(sign, f"[{_code(sign)}]")
    return text if len(text) <= _MOST else text[: _MOST - 1] + "…"


def _composed(text: str) -> list[str]:
    """Return a text's signs, marks together with the letter that they are on where that is one."""
    signs: list[str] = []
    for sign in text:
        joined = normalize("NFC", signs[-1] + sign) if signs and _is_mark(sign) else ""
        if len(joined) == 1:
            signs[-1] = joined
        else:
            signs.append(sign)
    return signs


def _held(sign: str) -> bool:
    """Return whether a font holds a sign that stands by itself and means the same to all."""
    if _COMMON.fullmatch(sign):
        return True
    if _EMOJI.fullmatch(sign) or _is_mark(sign) or category(sign) in _OF_NO_MEANING:
        return False
    first, *rare = _characters()
    # Of the others only what they are for: their pictures are set from whatever font has one.
    return ord(sign) in first or (
        category(sign) == "Lo" and any(ord(sign) in held for held in rare)
    )


def _is_mark(sign: str) -> bool:
    return category(sign).startswith("M")


def _code(sign: str) -> str:
    return f"U+{ord(sign):04X}"


@lru_cache(maxsize=1)
def _characters() -> tuple[hb.Set, ...]:
    """Return what each font holds, in their order."""
    # All faces of a collection hold the same characters.
    files = dict.fromkeys(font_files().values())
    return tuple(hb.Face(hb.Blob.from_file_path(str(file))).unicodes for file in files)
