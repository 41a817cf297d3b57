"""No paper shows a box for a sign: what no font holds is printed as its code."""

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from services.documents.adapters import coverage
from services.documents.adapters.coverage import printable


@pytest.mark.parametrize(
    "text",
    ["青岛市南区教育和体育局", "买买提·阿不都热合曼", "欧阳𫍽", "𬱖", "𪚥", "𠮷", "Zoë 1/2 ℃ ㎡"],
)
def test_chinese_of_every_plane_is_printed(text: str) -> None:
    """Also where only a font of rare ideographs has it."""
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("第一😀小学", "第一[U+1F600]小学"),
        ("⌚✌", "[U+231A][U+270C]"),
        ("نۇر", "[U+0646][U+06C7][U+0631]"),
        ("葛\U000e0100城", "葛城"),
        ("♥\ufe0f", "♥"),
        ("\U000f0000", "[U+F0000]"),
        ("\ue000", "[U+E000]"),
        ("e\u0301 甲\u0301", "é 甲[U+0301]"),
        ("甲\x00\u202e乙\u200d", "甲乙"),
        (" 甲\t\u2028 乙\u3000", "甲 乙"),
    ],
)
def test_what_no_font_holds_is_printed_as_its_code(text: str, printed: str) -> None:
    """And a choice between two shapes of one sign is left out."""
    assert printable(text) == printed


def test_a_missing_sign_is_logged_by_its_code_alone() -> None:
    """Not with the name that it stands in."""
    with structlog.testing.capture_logs() as logs:
        printable("王😀😀")
    assert [(one["event"], one["code_point"]) for one in logs] == [
        ("character_in_no_font", "U+1F600")
    ]


def test_a_text_with_many_codes_is_cut() -> None:
    """A code is ten signs long: a paper has an end."""
    assert len(printable("😀" * 19)) == 19 * len("[U+1F600]")
    assert len(printable("😀" * 100)) == 200
    assert printable("😀" * 100).endswith("…")
    assert len(printable("甲" * 500)) == 500


@given(st.text())
def test_any_text_becomes_one_that_fonts_hold(text: str) -> None:
    """And stays as it is then."""
    once = printable(text)
    assert printable(once) == once


def test_the_common_signs_are_in_the_first_font() -> None:
    """Which is why they need not be looked up."""
    first = coverage._characters()[0]
    common = (chr(code) for code in range(0x10000) if coverage._COMMON.fullmatch(chr(code)))
    assert [sign for sign in common if ord(sign) not in first] == []
