from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.domain.accounts import Account
from services.gateway.domain.sessions import SEEN_EVERY, SESSION_LIFE, Need, Session, need_of
from shared.identity.permissions import Role

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ACCOUNT = Account("account-1", "finance", "hash", "王芳", Role.FINANCE, "0012")
SESSION = Session(UUID(int=1), NOW, NOW, NOW + SESSION_LIFE, "203.0.113.7", "", False)  # noqa: FBT003 - as it is kept


def test_a_session_lives_for_a_working_day_and_its_use_is_kept_by_the_minute() -> None:
    """Twelve hours."""
    assert timedelta(hours=12) == SESSION_LIFE
    assert timedelta(minutes=1) == SEEN_EVERY


@given(
    has=st.booleans(),
    given_=st.booleans(),
    strict=st.sampled_from([(), (Role.FINANCE,), (Role.ADMINISTRATOR,)]),
    must_change=st.booleans(),
)
def test_what_comes_first_is_the_second_factor_then_the_password(
    strict: tuple[Role, ...], *, has: bool, given_: bool, must_change: bool
) -> None:
    """A factor that there is, one that the role must set up, the first password; else nothing."""
    account = replace(ACCOUNT, has_second_factor=has, must_change=must_change)
    need = need_of(account, replace(SESSION, second_factor=given_), strict)
    expected = None
    if must_change:
        expected = Need.PASSWORD_CHANGE
    if not has and Role.FINANCE in strict:
        expected = Need.SECOND_FACTOR_SETUP
    if has and not given_:
        expected = Need.SECOND_FACTOR
    assert need == expected
