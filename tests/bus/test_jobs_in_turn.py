"""Embedded, jobs of one aggregate run in turn: each begins when the one before it ends."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus import Job, work
from shared.bus.inbox import alarm, job_consumer, open_store, store
from tests.bus.conftest import Asked, Make, Pair, write_effect

LONG = 600.0


@pytest.fixture(autouse=True)
def without_polling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be found by looking now and then: whoever misses a ring waits for ever."""
    monkeypatch.setattr(alarm, "FIRST_POLL_SECONDS", LONG)
    monkeypatch.setattr(alarm, "LONGEST_POLL_SECONDS", LONG)


async def dig(event: Asked, job: Job) -> None:
    """Take a moment."""
    await asyncio.sleep(0.02)
    async with job.finish() as tx:
        await write_effect(event, tx)


async def notify(p: Pair) -> None:
    """Let the consumers look."""
    async with p.subscriber.transactions.begin() as tx:
        await store.notify(tx.session)


async def test_what_has_waited_for_a_pause_to_end_follows_without_a_gap(pair: Make) -> None:
    """All is about one thing, though two could run at a time."""
    async with pair(work("long", Asked, dig, jobs_per_worker=2)) as p:
        async with p.subscriber.transactions.begin() as tx:
            await open_store.pause(tx.session, "subscriber.long")
        await p.tell(*(Asked(about="s", number=number) for number in range(5)))

        async def all_wait() -> bool:
            return bool(await p.states("subscriber.long") == {"waiting": 5})

        await p.until(all_wait)
        async with p.subscriber.transactions.begin() as tx:
            await open_store.resume(tx.session, "subscriber.long")

        async def all_are_done() -> bool:
            return bool(await p.states("subscriber.long") == {"done": 5})

        await p.until(all_are_done)
        assert sorted(await p.numbers("s")) == list(range(5))


async def test_what_a_process_does_not_hold_in_memory_follows_too(
    pair: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is found in the inbox when there is room."""
    monkeypatch.setattr(job_consumer, "HELD", 2)
    async with pair(work("long", Asked, dig, jobs_per_worker=2)) as p:
        for number in range(6):
            await p.tell(
                Asked(about="s", number=number), Asked(about=f"other {number}", number=number)
            )
        await p.until_jobs("s", list(range(6)))
        for number in range(6):
            await p.until_numbers(f"other {number}", [number])


async def test_who_comes_just_as_the_one_before_it_ends_is_not_forgotten(
    pair: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told that it stands behind one that has ended when the answer arrives."""
    go_on = asyncio.Event()
    real = store.standing

    async def act(event: Asked, job: Job) -> None:
        if event.number == 0:
            await go_on.wait()
        await dig(event, job)

    async def standing(session: AsyncSession, consumer: str, event_id: UUID) -> str | None:
        found = await real(session, consumer, event_id)
        if found == store.BEHIND and not go_on.is_set():
            go_on.set()
            await asyncio.sleep(0.15)
        return found

    monkeypatch.setattr(store, "standing", standing)
    async with pair(work("long", Asked, act, jobs_per_worker=2)) as p:
        await p.tell(Asked(about="s", number=0), Asked(about="s", number=1))
        # On RabbitMQ the second one is no row of the inbox, and waits for nobody.
        go_on_anyway = asyncio.get_running_loop().call_later(2, go_on.set)
        await p.until_jobs("s", [0, 1])
        go_on_anyway.cancel()


async def test_a_job_is_not_lost_when_a_look_into_the_inbox_fails(
    pair: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it fails of: the loop begins anew, and finds it."""
    broken = False
    real = store.lock_due

    async def lock_due(*arguments: Any) -> bytes | None:  # noqa: ANN401 - passed on
        nonlocal broken
        if broken:
            broken = False
            raise RuntimeError
        return await real(*arguments)

    async def act(event: Asked, job: Job) -> None:
        if event.number == 0:
            await asyncio.sleep(0.5)
        await dig(event, job)

    monkeypatch.setattr(store, "lock_due", lock_due)
    async with pair(work("long", Asked, act)) as p:
        await p.tell(Asked(about="a", number=0))
        await asyncio.sleep(0.2)
        broken = True
        await notify(p)
        await asyncio.sleep(0.1)
        await p.tell(Asked(about="b", number=1), Asked(about="c", number=2))
        for about, number in (("a", 0), ("b", 1), ("c", 2)):
            await p.until_numbers(about, [number])
