"""Whoever has seen an event finds its copy in every service, whichever process made it."""

import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus import consumed as consumed_module
from shared.bus import own_writes
from shared.bus.consumed import Consumed
from shared.bus.inbox.open_store import pause
from shared.bus.inbox.sequence import Positions
from shared.bus.own_writes import begin_consumed
from shared.bus.positions import consumed_positions
from shared.bus.subscriptions import on
from shared.bus.transaction import Transaction, Transactions
from shared.errors import StillArriving
from shared.identity.caller import Seen
from tests.bus.conftest import Make, Pair, Told, write_effect

THING = "publisher.thing"


def seen(about: str, sequence: int) -> Seen:
    """Return what somebody has seen."""
    return Seen(stream=THING, subject=about, sequence=sequence)


def elsewhere(p: Pair) -> Transactions:
    """Return the transactions of another process of the subscriber, which consumes nothing."""
    here = p.subscriber.transactions
    return Transactions(here.sessions, here.resources)


async def test_what_was_seen_is_there_once_the_transaction_is_open(pair: Make) -> None:
    """However early somebody asks, in the process that consumes and in another one."""
    async with pair(on(Told, write_effect)) as p:
        both = (p.subscriber.transactions, elsewhere(p))
        for number, asked in enumerate(both, 1):
            await p.tell(Told(about="s", number=number))
            async with begin_consumed(asked, "subscriber", [seen("s", number)]):
                assert await p.numbers("s") == list(range(1, number + 1))
        assert [one.consumed.here for one in both] == [True, False]


async def test_what_is_known_is_not_looked_up(pair: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither what was consumed here, nor what was looked up before; something newer is."""
    looks: list[Positions] = []

    async def counted(session: AsyncSession, wanted: Positions) -> Positions:
        looks.append(wanted)
        return await consumed_positions(session, wanted)

    monkeypatch.setattr(own_writes, "consumed_positions", counted)
    async with pair(on(Told, write_effect)) as p:
        await p.tell(Told(about="s", number=1), Told(about="s", number=2))
        await p.until_numbers("s", [1, 2])
        here, other = p.subscriber.transactions, elsewhere(p)
        await here.consumed.wait({(THING, "s"): 2}, 1.0)
        async with begin_consumed(here, "subscriber", [seen("s", 2)]):
            assert looks == []
        for _ in range(2):
            async with begin_consumed(other, "subscriber", [seen("s", 1)]):
                assert looks == [{(THING, "s"): 1}]
        async with begin_consumed(other, "subscriber", [seen("s", 2)]):
            assert looks[1:] == [{(THING, "s"): 2}]


async def test_who_has_seen_what_a_paused_consumer_lacks_is_told_at_once(pair: Make) -> None:
    """It may be paused for long; what it has is answered."""
    async with pair(on(Told, write_effect)) as p:
        await p.tell(Told(about="s", number=1))
        await p.until_numbers("s", [1])
        async with p.subscriber.transactions.begin() as tx:
            await pause(tx.session, "subscriber.events")
        async with begin_consumed(elsewhere(p), "subscriber", [seen("s", 1)]):
            pass
        async with asyncio.timeout(own_writes.LONGEST_WAIT_SECONDS / 2):
            with pytest.raises(StillArriving):
                await _opened(elsewhere(p), seen("s", 2))


async def _opened(transactions: Transactions, one: Seen) -> Transaction:
    async with begin_consumed(transactions, "subscriber", [one]) as tx:
        return tx


def test_a_position_never_goes_back() -> None:
    """Events of one aggregate may be noted in any order."""
    consumed = Consumed()
    consumed.note({(THING, "s"): 3})
    consumed.note({(THING, "s"): 2})
    assert consumed.lacks({(THING, "s"): 3}) == {}
    assert consumed.lacks({(THING, "s"): 4, (THING, "t"): 1}) == {
        (THING, "s"): 4,
        (THING, "t"): 1,
    }


def test_a_process_remembers_what_was_noted_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not all that it has ever consumed."""
    monkeypatch.setattr(consumed_module, "MOST_KNOWN", 2)
    consumed = Consumed()
    for about in ("a", "b", "a", "c"):
        consumed.note({(THING, about): 1})
    wanted = {(THING, about): 1 for about in "abc"}
    assert consumed.lacks(wanted) == {(THING, "b"): 1}


async def test_a_wait_ends_with_the_last_that_was_lacking_or_its_time() -> None:
    """What comes of others in between wakes nobody for good."""
    consumed = Consumed()
    wanted = {(THING, "a"): 1, (THING, "b"): 2}
    waiting = asyncio.create_task(consumed.wait(wanted, 30))
    for noted in ({(THING, "b"): 1}, {(THING, "a"): 1}, {(THING, "c"): 9}):
        await asyncio.sleep(0)
        consumed.note(noted)
    await asyncio.sleep(0.01)
    assert not waiting.done()
    consumed.note({(THING, "b"): 2})
    async with asyncio.timeout(5):
        assert await waiting == {}
    assert await consumed.wait({(THING, "d"): 1}, 0.01) == {(THING, "d"): 1}
