"""Sessions: how long they go on, and what they need first."""

from datetime import timedelta

import pytest

from services.gateway.domain.accounts import Account
from services.gateway.domain.sessions import Session
from services.gateway.repository.sessions import SessionRepository
from services.gateway.tables import SessionRow
from tests.gateway.handlers.conftest import HOME, Door


async def seen(door: Door, token: str) -> tuple[Account, Session]:
    """Use a session; returns its account and itself."""
    found = await door.session(token)
    assert found is not None
    return found


async def goes_on(door: Door, token: str) -> bool:
    """Return whether a stream of that session goes on, which does not use it."""
    async with door.transaction() as tx:
        return await SessionRepository(tx).has(token)


async def listed(door: Door) -> list[Session]:
    """Return the account's sessions."""
    async with door.transaction() as tx:
        return await SessionRepository(tx).all_of("account-1")


@pytest.mark.parametrize("minutes", [5, 120])
async def test_a_session_without_a_call_ends_after_the_minutes_of_the_setting(
    door: Door, minutes: int
) -> None:
    """A stream that only listens ends with it; a call lets it go on."""
    here = door.under(session_idle_minutes=minutes)
    await here.known()
    token = await here.sign_in()
    for _ in range(3):
        here.forward(minutes=minutes, seconds=-1)
        assert await goes_on(here, token)
        assert len(await listed(here)) == 1
        await seen(here, token)
    here.forward(minutes=minutes)
    assert not await goes_on(here, token)
    assert await listed(here) == []
    assert await here.session(token) is None


async def test_a_stream_that_only_listens_does_not_keep_its_session(door: Door) -> None:
    """However often it looks."""
    await door.known()
    token = await door.sign_in()
    for _ in range(119):
        door.forward(minutes=1)
        assert await goes_on(door, token)
    door.forward(minutes=1)
    assert not await goes_on(door, token)


async def test_a_session_ends_after_twelve_hours_of_work(door: Door) -> None:
    """However often it is used."""
    await door.known()
    token = await door.sign_in()
    for _ in range(12 * 60 - 1):
        door.forward(minutes=1)
        await seen(door, token)
    door.forward(seconds=59)
    await seen(door, token)
    assert await goes_on(door, token)
    door.forward(seconds=1)
    assert not await goes_on(door, token)
    assert await door.session(token) is None


async def test_the_last_use_is_kept_once_a_minute(door: Door) -> None:
    """Not at each call: a page makes many."""
    await door.known()
    token = await door.sign_in()
    begun = door.gateway.clock.now
    door.forward(seconds=59)
    await seen(door, token)
    [session] = await listed(door)
    assert (session.begun_at, session.seen_at) == (begun, begun)
    door.forward(seconds=1)
    await seen(door, token)
    [session] = await listed(door)
    assert session.seen_at == begun + timedelta(minutes=1)
    assert (session.address, session.second_factor) == (HOME, False)


async def test_sessions_are_listed_by_their_last_use_and_kept_as_digests(door: Door) -> None:
    """Another account's are not among them; those that have ended are deleted in time."""
    await door.known()
    await door.known(account_id="account-2", username="somebody")
    first, second = await door.sign_in(), await door.sign_in(address="198.51.100.1")
    await door.sign_in("somebody")
    door.forward(minutes=5)
    await seen(door, first)
    assert [one.address for one in await listed(door)] == [HOME, "198.51.100.1"]
    kept = await door.kept()
    assert first not in kept
    assert second not in kept
    door.forward(hours=12, seconds=1)
    await door.sign_in("somebody")
    async with door.transaction() as tx:
        assert len((await tx.session.execute(SessionRow.__table__.select())).all()) == 1
