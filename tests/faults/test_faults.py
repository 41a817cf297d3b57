"""Whatever happens on the way: nothing lost, nothing twice."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

import pytest

from tests.faults import faults
from tests.faults.faults import FAULTS
from tests.faults.system import SystemUnderTest

APPLICATIONS = 50
BEFORE = 5
"""Applications that are confirmed when the fault begins."""

Fault = Callable[[SystemUnderTest, Random], Awaitable[None]]


TOGETHER = (
    (faults.kill_each_service, faults.kill_workers_at_work),
    (faults.put_poison_among_the_events, faults.rebuild_while_paused),
)
"""Injected one after the other, during half of the applications each."""
ALONE = tuple((one,) for one in FAULTS if not any(one in some for some in TOGETHER))


@pytest.mark.parametrize(
    "combination", [*TOGETHER, *ALONE], ids=lambda some: "+".join(one.__name__ for one in some)
)
async def test_every_application_arrives_whole(
    system: SystemUnderTest, combination: tuple[Fault, ...]
) -> None:
    """Fifty applications, each confirmed once, every event in its place, queues empty."""
    count = APPLICATIONS // len(combination)
    for fault in combination:
        already = len(system.traffic.confirmed)
        running = asyncio.create_task(system.traffic.run(count))
        await system.traffic.until_confirmed(already + BEFORE)
        assert len(system.traffic.confirmed) < already + count / 2, "too late to hurt"
        await fault(system, Random(1))  # noqa: S311 - to be repeatable
        await running
    await system.verify()
