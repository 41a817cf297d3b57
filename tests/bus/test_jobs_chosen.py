"""A job may be for some of a topic's events only."""

from uuid import uuid4

from shared.bus import Job, work
from shared.contracts.base import Envelope
from tests.bus.conftest import Asked, Make, write_effect


def is_even(event: Asked) -> bool:
    """Return which events are for the job."""
    return event.number % 2 == 0


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


async def test_an_event_that_cannot_be_read_is_not_lost_by_the_choice(pair: Make) -> None:
    """It fails as any other, where operators find it."""
    async with pair(work("long", Asked, do, when=is_even)) as p:
        broken = Envelope(
            id=uuid4(),
            source=Asked.source(),
            type=Asked.topic,
            subject="s",
            time=p.resources.clock(),
            correlationid="c",
            traceparent="",
            data={"about": "s", "number": "one"},
        )
        await p.bus.publish(broken)

        async def is_noted() -> bool:
            return bool(await p.states("subscriber.long") in ({"waiting": 1}, {"dead": 1}))

        await p.until(is_noted)
