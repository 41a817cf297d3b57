"""A bell wakes whoever waits for it, and nobody misses a ring."""

import asyncio

from shared.runtime.bell import Bell

LONG = 60.0


async def test_a_ring_wakes_all_that_wait() -> None:
    """However many they are."""
    bell = Bell()
    waiting = [asyncio.create_task(bell.wait(bell.listen(), LONG)) for _ in range(3)]
    await asyncio.sleep(0)
    bell.ring()
    await asyncio.gather(*waiting)


async def test_a_ring_between_the_look_and_the_wait_is_not_missed() -> None:
    """Whoever listens before looking returns at once."""
    bell = Bell()
    ring = bell.listen()
    bell.ring()
    await bell.wait(ring, LONG)


async def test_a_wait_ends_without_a_ring() -> None:
    """After the seconds that were given."""
    bell = Bell()
    await bell.wait(bell.listen(), 0.01)


async def test_a_later_ring_does_not_end_an_earlier_wait_twice() -> None:
    """Each ring is for those who listened before it."""
    bell = Bell()
    bell.ring()
    waiting = asyncio.create_task(bell.wait(bell.listen(), LONG))
    await asyncio.sleep(0)
    assert not waiting.done()
    bell.ring(0.01)
    await waiting
