"""Whatever happens on the way: nothing lost, nothing twice."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

import pytest

from tests.faults import injuries
from tests.faults.injuries import INJURIES
from tests.faults.world import World

APPLICATIONS = 50
BEFORE = 5
"""Confirmed when the injury begins; the others are on their way or still to come."""

Injury = Callable[[World, Random], Awaitable[None]]


TOGETHER = (
    (injuries.kill_each_service, injuries.kill_workers_at_work),
    (injuries.put_poison_among_the_events, injuries.rebuild_while_paused),
)
"""Befall the same system, one after the other, and half of the fifty each."""
ALONE = tuple((one,) for one in INJURIES if not any(one in some for some in TOGETHER))


@pytest.mark.parametrize(
    "injured", [*TOGETHER, *ALONE], ids=lambda some: "+".join(one.__name__ for one in some)
)
async def test_every_application_arrives_whole(world: World, injured: tuple[Injury, ...]) -> None:
    """Fifty applications, each confirmed once, every event in its place, queues empty."""
    count = APPLICATIONS // len(injured)
    for injury in injured:
        already = len(world.traffic.confirmed)
        running = asyncio.create_task(world.traffic.run(count))
        await world.traffic.until_confirmed(already + BEFORE)
        assert len(world.traffic.confirmed) < already + count / 2, "too late to hurt"
        await injury(world, Random(1))  # noqa: S311 - to be repeatable
        await running
    await world.reckon()
