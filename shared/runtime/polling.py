"""Looking again, ever more seldom."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

T = TypeVar("T")


async def poll(
    find: Callable[[], Awaitable[T | None]],
    seconds: float,
    first: float = 0.005,
    longest: float = 0.1,
) -> T | None:
    """Return what `find` returns as soon as that is something; None when the time is up.

    The pauses are those of `pauses`.
    """
    for pause in pauses(seconds, first, longest):
        found = await find()
        if found is not None:
            return found
        await asyncio.sleep(pause)
    return None


def pauses(total: float, first: float = 0.005, longest: float = 0.1) -> Iterator[float]:
    """Yield the seconds to wait after each look: doubled from `first` to `longest`, `total` in all.

    The last one is 0: when the time is up, there has been a look at its end.
    """
    pause, left = first, total
    while left > 0:
        yield min(pause, left)
        left -= pause
        pause = min(pause * 2, longest)
    yield 0.0
