"""Reads that wait until nothing is under way with what is read, so that clients need not poll."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

from fastapi import Query

from shared.runtime.bell import Bell
from shared.runtime.polling import poll

LONGEST_WAIT_SECONDS = 8.0
"""Less than the ten that a server which is told to stop gives open calls."""
PAUSE_SECONDS = 2.0
"""Between looks while no bell rings: its listener may be away."""

Wait = Annotated[
    float,
    Query(
        ge=0,
        le=LONGEST_WAIT_SECONDS,
        description="Answer when nothing is under way with it, or after so many seconds",
    ),
]
T = TypeVar("T")


async def settled(
    read: Callable[[], Awaitable[T]], under_way: Callable[[T], bool], seconds: float, bell: Bell
) -> T:
    """Read until nothing is under way, at each ring, for at most so many seconds.

    Returns what was read last. Raises what `read` does.
    """
    found: T

    async def is_settled() -> bool | None:
        nonlocal found
        found = await read()
        return None if under_way(found) else True

    await poll(is_settled, seconds, PAUSE_SECONDS, PAUSE_SECONDS, bell)
    return found
