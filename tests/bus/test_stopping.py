"""A system that is told to stop stops, whatever it is doing just then."""

import asyncio

import pytest

from shared.bus.inbox.alarm import Alarm
from shared.runtime.ending import end


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


async def test_a_task_whose_library_loses_the_order_to_stop_is_told_again() -> None:
    """It ends at the second time; one that has failed counts as ended."""

    async def deaf_once() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.Event().wait()

    async def fail() -> None:
        raise ValueError

    tasks = [asyncio.create_task(deaf_once()), asyncio.create_task(fail())]
    await asyncio.sleep(0)
    await end(tasks, again=0.01)
    assert tasks[0].cancelled()
    assert isinstance(tasks[1].exception(), ValueError)
