"""Titles of columns as people write them, matched to the fields that a reader knows."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import itemgetter

from shared.values import bare

LONGEST_TITLE = 60
"""Characters; what is longer is a text, not a title."""

_TRADITIONAL = str.maketrans(
    "證號碼機話聯繫類別職業備註險員會電動護種稱國際範圍說單區縣與無為個實體檔學醫務級歲齡參給開關時間從屬戶齊",
    "证号码机话联系类别职业备注险员会电动护种称国际范围说单区县与无为个实体档学医务级岁龄参给开关时间从属户齐",
)
_PARTS = re.compile(r"[/|\\\n\r、;；]")
_BRACKETED = re.compile(
    r"[(\[{【〔〖<《「『][^()\[\]{}【】〔〕〖〗<>《》「」『』]*[)\]}】〕〗>》」』]"
)
_ENDS = re.compile(r"^(?:[0-9]+(?=[\W_])|[\W_])+|[\W_]+$")
_SAID_BESIDE = re.compile(r"(?:非?必[填须录]项?|选填项?|可不填|可空)$")
_LATIN = re.compile(r"[A-Z0-9._'-]+")
_HAN = re.compile(r"[㐀-鿿]")


class Titles:
    """The fields that a reader knows, each with its titles."""

    def __init__(
        self,
        titles: Mapping[str, Sequence[str]],
        required: Sequence[str],
        others: Sequence[str] = (),
    ) -> None:
        """Take the titles of each field, the usual one first, and the fields no list may lack.

        A title with one of the words `others` in it is about somebody or something else.
        """
        self.required = required
        self._others = re.compile("|".join(map(re.escape, others)) or r"(?!)")
        self._ranked: dict[str, tuple[str, int]] = {}
        for field, names in titles.items():
            for rank, title in enumerate(names):
                self._ranked.setdefault(bare(title), (field, rank))

    def match(self, written: str) -> tuple[str, int] | None:
        """Return the field of a title and its rank, 0 for the usual title; None for another."""
        if self.is_of_others(written):
            return None
        found = [self._ranked[form] for form in plain_titles(written) if form in self._ranked]
        return min(found, key=itemgetter(1), default=None)

    def is_of_others(self, written: str) -> bool:
        """Return whether a title is about somebody or something else."""
        return len(written) <= LONGEST_TITLE and bool(self._others.search(_simplified(written)))

    def lacking(self, columns: Mapping[str, int]) -> list[str]:
        """Return the required fields that no column holds."""
        return [field for field in self.required if field not in columns]


@lru_cache(maxsize=4096)
def plain_titles(written: str) -> tuple[str, ...]:
    """Return what a title says without its decoration; several when it says it in several ways.

    `★ 姓名/Name（必填）` says `姓名NAME`, `姓名` and `NAME`. A text that is too long says nothing.
    """
    if len(written) > LONGEST_TITLE:
        return ()
    whole = _plain(_PARTS.sub("", written))
    parts = [_plain(part) for part in _PARTS.split(written)]
    parts += [_LATIN.sub("", text) for text in (whole, *parts) if _HAN.search(text)]
    return tuple(dict.fromkeys(text for text in (whole, *parts) if text))


def _simplified(written: str) -> str:
    return bare(written).translate(_TRADITIONAL)


def _plain(written: str) -> str:
    text = _ENDS.sub("", _BRACKETED.sub("", _simplified(written)))
    return _ENDS.sub("", _SAID_BESIDE.sub("", text))
