"""Whatever happens on the way: nothing lost, nothing twice."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

import pytest

from tests.faults.injuries import INJURIES
from tests.faults.world import World

APPLICATIONS = 50
BEFORE = 5
"""Confirmed when the injury begins; the others are on their way or still to come."""

Injury = Callable[[World, Random], Awaitable[None]]


@pytest.mark.parametrize("injury", INJURIES, ids=lambda injury: injury.__name__)
async def test_every_application_arrives_whole(world: World, injury: Injury) -> None:
    """Fifty applications, each confirmed once, every event in its place, queues empty."""
    already = len(world.traffic.confirmed)
    running = asyncio.create_task(world.traffic.run(APPLICATIONS))
    await world.traffic.until_confirmed(already + BEFORE)
    assert len(world.traffic.confirmed) < already + APPLICATIONS / 2, "too late to hurt"
    await injury(world, Random(1))  # noqa: S311 - to be repeatable
    await running
    await world.reckon()
