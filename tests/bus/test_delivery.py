"""What delivery promises, the same on both buses."""

import asyncio
from datetime import timedelta

from sqlalchemy import delete, select

from shared.bus.inbox.job import Job
from shared.bus.inbox.open_messages import MessageFilter
from shared.bus.inbox.open_store import open_messages
from shared.bus.inbox.retention import forget_old
from shared.bus.inbox.tables import inbox
from shared.bus.operations.messages import drop, replay, unsent
from shared.bus.retry_policy import TooEarly
from shared.bus.subscriptions import on, work
from shared.bus.tables import consumed_positions, outbox
from shared.bus.transaction import Transaction
from shared.contracts.base import Envelope
from tests.bus.conftest import Asked, Hinted, Make, Told, write_effect


async def test_an_event_has_its_effect_once_and_in_order(pair: Make) -> None:
    """A hundred events about ten subjects arrive whole, each subject in order."""
    async with pair(on(Told, write_effect)) as p:
        for number in range(10):
            await p.tell(*(Told(about=f"s{subject}", number=number) for subject in range(10)))
        for subject in range(10):
            await p.until_numbers(f"s{subject}", list(range(10)))


async def test_a_handler_that_fails_after_its_write_leaves_nothing_and_is_tried_again(
    pair: Make,
) -> None:
    """The write of the failed try is gone; the next try writes once."""
    tries = []

    async def fail_once(event: Told, tx: Transaction) -> None:
        await write_effect(event, tx)
        await tx.session.flush()
        tries.append(event.number)
        if len(tries) == 1:
            raise RuntimeError

    async with pair(on(Told, fail_once)) as p:
        await p.tell(Told(about="s", number=1))
        await p.until_numbers("s", [1])
        assert len(tries) == 2
        assert await p.states() == {"done": 1}


async def test_an_event_delivered_three_times_has_one_effect(pair: Make) -> None:
    """Whatever the bus repeats, the inbox knows."""
    async with pair(on(Hinted, write_effect)) as p:
        kept: list[Envelope] = []
        publish = p.bus.publish

        async def publish_thrice(envelope: Envelope) -> None:
            kept.append(envelope)
            for _ in range(3):
                await publish(envelope)

        p.bus.publish = publish_thrice
        await p.tell(Hinted(about="s", number=1), Hinted(about="s", number=2))
        await p.until_numbers("s", [1, 2])
        await asyncio.gather(*(publish(envelope) for envelope in kept * 3))
        await p.tell(Hinted(about="s", number=3))
        await p.until_numbers("s", [1, 2, 3])


async def test_a_relay_killed_between_publish_and_mark_loses_nothing(pair: Make) -> None:
    """The event is published again, and has one effect."""
    async with pair(on(Told, write_effect)) as p:
        publish, published = p.bus.publish, []

        async def publish_and_die(envelope: Envelope) -> None:
            await publish(envelope)
            published.append(envelope.id)
            if len(published) == 1:
                raise asyncio.CancelledError

        p.bus.publish = publish_and_die
        await p.tell(Told(about="s", number=1))
        await p.until_numbers("s", [1])

        async def gone_from_the_outbox() -> bool:
            async with p.publisher.transactions.sessions() as session:
                return not list(await session.scalars(select(outbox.c.position)))

        await p.until(gone_from_the_outbox)
        assert published == [published[0]] * 2
        assert await p.numbers("s") == [1]


async def test_a_message_that_comes_too_early_waits_and_then_works(pair: Make) -> None:
    """Waiting is not failing: it is not counted, and works once the time has come."""
    ready = asyncio.Event()

    async def wait_for_it(event: Hinted, tx: Transaction) -> None:
        if not ready.is_set():
            raise TooEarly
        await write_effect(event, tx)

    async with pair(on(Hinted, wait_for_it)) as p:
        await p.tell(Hinted(about="s", number=1))

        async def waits() -> bool:
            return bool(await p.states() == {"waiting": 1})

        await p.until(waits)
        async with p.subscriber.transactions.begin() as tx:
            [row] = await open_messages(tx.session)
            assert row.tries == 0
        ready.set()
        await p.until_numbers("s", [1])


async def test_an_event_that_overtakes_the_one_before_waits_for_it(pair: Make) -> None:
    """Seen out of order, done in order."""
    async with pair(on(Told, write_effect)) as p:
        publish = p.bus.publish
        held: list[Envelope] = []

        async def hold_the_first(envelope: Envelope) -> None:
            if not held:
                held.append(envelope)
                return
            await publish(envelope)

        p.bus.publish = hold_the_first
        await p.tell(*(Told(about="s", number=number) for number in range(1, 4)))

        async def two_wait() -> bool:
            return bool(await p.states() == {"waiting": 2})

        await p.until(two_wait)
        await publish(held[0])
        await p.until_numbers("s", [1, 2, 3])


async def test_a_poison_message_ends_dead_harms_no_neighbour_and_can_be_replayed(
    pair: Make,
) -> None:
    """It blocks its own subject only; replayed after the cure, what stood behind it goes on."""
    cured = asyncio.Event()

    async def choke(event: Told, tx: Transaction) -> None:
        await write_effect(event, tx)
        if event.about == "bad" and event.number == 1 and not cured.is_set():
            raise ValueError

    async with pair(on(Told, choke)) as p:
        await p.tell(Told(about="bad", number=1), Told(about="bad", number=2))
        await p.tell(*(Told(about="good", number=number) for number in range(5)))
        await p.until_numbers("good", list(range(5)))

        async def dead() -> bool:
            return bool((await p.states()).get("dead") == 1)

        await p.until(dead)
        assert await p.numbers("bad") == []
        cured.set()
        async with p.subscriber.transactions.begin() as tx:
            [row] = [row for row in await open_messages(tx.session) if row.state == "dead"]
            assert "ValueError" in row.reason
            assert await replay(tx, MessageFilter(row.event_id)) == (1, [])
        await p.until_numbers("bad", [1, 2])


async def test_a_dead_message_can_be_dropped_and_its_subject_goes_on(pair: Make) -> None:
    """What an operator gives up is skipped, in order."""

    async def choke(event: Told, tx: Transaction) -> None:
        if event.number == 1:
            raise ValueError
        await write_effect(event, tx)

    async with pair(on(Told, choke)) as p:
        await p.tell(Told(about="s", number=1), Told(about="s", number=2))

        async def dead() -> bool:
            return bool((await p.states()).get("dead") == 1)

        await p.until(dead)
        async with p.subscriber.transactions.begin() as tx:
            [row] = [row for row in await open_messages(tx.session) if row.state == "dead"]
            assert await drop(tx, MessageFilter(row.event_id), p.subscriber.service.queues()) == 1
        await p.until_numbers("s", [2])


async def test_a_bad_message_in_a_shared_transaction_costs_the_others_nothing(pair: Make) -> None:
    """Twenty that wait together, one of them bad: nineteen effects, one waiting."""

    async def choke(event: Hinted, tx: Transaction) -> None:
        await write_effect(event, tx)
        if event.number == 7:
            raise ValueError

    async with pair(on(Hinted, choke)) as p:
        await p.tell(*(Hinted(about=f"s{number}", number=number) for number in range(20)))
        for number in set(range(20)) - {7}:
            await p.until_numbers(f"s{number}", [number])
        assert await p.numbers("s7") == []


async def test_a_long_job_shows_progress_and_holds_up_no_quick_handler(pair: Make) -> None:
    """While the job runs its progress is committed, and quick events go through."""
    go_on = asyncio.Event()

    async def take_long(event: Asked, job: Job) -> None:
        async with job.transaction() as tx:
            await write_effect(event, tx)
        await go_on.wait()
        async with job.finish() as tx:
            await write_effect(event, tx)

    async with pair(on(Told, write_effect), work("long", Asked, take_long)) as p:
        await p.tell(Asked(about="job", number=1))
        await p.until_numbers("job", [1])
        await p.tell(Told(about="quick", number=1))
        await p.until_numbers("quick", [1])
        assert await p.states("subscriber.long") in ({}, {"waiting": 1})
        go_on.set()
        await p.until_numbers("job", [1, 1])


async def test_a_long_job_that_fails_is_repeated_and_finishes_once(pair: Make) -> None:
    """Its last transaction is undone with the failure."""
    tries = []

    async def stumble(event: Asked, job: Job) -> None:
        tries.append(event.number)
        async with job.finish() as tx:
            await write_effect(event, tx)
            if len(tries) == 1:
                raise RuntimeError

    async with pair(work("long", Asked, stumble)) as p:
        await p.tell(Asked(about="job", number=1))
        await p.until_numbers("job", [1])
        assert tries == [1, 1]
        assert await p.states("subscriber.long") == {"done": 1}


async def test_who_starts_late_has_lost_nothing(pair: Make) -> None:
    """The announcer has published what the bus keeps; the subscriber finds everything."""
    async with pair(on(Told, write_effect), start=("publisher",)) as p:
        publish, tried = p.bus.publish, asyncio.Event()

        async def watch(envelope: Envelope) -> None:
            tried.set()
            await publish(envelope)

        async def published() -> bool:
            async with p.publisher.transactions.begin() as tx:
                return tried.is_set() and not (p.bus.keeps_messages and (await unsent(tx)).waiting)

        p.bus.publish = watch
        await p.tell(*(Told(about="s", number=number) for number in range(5)))
        await p.until(published)
    async with pair(on(Told, write_effect)) as p:
        await p.until_numbers("s", list(range(5)))


async def test_what_was_handled_is_forgotten_only_with_what_was_copied(pair: Make) -> None:
    """An old event after a clean-up of the inbox is still known to be old."""
    async with pair(on(Told, write_effect)) as p:
        publish, seen = p.bus.publish, []

        async def watch(envelope: Envelope) -> None:
            seen.append(envelope)
            await publish(envelope)

        p.bus.publish = watch
        await p.tell(Told(about="s", number=1))
        await p.until_numbers("s", [1])
        async with p.subscriber.transactions.begin() as tx:
            await tx.session.execute(delete(inbox))
            assert await tx.session.scalar(select(consumed_positions.c.sequence)) == 1
        await publish(seen[0])
        await p.tell(Told(about="s", number=2))
        await p.until_numbers("s", [1, 2])


async def test_only_what_is_long_done_is_forgotten(pair: Make) -> None:
    """After the days that are kept; what waits stays."""

    async def refuse_second(event: Hinted, tx: Transaction) -> None:
        if event.number == 2:
            raise TooEarly
        await write_effect(event, tx)

    async with pair(on(Hinted, refuse_second)) as p:
        await p.tell(Hinted(about="a", number=1), Hinted(about="b", number=2))

        async def both_seen() -> bool:
            return bool(await p.states() == {"done": 1, "waiting": 1})

        await p.until(both_seen)
        async with p.subscriber.transactions.begin() as tx:
            await forget_old(tx)
        assert await p.states() == {"done": 1, "waiting": 1}
        async with p.subscriber.transactions.begin() as tx:
            tx.now += timedelta(days=31)
            await forget_old(tx)
        assert await p.states() == {"waiting": 1}


async def test_a_job_whose_outside_is_away_waits_and_lets_the_next_one_pass(pair: Make) -> None:
    """A mail server that refuses is no reason to stop: added to the inbox, counted, tried again."""
    away = asyncio.Event()

    async def need_outside(event: Asked, job: Job) -> None:
        if event.number == 1 and not away.is_set():
            raise ConnectionRefusedError
        async with job.finish() as tx:
            await write_effect(event, tx)

    async with pair(work("long", Asked, need_outside)) as p:
        await p.tell(Asked(about="first", number=1))
        await p.tell(Asked(about="second", number=2))
        await p.until_numbers("second", [2])
        away.set()
        await p.until_numbers("first", [1])
