"""A bell wakes whoever waits for it, and nobody misses a ring."""

import asyncio
from weakref import ref

from shared.runtime.bell import Bell, SubjectBells

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


async def test_the_bell_of_a_subject_rings_for_that_subject_alone() -> None:
    """Whoever waits for another one sleeps on."""
    bells = SubjectBells()
    mine, other = bells.of("PRT1"), bells.of("PRT2")
    heard, not_heard = mine.listen(), other.listen()
    bells.ring("PRT1")
    bells.ring("PRT3")
    assert (heard.is_set(), not_heard.is_set()) == (True, False)


async def test_without_a_subject_all_bells_ring() -> None:
    """Nobody knows then whom it is about."""
    bells = SubjectBells()
    first, second = bells.of("PRT1"), bells.of("PRT2")
    rings = [first.listen(), second.listen()]
    bells.ring()
    assert all(ring.is_set() for ring in rings)


async def test_all_who_wait_for_a_subject_have_one_bell_for_as_long_as_they_wait() -> None:
    """Then it is forgotten: subjects come and go by the million."""
    bells = SubjectBells()
    bell = bells.of("PRT1")
    assert bells.of("PRT1") is bell
    forgotten = ref(bell)
    del bell
    assert forgotten() is None
