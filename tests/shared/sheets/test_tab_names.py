import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sheets.tab_names import tab_names


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("女工特病[标准版]/一年期", "女工特病 标准版  一年期"),
        ("'甲'", "甲"),
        ("名" * 32, "名" * 31),
        ("𰻞" * 16, "𰻞" * 15),
        ("名" * 30 + "' 一", "名" * 30),
        ("", "Sheet"),
        (" '[]' ", "Sheet"),
    ],
)
def test_what_no_program_allows_is_left_out_of_a_name(wanted: str, name: str) -> None:
    """Forbidden signs become spaces; 31 characters are kept, none of them halved."""
    assert tab_names([wanted]) == [name]


def test_the_same_name_is_numbered() -> None:
    """Also when only the case differs, and when it had to be cut."""
    assert tab_names(["a", "A", "a", "a~2"]) == ["a", "A~2", "a~3", "a~2~2"]
    assert tab_names(["名" * 40, "名" * 40]) == ["名" * 31, "名" * 29 + "~2"]


@given(st.lists(st.text(st.characters() | st.sampled_from("aA'[]: 𰻞\n")), max_size=12))
def test_names_are_legal_and_differ(wanted: list[str]) -> None:
    """Whatever is wanted, a program opens the workbook."""
    names = tab_names(wanted)
    assert len({name.casefold() for name in names}) == len(wanted)
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) <= 62
        assert not set(name) & set("[]:*?/\\\t\n")
        assert not name.startswith(("'", " "))
        assert not name.endswith(("'", " "))
