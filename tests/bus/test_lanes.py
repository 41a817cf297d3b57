"""What nobody waits for has a queue and children of its own, and holds up nobody who waits."""

import asyncio
import os
from collections.abc import Sequence

import pytest

from services.host.running import bind_service, require_parts
from shared.bus.inbox.job import Job
from shared.bus.subscriptions import Queue, on, work
from shared.bus.transports.base import Settle
from shared.bus.transports.memory import MemoryBus
from shared.errors import CannotStart
from tests.bus.conftest import Asked, Hinted, Make, Told, service, write_effect

ENOUGH = 60.0
BACKLOG = 20


def niceness() -> int:
    """Return how willingly this process leaves the processors to others."""
    return os.nice(0)


async def test_a_backlog_in_advance_does_not_hold_up_who_waits(pair: Make) -> None:
    """They are served while all of it stands there, and then it goes on, one job at a time."""
    gate = asyncio.Event()
    going = most = 0

    async def in_advance(event: Hinted, job: Job) -> None:
        nonlocal going, most
        going += 1
        most = max(most, going)
        await gate.wait()
        going -= 1
        async with job.finish() as tx:
            await write_effect(event, tx)

    async def at_once(event: Asked, job: Job) -> None:
        async with job.finish() as tx:
            await write_effect(Told(about="waiting", number=event.number), tx)

    async with pair(
        work("bulk", Hinted, in_advance, nice=10), work("at_once", Asked, at_once)
    ) as p:
        await p.tell(*(Hinted(about="bulk", number=one) for one in range(BACKLOG)))
        for one in range(3):
            await p.tell(Asked(about=f"{one}", number=one))
            await p.until_numbers("waiting", list(range(one + 1)))
        assert await p.numbers("bulk") == []
        gate.set()

        async def all_done() -> bool:
            return sorted(await p.numbers("bulk")) == list(range(BACKLOG))

        await p.until(all_done)
        assert most == 1


async def test_a_nice_queue_has_children_of_its_own(pair: Make) -> None:
    """They leave the processors to those of who waits, who need not wait for them either."""
    found: dict[str, tuple[int, int]] = {}
    both = asyncio.Barrier(2)

    async def look(event: Told, job: Job) -> None:
        await both.wait()
        child = job.resources.child
        found[event.topic] = (await child.run(ENOUGH, niceness), await child.run(ENOUGH, os.getpid))

    async with pair(work("bulk", Hinted, look, nice=10), work("at_once", Asked, look)) as p:
        await p.tell(Hinted(about="b", number=1), Asked(about="a", number=1))

        async def looked() -> bool:
            return len(found) == 2

        await p.until(looked)
    nice, first = found[Hinted.topic]
    usual, second = found[Asked.topic]
    assert (nice, usual) == (niceness() + 10, niceness())
    assert first != second


class Noted(MemoryBus):
    """Remembers which queues are taken from."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[str] = []

    def bind(self, queue: Queue, settle: Settle, *, prefetch: int) -> None:
        """Remember a queue and how many messages it may have."""
        super().bind(queue, settle, prefetch=prefetch)
        self.taken.append(f"{queue.part} {prefetch}")


@pytest.mark.parametrize(
    ("parts", "taken"),
    [
        ("web", []),
        ("events", ["events 200"]),
        ("work", ["bulk 1", "at_once 1"]),
        ("bulk", ["bulk 1"]),
        ("at_once", ["at_once 1"]),
        ("at_once,bulk,web", ["bulk 1", "at_once 1"]),
        ("web,events,work", ["events 200", "bulk 1", "at_once 1"]),
    ],
)
async def test_a_process_runs_the_parts_that_it_is_told(
    pair: Make, parts: str, taken: Sequence[str]
) -> None:
    """So that operators scale one lane without the other."""

    async def nothing(_event: Told, _what: object) -> None:
        pass

    subscriptions = (
        on(Told, nothing),
        work("bulk", Hinted, nothing, nice=10),
        work("at_once", Asked, nothing),
    )
    made, bus = service("subscriber", subscriptions), Noted()
    chosen = frozenset(parts.split(","))
    require_parts(made, chosen)
    async with (
        pair() as p,
        bind_service(made, p.databases["subscriber"], p.resources, bus, parts=chosen),
    ):
        assert bus.taken == taken


@pytest.mark.parametrize("parts", ["", "bulks", "web,subscriber.bulk"])
def test_a_part_that_is_none_is_said_with_those_there_are(parts: str) -> None:
    """Instead of a process that does nothing for ever."""

    async def nothing(_event: Told, _what: object) -> None:
        pass

    made = service("subscriber", [work("bulk", Hinted, nothing)])
    with pytest.raises(CannotStart, match=r"subscriber has no part .*web, events, work, bulk$"):
        require_parts(made, frozenset(parts.split(",")))
