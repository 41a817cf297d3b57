"""What operators can do with messages and consumers, the same on both buses."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from asyncpg.exceptions import (
    AdminShutdownError,
    CannotConnectNowError,
    TooManyConnectionsError,
    UniqueViolationError,
)
from sqlalchemy.exc import DBAPIError

from shared.bus.inbox.event_consumer import EventConsumer
from shared.bus.inbox.job import Job
from shared.bus.inbox.job_consumer import JobConsumer
from shared.bus.inbox.open_messages import MessageFilter
from shared.bus.inbox.open_store import (
    backlogs,
    open_messages,
    pause,
    paused_consumers,
    resume,
    seen_by,
)
from shared.bus.operations.messages import drop, replay
from shared.bus.subscriptions import on, work
from shared.bus.transaction import Transaction
from shared.contracts.base import Envelope
from shared.errors import Conflict
from shared.runtime.faults import is_database_down
from tests.bus.conftest import QUICK, Asked, Hinted, Make, Told, write_effect


async def test_what_arrives_for_a_paused_consumer_waits_and_then_works_in_order(
    pair: Make,
) -> None:
    """Paused: no effect. Resumed: everything, in order, also what comes just then."""
    async with pair(on(Told, write_effect)) as p:
        await p.tell(Told(about="s", number=0))
        await p.until_numbers("s", [0])
        async with p.subscriber.transactions.begin() as tx:
            assert await pause(tx.session, "subscriber.events")
            assert not await pause(tx.session, "subscriber.events")
        await p.tell(*(Told(about="s", number=number) for number in range(1, 20)))

        async def all_wait() -> bool:
            return bool(await p.states() == {"done": 1, "waiting": 19})

        await p.until(all_wait)
        assert await p.numbers("s") == [0]
        async with p.subscriber.transactions.begin() as tx:
            assert await paused_consumers(tx.session) == {"subscriber.events"}
            first = (await open_messages(tx.session))[0].event_id
            assert await replay(tx, MessageFilter(first)) == (1, ["subscriber.events"]), (
                "it is told why nothing moves"
            )
            assert await resume(tx.session, "subscriber.events")
        await p.tell(Told(about="s", number=20))
        await p.until_numbers("s", list(range(21)))


async def test_what_has_no_sequence_is_done_in_the_order_of_its_arrival(pair: Make) -> None:
    """Though it all arrived at once, and an operator replays it in whatever order."""
    async with pair(on(Hinted, write_effect)) as p:
        async with p.subscriber.transactions.begin() as tx:
            await pause(tx.session, "subscriber.events")
        [queue] = p.subscriber.service.queues()
        consumer = EventConsumer(queue, p.subscriber.transactions, QUICK)
        settling = [
            asyncio.create_task(consumer.settle(_envelope(Hinted(about="s", number=number))))
            for number in range(60)
        ]
        running = asyncio.create_task(consumer.run())
        await asyncio.gather(*settling)
        running.cancel()
        async with p.subscriber.transactions.begin() as tx:
            for row in sorted(await open_messages(tx.session), key=lambda row: row.event_id):
                await replay(tx, MessageFilter(row.event_id))
            await resume(tx.session, "subscriber.events")
        await p.until_numbers("s", list(range(60)))


def _envelope(told: Told, sequence: int | None = None) -> Envelope:
    return Envelope(
        id=uuid4(),
        source="publisher",
        type=told.topic,
        subject=told.subject,
        time=datetime.now(UTC),
        stream=told.stream,
        sequence=sequence,
        correlationid="c",
        data=told.model_dump(),
    )


async def test_a_waiting_message_can_be_dropped_but_none_before_its_turn(pair: Make) -> None:
    """The second would take the first with it, unseen; the first goes, and the second works."""
    async with pair(on(Told, write_effect)) as p:
        async with p.subscriber.transactions.begin() as tx:
            await pause(tx.session, "subscriber.events")
        await p.tell(Told(about="s", number=1), Told(about="s", number=2))

        async def both_wait() -> bool:
            return bool(await p.states() == {"waiting": 2})

        await p.until(both_wait)
        queues = p.subscriber.service.queues()
        async with p.subscriber.transactions.begin() as tx:
            first, second = (row.event_id for row in await open_messages(tx.session))
        with pytest.raises(Conflict) as refusal:
            async with p.subscriber.transactions.begin() as tx:
                await drop(tx, MessageFilter(second), queues)
        assert refusal.value.code == "not_next"
        async with p.subscriber.transactions.begin() as tx:
            assert await drop(tx, MessageFilter(first), queues) == 1
            assert await drop(tx, MessageFilter(first), queues) == 0
            await resume(tx.session, "subscriber.events")
        await p.until_numbers("s", [2])


async def test_who_waits_for_a_job_is_told_when_it_is_dropped(pair: Make) -> None:
    """Nobody waits for ever; one that is open at two consumers is dropped at the one named."""

    async def do(_event: Hinted, _job: Job) -> None:
        raise AssertionError

    async def give_up(event: Hinted, tx: Transaction) -> None:
        await write_effect(Told(about=event.about, number=-1), tx)

    async with pair(on(Hinted, write_effect), work("long", Hinted, do, give_up)) as p:
        async with p.subscriber.transactions.begin() as tx:
            await pause(tx.session, "subscriber.long")
            await pause(tx.session, "subscriber.events")
        await p.tell(Hinted(about="job", number=1))

        async def waits() -> bool:
            open_ = [await p.states(name) for name in ("subscriber.long", "subscriber.events")]
            return bool(open_ == [{"waiting": 1}, {"waiting": 1}])

        await p.until(waits)
        queues = p.subscriber.service.queues()
        async with p.subscriber.transactions.begin() as tx:
            event_id = (await open_messages(tx.session))[0].event_id
        with pytest.raises(Conflict) as refusal:
            async with p.subscriber.transactions.begin() as tx:
                await drop(tx, MessageFilter(event_id), queues)
        assert "subscriber.events, subscriber.long" in refusal.value.message
        async with p.subscriber.transactions.begin() as tx:
            assert await drop(tx, MessageFilter(event_id, "subscriber.long"), queues) == 1
        assert await p.numbers("job") == [-1]
        assert await p.states() == {"waiting": 1}


async def test_a_job_of_a_paused_worker_waits(pair: Make) -> None:
    """The same for long jobs."""

    async def do(event: Asked, job: Job) -> None:
        async with job.finish() as tx:
            await write_effect(event, tx)

    async with pair(work("long", Asked, do)) as p:
        async with p.subscriber.transactions.begin() as tx:
            await pause(tx.session, "subscriber.long")
        await p.tell(Asked(about="job", number=1))

        async def waits() -> bool:
            return bool(await p.states("subscriber.long") == {"waiting": 1})

        await p.until(waits)
        assert await p.numbers("job") == []
        async with p.subscriber.transactions.begin() as tx:
            await resume(tx.session, "subscriber.long")
        await p.until_numbers("job", [1])


async def test_an_operator_sees_what_waits_and_what_is_dead_and_the_event_itself(
    pair: Make,
) -> None:
    """Counts and age per consumer; one message whole."""
    cured = asyncio.Event()

    async def choke(event: Hinted, tx: Transaction) -> None:
        if not cured.is_set():
            raise ValueError
        await write_effect(event, tx)

    async with pair(on(Hinted, choke)) as p:
        await p.tell(Hinted(about="s", number=7))

        async def dead() -> bool:
            return bool(await p.states() == {"dead": 1})

        await p.until(dead)
        async with p.subscriber.transactions.begin() as tx:
            found = (await backlogs(tx.session))["subscriber.events"]
            assert (found.waiting, found.dead) == (0, 1)
            assert found.oldest.total_seconds() > 0
            [row] = await open_messages(tx.session, MessageFilter(consumer="subscriber.events"))
            [(consumer, state, envelope)] = await seen_by(tx.session, row.event_id)
            assert (consumer, state) == ("subscriber.events", "dead")
            assert envelope is not None
            assert envelope.data == {"about": "s", "number": 7}
            cured.set()
            assert await replay(tx, MessageFilter(row.event_id)) == (1, [])
        await p.until_numbers("s", [7])


async def test_a_consumer_that_cannot_even_write_a_failure_down_keeps_the_message(
    pair: Make,
) -> None:
    """It tries until it can; nothing is given back to be given up."""
    troubles = [OSError("disk full"), OSError("disk full")]

    class Troubled(EventConsumer):
        async def _record_failure(self, envelope: Envelope, error: Exception) -> None:
            if troubles:
                raise troubles.pop()
            await super()._record_failure(envelope, error)

    async def choke(event: Told, tx: Transaction) -> None:
        if troubles:
            raise ValueError
        await write_effect(event, tx)

    async with pair(on(Told, choke)) as p:
        [queue] = p.subscriber.service.queues()
        consumer = Troubled(queue, p.subscriber.transactions, QUICK)
        running = asyncio.create_task(consumer.run())
        await consumer.settle(_envelope(Told(about="s", number=1), 1))
        running.cancel()
        assert await p.numbers("s") == [1]


async def test_a_worker_keeps_its_job_while_postgresql_comes_up(pair: Make) -> None:
    """PostgreSQL answers that it is starting, then something else goes wrong: the job is done."""
    troubles: list[Exception] = [OSError("disk full"), CannotConnectNowError("starting up")]

    class Troubled(JobConsumer):
        async def _run(self, envelope: Envelope) -> None:
            if troubles:
                raise troubles.pop()
            await super()._run(envelope)

    async def do(event: Asked, job: Job) -> None:
        async with job.finish() as tx:
            await write_effect(event, tx)

    async with pair(work("long", Asked, do)) as p:
        [queue] = p.subscriber.service.queues()
        consumer = Troubled(queue, p.subscriber.transactions, QUICK, bus_keeps=True)
        await consumer.settle(_envelope(Asked(about="job", number=1)))
        assert await p.numbers("job") == [1]


@pytest.mark.parametrize(
    "error", [CannotConnectNowError(""), AdminShutdownError(""), TooManyConnectionsError("")]
)
def test_a_server_that_comes_up_or_goes_down_is_no_fault_of_a_message(error: Exception) -> None:
    """Neither as the driver says it while connecting nor as SQLAlchemy does afterwards."""
    assert is_database_down(error)
    assert is_database_down(DBAPIError("", None, error))
    assert not is_database_down(UniqueViolationError(""))
