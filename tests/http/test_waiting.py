"""A read may wait until nothing is under way with what is read."""

import asyncio
from time import monotonic

from shared.http.waiting import settled
from shared.runtime.bell import Bell


async def test_what_is_settled_is_answered_at_once() -> None:
    """However long the client would wait."""

    async def read() -> str:
        return "finished"

    async with asyncio.timeout(1):
        assert await settled(read, lambda found: found == "running", 10, Bell()) == "finished"


async def test_without_a_wait_it_is_answered_as_it_is() -> None:
    """After one look."""
    looks = []

    async def read() -> str:
        looks.append(1)
        return "running"

    assert await settled(read, lambda found: found == "running", 0, Bell()) == "running"
    assert len(looks) == 1


async def test_a_ring_answers_and_a_ring_about_something_else_does_not() -> None:
    """What is still under way is waited for further."""
    states, bell = ["running"], Bell()

    async def read() -> str:
        return states[-1]

    waiting = asyncio.create_task(settled(read, lambda found: found == "running", 10, bell))
    await asyncio.sleep(0.01)
    bell.ring()
    await asyncio.sleep(0.01)
    assert not waiting.done()
    states.append("finished")
    bell.ring()
    async with asyncio.timeout(0.4):  # no look without a ring comes so soon
        assert await waiting == "finished"


async def test_when_the_time_is_up_it_is_answered_as_it_is() -> None:
    """The client asks again."""

    async def read() -> str:
        return "running"

    began = monotonic()
    assert await settled(read, lambda found: found == "running", 0.05, Bell()) == "running"
    assert 0.05 <= monotonic() - began < 5
