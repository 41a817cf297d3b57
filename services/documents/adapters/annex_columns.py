"""The columns of a roster, and a person as one line of them, counted in half ems."""

import re
from collections.abc import Sequence
from typing import NamedTuple

HALF_EM = 1.5
"""Millimetres: the em of papers.css is 3 mm."""
PADDING = 2
"""Half ems of a column that stay free."""

# Signs whose width in Noto Sans Mono CJK SC is known; it sets the dot in names on a whole em.
_PLAIN = re.compile(r"[ -~·\u3007\u3400-\u4db5\u4e00-\u9fa5]*")


class Column(NamedTuple):
    """A column: its head, its width in half ems."""

    head: str
    width: int
    right: bool = False

    @property
    def millimetres(self) -> float:
        """Return its width."""
        return self.width * HALF_EM


COLUMNS = (
    Column("序号", 9, right=True),
    Column("姓名", 25),
    Column("证件类型", 25),
    Column("证件号码", 24),
    Column("性别", 8),
    Column("出生日期", 15),
    Column("职业类别", 14),
)


def as_line(cells: Sequence[str]) -> str | None:
    """Return a person as one line; None when a cell is too wide or a sign's width unknown."""
    padded = []
    for column, text in zip(COLUMNS, cells, strict=True):
        room = column.width - PADDING - half_ems(text)
        if room < 0 or not _PLAIN.fullmatch(text):
            return None
        padded.append(f" {' ' * room}{text} " if column.right else f" {text}{' ' * room} ")
    return "".join(padded)


def half_ems(text: str) -> int:
    """Return the width of plain text."""
    return sum(1 if sign.isascii() else 2 for sign in text)
