"""Names of persons."""

import re
from unicodedata import category

from services.roster.domain.reasons import Reason
from services.roster.domain.typed_text import tidy

_HAN = re.compile(r"[㐀-鿿〇豈-﫿\U00020000-\U0002fffd\U00030000-\U0003fffd\ue000-\uf8ff]")
"""Ideographs of all planes, also those that Python's own tables do not know yet."""
_DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅●˙ꞏ", "·"))
_SHORTEST, _LONGEST = 2, 50
_BESIDE_LETTERS = frozenset("·〇 -'’.")
_LETTERS = ("L", "M", "Co")  # Co: rare characters of names that older fonts keep apart
_NO_NAMES = ("合计", "总计", "小计", "姓名", "示例", "样例", "测试")
_NO_TEXTS = ("TRUE", "FALSE", "NULL", "NONE", "NAN")
"""Words beside lists, and what programs write where there is no text."""
USUAL_NAME = re.compile(rf"(?!(?:{'|'.join(_NO_NAMES)})$)[一-鿿]{{2,50}}")
"""A Chinese name that needs no closer look."""


def read_name(written: str) -> str | Reason:
    """Return a name, without inner spaces of Chinese names, every dot as ·."""
    if USUAL_NAME.fullmatch(written):
        return written
    name = tidy(written.translate(_DOTS)).translate(_DOTS)
    if _HAN.search(name):
        name = name.replace(" ", "").replace(".", "·")
    if not name:
        return Reason("name_empty", "“参保人姓名”为空，请填写姓名。", "name")
    if not all(char in _BESIDE_LETTERS or _is_letter(char) for char in name):
        return Reason(
            "name_characters", "“参保人姓名”中有数字或符号，请只填写姓名（可含 ·）。", "name"
        )
    if not any(map(_is_letter, name)) or name.upper() in (*_NO_NAMES, *_NO_TEXTS):
        return Reason("name_unknown", "“参保人姓名”不是姓名，请填写姓名。", "name")
    if not _SHORTEST <= len(name) <= _LONGEST:
        return Reason("name_length", "“参保人姓名”应为 2 至 50 个字，请核对。", "name")
    return name


def _is_letter(char: str) -> bool:
    return bool(_HAN.match(char)) or category(char).startswith(_LETTERS)
