"""Long jobs side by side: as many as a worker may, and of those that belong together one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from services.host.running import bind_service
from shared.bus.inbox.job import Job
from shared.bus.inbox.job_consumer import JobConsumer
from shared.bus.inbox.open_store import open_messages, pause, resume
from shared.bus.retry_policy import RetryPolicy
from shared.bus.subscriptions import work
from shared.bus.transports.memory import MemoryBus
from shared.contracts.base import Envelope
from tests.bus.conftest import (
    LONGEST_WAIT,
    QUICK,
    Asked,
    Make,
    Pair,
    service,
    write_effect,
)

Which = tuple[str, int]
"""A job: its subject, and the number by which jobs belong together here."""


class Yard:
    """Where jobs stand until they are let go; each leaves its number when it is done."""

    def __init__(self) -> None:
        self.going: list[Which] = []
        self.begun: list[Which] = []
        self.most = 0
        """How many stood there at a time."""
        self.most_together = 0
        """The same, of those with one number."""
        self._gates: dict[Which, asyncio.Event] = {}

    async def act(self, event: Asked, job: Job) -> None:
        """Stand there; then leave a row."""
        which = event.about, event.number
        self.going.append(which)
        self.begun.append(which)
        self.most = max(self.most, len(self.going))
        numbers = [number for _, number in self.going]
        self.most_together = max(self.most_together, numbers.count(event.number))
        try:
            await self._gate(which).wait()
            async with job.finish() as tx:
                await write_effect(event, tx)
        finally:
            self.going.remove(which)

    def let_go(self, *jobs: Which) -> None:
        """Let jobs end, also those that have not begun."""
        for which in jobs:
            self._gate(which).set()

    def _gate(self, which: Which) -> asyncio.Event:
        return self._gates.setdefault(which, asyncio.Event())

    async def until_going(self, p: Pair, *wanted: Which) -> None:
        """Wait until these stand there and no others."""

        async def there() -> bool:
            return sorted(self.going) == sorted(wanted)

        await p.until(there)

    async def until_begun(self, p: Pair, count: int) -> None:
        """Wait until so many have begun."""

        async def there() -> bool:
            return len(self.begun) == count

        await p.until(there)


async def test_a_worker_runs_as_many_jobs_at_once_as_it_may(pair: Make) -> None:
    """The third begins when one of two has ended; each is done once."""
    yard = Yard()
    async with pair(work("dig", Asked, yard.act, jobs_per_worker=2)) as p:
        for about in "abc":
            await p.tell(Asked(about=about, number=1))
        await yard.until_begun(p, 2)
        yard.let_go(yard.going[0])
        await yard.until_begun(p, 3)
        yard.let_go(*yard.going)
        for about in "abc":
            await p.until_numbers(about, [1])
        assert yard.most == 2
        assert len(yard.begun) == 3


async def test_jobs_that_belong_together_run_one_by_one_and_hold_up_nobody_else(
    pair: Make,
) -> None:
    """Others begin though one has three, and each of those begins once the one before has ended."""
    yard = Yard()
    three = [(about, 1) for about in "abc"]
    async with pair(work("dig", Asked, yard.act, jobs_per_worker=2, apart="number")) as p:
        for about, number in three:
            await p.tell(Asked(about=about, number=number))
        await yard.until_begun(p, 1)
        await p.tell(Asked(about="other", number=2))
        await yard.until_begun(p, 2)
        assert ("other", 2) in yard.going
        yard.let_go(*three)
        for about, number in three:
            await p.until_numbers(about, [number])
        assert yard.going == [("other", 2)]
        assert (yard.most, yard.most_together) == (2, 1)
        yard.let_go(("other", 2))
        await p.until_numbers("other", [2])


async def test_a_job_that_waits_for_its_turn_has_not_failed(pair: Make) -> None:
    """However long that takes: it is not counted, and never given up."""
    yard = Yard()
    async with pair(work("dig", Asked, yard.act, jobs_per_worker=2, apart="number")) as p:
        await p.tell(Asked(about="a", number=1))
        await yard.until_going(p, ("a", 1))
        await p.tell(Asked(about="b", number=1))

        async def early() -> bool:
            async with p.subscriber.transactions.begin() as tx:
                return any(row.reason == "early" for row in await open_messages(tx.session))

        await p.until(early)
        async with p.subscriber.transactions.begin() as tx:
            assert {row.tries for row in await open_messages(tx.session)} == {0}
        yard.let_go(("a", 1))
        await yard.until_going(p, ("b", 1))
        yard.let_go(("b", 1))
        await p.until_numbers("b", [1])


async def test_a_paused_worker_begins_none_of_them(pair: Make) -> None:
    """All wait, and go on side by side."""
    yard = Yard()
    async with pair(work("dig", Asked, yard.act, jobs_per_worker=2)) as p:
        async with p.subscriber.transactions.begin() as tx:
            await pause(tx.session, "subscriber.dig")
        for about in "ab":
            await p.tell(Asked(about=about, number=1))

        async def wait() -> bool:
            return bool(await p.states("subscriber.dig") == {"waiting": 2})

        await p.until(wait)
        assert yard.begun == []
        async with p.subscriber.transactions.begin() as tx:
            await resume(tx.session, "subscriber.dig")
        await yard.until_going(p, ("a", 1), ("b", 1))
        yard.let_go(("a", 1), ("b", 1))
        await p.until_numbers("a", [1])
        await p.until_numbers("b", [1])


@asynccontextmanager
async def _elsewhere(p: Pair, yard: Yard, policy: RetryPolicy) -> AsyncIterator[JobConsumer]:
    """Return a worker for the same queue with connections of its own, as in another process."""
    subscription = work("dig", Asked, yard.act, jobs_per_worker=2, apart="number")
    async with bind_service(
        service("subscriber", [subscription]),
        p.databases["subscriber"],
        p.resources,
        MemoryBus(),
        parts=frozenset(),
    ) as other:
        [queue] = other.service.queues()
        yield JobConsumer(queue, other.transactions, policy, bus_keeps=True)


async def _taken(p: Pair, event: Asked) -> Envelope:
    """Announce an event and take it from the bus before anybody gets it."""
    bus: Any = p.bus
    publish, taken = bus.publish, asyncio.get_running_loop().create_future()

    async def take(envelope: Envelope) -> None:
        bus.publish = publish
        taken.set_result(envelope)

    bus.publish = take
    await p.tell(event)
    envelope: Envelope = await asyncio.wait_for(taken, LONGEST_WAIT)
    return envelope


async def test_another_process_has_its_turn_until_it_dies(pair: Make) -> None:
    """One worker runs a job; the next that belongs to it begins in no other, until it is gone."""
    yard, elsewhere = Yard(), Yard()
    async with pair(work("dig", Asked, yard.act, jobs_per_worker=2, apart="number")) as p:
        first = await _taken(p, Asked(about="a", number=1))
        async with _elsewhere(p, elsewhere, QUICK) as worker:
            process = asyncio.create_task(worker.settle(first))
            await elsewhere.until_going(p, ("a", 1))
            await p.tell(Asked(about="b", number=1), Asked(about="c", number=2))
            await yard.until_going(p, ("c", 2))
            process.cancel()
            await yard.until_going(p, ("b", 1), ("c", 2))
        yard.let_go(("b", 1), ("c", 2))
        await p.until_numbers("b", [1])
        await p.until_numbers("c", [2])


async def test_whoever_ends_calls_the_next_up(pair: Make) -> None:
    """However long that would have waited by itself, and in whichever process it asked."""
    yard, elsewhere = Yard(), Yard()
    patient = RetryPolicy(early_first=600, early_limit=600)
    async with pair(work("dig", Asked, yard.act, jobs_per_worker=2, apart="number")) as p:
        second = await _taken(p, Asked(about="b", number=1))
        await p.tell(Asked(about="a", number=1))
        await yard.until_going(p, ("a", 1))
        async with _elsewhere(p, elsewhere, patient) as worker:
            await worker.settle(second)
        assert elsewhere.begun == []
        yard.let_go(("a", 1))
        await yard.until_going(p, ("b", 1))
        yard.let_go(("b", 1))
        await p.until_numbers("b", [1])
