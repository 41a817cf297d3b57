"""How a person is set on a line of a roster."""

from dataclasses import astuple

import pytest
import uharfbuzz as hb

from services.documents.adapters.annex_columns import _PLAIN, COLUMNS, as_line, half_ems
from services.documents.adapters.fonts import font_files
from tests.documents.samples import annex_row


def line(name: str) -> str | None:
    """Set a person of this name."""
    return as_line(tuple(map(str, astuple(annex_row(name)))))


@pytest.mark.parametrize("name", ["王芳", "买买提·阿不都热合曼", "Jo Li", "长" * 11, "〇"])
def test_columns_stand_under_each_other(name: str) -> None:
    """A sign of half an em counts one, of an em two, the dot in names among them."""
    found = line(name)
    assert found is not None
    assert half_ems(found) == sum(column.width for column in COLUMNS) == 120
    assert half_ems(found[: found.index(name)]) == COLUMNS[0].width + 1


@pytest.mark.parametrize("name", ["长" * 12, "欧阳𫍽", "名\u0301", "J" * 24, "䶿"])
def test_a_name_too_wide_or_too_rare_for_a_line_is_set_apart(name: str) -> None:
    """So it wraps, and moves no column."""
    assert line(name) is None


def test_the_number_of_a_person_stands_at_the_right_of_its_column() -> None:
    """Ones below ones."""
    found = line("王芳")
    assert found is not None
    assert found[: COLUMNS[0].width].rstrip().endswith("1")


def test_every_sign_of_a_line_is_in_its_font() -> None:
    """So that persons can be written without asking it."""
    file = font_files()["Noto Sans Mono CJK SC"]
    held = hb.Face(hb.Blob.from_file_path(str(file))).unicodes
    signs = (chr(code) for code in range(0x20, 0xA000) if _PLAIN.fullmatch(chr(code)))
    assert [sign for sign in signs if ord(sign) not in held] == []
