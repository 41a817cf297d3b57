"""A system that is told to stop stops, whatever it is doing just then."""

import asyncio

import pytest

from shared.messaging.alarm import Alarm


@pytest.mark.parametrize("steps", range(6))
async def test_a_loop_that_is_woken_and_told_to_stop_at_once_stops(steps: int) -> None:
    """The wake-up does not swallow the order to stop."""
    alarm = Alarm()

    async def nothing_to_do() -> bool:
        return False

    loop = asyncio.create_task(alarm.whenever_due(nothing_to_do))
    for _ in range(5):
        await asyncio.sleep(0)
    alarm.ring()
    for _ in range(steps):
        await asyncio.sleep(0)
    loop.cancel()
    done, _ = await asyncio.wait([loop], timeout=1)
    assert done
