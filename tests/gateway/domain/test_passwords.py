import string
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.domain.passwords import (
    EASILY_READ,
    FIRST_PASSWORD_LIFE,
    KEPT,
    first_password,
    refuse_repeated,
    require_good,
)
from shared.errors import Invalid


def refused(password: str, username: str = "operator", *, common: bool = False) -> str | None:
    """Return the code with which the field `password` is refused; None when it is taken."""
    try:
        require_good(password, username, common=common)
    except Invalid as refusal:
        return refusal.code if refusal.field == "password" else f"{refusal.code} elsewhere"
    return None


def test_a_first_password_is_typed_from_a_text_message_within_seven_days() -> None:
    """Twelve characters that nobody takes for another, and never the same."""
    assert timedelta(days=7) == FIRST_PASSWORD_LIFE
    many = {first_password() for _ in range(200)}
    assert len(many) == 200
    assert {len(one) for one in many} == {12}
    assert set("".join(many)) == set(EASILY_READ)
    taken_for_another = set("01oil")
    assert set(EASILY_READ) == set(string.ascii_lowercase + string.digits) - taken_for_another
    assert all(refused(one) is None for one in many)


@pytest.mark.parametrize(
    ("length", "code"),
    [
        (9, "password_too_short"),
        (10, None),
        (128, None),
        (129, "password_too_long"),
    ],
)
def test_a_password_has_ten_to_128_characters(length: int, code: str | None) -> None:
    """Both ends are allowed."""
    assert refused(("abc" * 50)[:length]) == code


@pytest.mark.parametrize(
    ("password", "common", "code"),
    [
        ("aaaaaaaaaaaa", False, "password_common"),
        ("abababababab", False, "password_common"),
        ("abcabcabcabc", False, None),
        ("abcabcabcabc", True, "password_common"),
    ],
)
def test_a_common_password_and_one_of_two_characters_are_refused(
    password: str, code: str | None, *, common: bool
) -> None:
    """They are the first that are guessed."""
    assert refused(password, common=common) == code


@given(
    name=st.from_regex(r"[0-9A-Za-z][0-9A-Za-z._-]{2,39}", fullmatch=True),
    before=st.text("xyz!", min_size=4, max_size=8),
    after=st.text("123!", min_size=3, max_size=8),
    upper=st.booleans(),
)
def test_a_password_does_not_contain_the_user_name(
    name: str, before: str, after: str, *, upper: bool
) -> None:
    """In no case, and nowhere; what only resembles it is taken."""
    inside = before + (name.upper() if upper else name.lower()) + after
    assert refused(inside + "abc", name) == "password_has_name"
    assert refused("correct horse 7", "somebody") is None


def test_of_five_passwords_none_comes_back() -> None:
    """The refusal says how many."""
    assert KEPT == 5
    refusal = refuse_repeated()
    assert (refusal.code, refusal.field) == ("password_repeated", "password")
    assert "5" in refusal.message
