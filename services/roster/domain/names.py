"""Names of persons."""

import re
from unicodedata import category

from services.roster.domain.reasons import Reason
from services.roster.domain.typed_text import tidy

_USUAL = re.compile(r"[一-鿿]{2,50}")
_HAN = re.compile(r"[㐀-鿿〇豈-﫿\U00020000-\U0003ffff\ue000-\uf8ff]")
_DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅●", "·"))
_SHORTEST, _LONGEST = 2, 50
_BESIDE_LETTERS = frozenset("·〇 -'’.")
_LETTERS = ("L", "M", "Co")  # Co: rare characters of names that older fonts keep apart


def read_name(written: str) -> str | Reason:
    """Return a name, without inner spaces of Chinese names, every dot as ·."""
    if _USUAL.fullmatch(written):
        return written
    name = tidy(written).translate(_DOTS)
    if _HAN.search(name):
        name = name.replace(" ", "").replace(".", "·")
    if not name:
        return Reason("name_empty", "“参保人姓名”为空，请填写姓名。", "name")
    if not all(char in _BESIDE_LETTERS or category(char).startswith(_LETTERS) for char in name):
        return Reason(
            "name_characters", "“参保人姓名”中有数字或符号，请只填写姓名（可含 ·）。", "name"
        )
    if not _SHORTEST <= len(name) <= _LONGEST:
        return Reason("name_length", "“参保人姓名”应为 2 至 50 个字，请核对。", "name")
    return name
