import pytest

from shared.sheets.titles import LONGEST_TITLE, Titles, plain_titles

TITLES = Titles({"code": ["编码", "代码", "CODE"], "unit": ["单位名称", "单位"]}, ["code", "unit"])


@pytest.mark.parametrize(
    "written",
    [
        *("编码", "*编码", "★编码：", "编 码", "编\n码", "1. 编码", "2、编码", "编码（必填）"),
        *("编码[18位]", "编码/Code", "编码 No.", "Code/编码", "编碼", "编码必填", "编码 *"),
    ],
)
def test_a_title_is_known_however_it_is_decorated(written: str) -> None:
    """Stars, numbers, brackets, line breaks, traditional characters, a second language."""
    assert TITLES.match(written) == ("code", 0)


def test_the_usual_title_has_the_first_rank() -> None:
    """Synonyms follow in their order; others are unknown."""
    assert TITLES.match("代码") == ("code", 1)
    assert TITLES.match("code") == ("code", 2)
    assert TITLES.match("单位/代码") == ("unit", 1)
    assert TITLES.match("Code/单位名称") == ("unit", 0)
    for other in ("", "*", "编码规则", "上级单位", "370203198607091894"):
        assert TITLES.match(other) is None


def test_what_is_too_long_for_a_title_says_nothing() -> None:
    """It is a text."""
    assert plain_titles("码" * LONGEST_TITLE)
    assert plain_titles("码" * (LONGEST_TITLE + 1)) == ()


def test_required_fields_that_no_column_holds_are_named() -> None:
    """In their order."""
    assert TITLES.lacking({}) == ["code", "unit"]
    assert TITLES.lacking({"code": 0}) == ["unit"]
    assert TITLES.lacking({"code": 0, "unit": 1}) == []
