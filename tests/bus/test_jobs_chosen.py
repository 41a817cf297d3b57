"""A job may be for some of a topic's events only."""

from uuid import uuid4

from shared.bus import Job, work
from shared.bus.inbox import store
from shared.contracts.base import Envelope
from tests.bus.conftest import Asked, Make, Pair, write_effect


def is_even(event: Asked) -> bool:
    """Return which events are for the job."""
    return event.number % 2 == 0


def asked(p: Pair, number: int | str) -> Envelope:
    """Return an event as it comes from the bus."""
    return Envelope(
        id=uuid4(),
        source=Asked.source(),
        type=Asked.topic,
        subject="s",
        time=p.resources.clock(),
        correlationid="c",
        traceparent="",
        data={"about": "s", "number": number},
    )


async def do(event: Asked, job: Job) -> None:
    """Leave a row."""
    async with job.finish() as tx:
        await write_effect(event, tx)


async def test_events_that_are_not_for_a_job_leave_no_trace_in_its_inbox(pair: Make) -> None:
    """They are taken from the queue all the same."""
    async with pair(work("long", Asked, do, when=is_even)) as p:
        await p.tell(*(Asked(about="s", number=number) for number in range(1, 5)))
        await p.until_numbers("s", [2, 4])
        assert await p.states("subscriber.long") == {"done": 2}


async def test_what_waits_in_the_inbox_and_is_for_no_job_ends_without_an_effect(
    pair: Make,
) -> None:
    """It came by an operator's hand, or with an earlier release."""
    async with pair(work("long", Asked, do, when=is_even)) as p:
        async with p.subscriber.transactions.begin() as tx:
            await store.add_waiting(tx.session, "subscriber.long", [asked(p, 1)], store.REPLAYED)
            await store.notify(tx.session)

        async def is_done() -> bool:
            return bool(await p.states("subscriber.long") == {"done": 1})

        await p.until(is_done)
        assert await p.numbers("s") == []


async def test_an_event_that_cannot_be_read_is_not_lost_by_the_choice(pair: Make) -> None:
    """It fails as any other, where operators find it."""
    async with pair(work("long", Asked, do, when=is_even)) as p:
        await p.bus.publish(asked(p, "one"))

        async def is_noted() -> bool:
            return bool(await p.states("subscriber.long") in ({"waiting": 1}, {"dead": 1}))

        await p.until(is_noted)
