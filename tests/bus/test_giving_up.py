"""Whoever waits for a job is told of its end, a bad one too."""

from sqlalchemy import update

from shared.bus.inbox.job import Job
from shared.bus.inbox.open_messages import MessageFilter, OpenMessage
from shared.bus.inbox.open_store import open_messages
from shared.bus.inbox.tables import inbox
from shared.bus.operations.messages import drop, replay
from shared.bus.retry_policy import NotAgain
from shared.bus.subscriptions import on, work
from shared.bus.transaction import Transaction
from tests.bus.conftest import Asked, Make, Pair, Told, write_effect

DONE, GIVEN_UP = 1, -1


async def test_a_job_that_ends_dead_says_so_and_can_still_be_replayed(pair: Make) -> None:
    """The last word is said once, with the row that turns dead; a replay may do it after all."""
    broken = True

    async def act(event: Asked, job: Job) -> None:
        if broken:
            raise ValueError("cannot be done")
        async with job.finish() as tx:
            await write_effect(Told(about=event.about, number=DONE), tx)

    async def give_up(event: Asked, tx: Transaction) -> None:
        await write_effect(Told(about=event.about, number=GIVEN_UP), tx)

    async with pair(work("dig", Asked, act, give_up)) as p:
        await p.tell(Asked(about="s", number=0))
        await p.until_numbers("s", [GIVEN_UP])
        assert await p.states("subscriber.dig") == {"dead": 1}
        broken = False
        async with p.subscriber.transactions.begin() as tx:
            [row] = await open_messages(tx.session)
            assert await replay(tx, MessageFilter(row.event_id)) == (1, [])
        await p.until_numbers("s", [GIVEN_UP, DONE])


async def test_a_job_that_would_fail_each_time_is_tried_once(pair: Make) -> None:
    """Whoever waits for it is told at once; it is dead, for an operator to see."""
    tries = 0

    async def act(_event: Asked, _job: Job) -> None:
        nonlocal tries
        tries += 1
        raise NotAgain from ValueError("cannot be done")

    async def give_up(event: Asked, tx: Transaction) -> None:
        await write_effect(Told(about=event.about, number=GIVEN_UP), tx)

    async with pair(work("dig", Asked, act, give_up)) as p:
        await p.tell(Asked(about="s", number=0))
        await p.until_numbers("s", [GIVEN_UP])
        assert await p.states("subscriber.dig") == {"dead": 1}
        [row] = await _open(p)
        assert row.reason.endswith("because of ValueError")
    assert tries == 1


async def _open(pair: Pair) -> list[OpenMessage]:
    async with pair.subscriber.transactions.begin() as tx:
        return await open_messages(tx.session)


async def test_a_last_word_that_fails_does_not_keep_a_job_from_ending(pair: Make) -> None:
    """It is dead all the same, for an operator to see."""

    async def act(_event: Asked, _job: Job) -> None:
        raise ValueError("cannot be done")

    async def give_up(_event: Asked, _tx: Transaction) -> None:
        raise LookupError("nobody to tell")

    async with pair(work("dig", Asked, act, give_up)) as p:
        await p.tell(Asked(about="s", number=0))

        async def dead() -> bool:
            return bool(await p.states("subscriber.dig") == {"dead": 1})

        await p.until(dead)


async def test_a_job_that_is_dropped_skips_nothing_of_the_copies(pair: Make) -> None:
    """The same event is dead as a job, and waits behind another as a quick one."""
    broken = True

    async def act(_event: Told, _job: Job) -> None:
        raise ValueError("cannot be done")

    async def keep(event: Told, tx: Transaction) -> None:
        if broken:
            raise ValueError("not yet")
        await write_effect(event, tx)

    async with pair(on(Told, keep), work("dig", Told, act)) as p:
        await p.tell(Told(about="s", number=0))

        async def dead() -> bool:
            both = await p.states("subscriber.dig"), await p.states()
            return bool(both == ({"dead": 1}, {"dead": 1}))

        await p.until(dead)
        async with p.subscriber.transactions.begin() as tx:
            [job] = await open_messages(tx.session, MessageFilter(consumer="subscriber.dig"))
            await tx.session.execute(
                update(inbox).where(inbox.c.consumer == "subscriber.events").values(state="waiting")
            )
            this = MessageFilter(job.event_id, "subscriber.dig")
            assert await drop(tx, this, p.subscriber.service.queues()) == 1
            broken = False
            assert (await replay(tx, MessageFilter(job.event_id)))[0] == 1
        await p.until_numbers("s", [0])
