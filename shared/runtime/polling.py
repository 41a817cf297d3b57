"""Looking again, ever more seldom."""

from collections.abc import Awaitable, Callable, Iterator
from time import monotonic
from typing import TypeVar

from shared.runtime.bell import Bell

T = TypeVar("T")


async def poll(
    find: Callable[[], Awaitable[T | None]],
    seconds: float,
    first: float = 0.005,
    longest: float = 0.1,
    bell: Bell | None = None,
) -> T | None:
    """Return what `find` returns as soon as that is something; None when the time is up.

    The pauses double from `first` to `longest` seconds; each ends when the bell rings.
    """
    bell = bell or Bell()
    pause, until = first, monotonic() + seconds
    while True:
        ring = bell.listen()
        found = await find()
        left = until - monotonic()
        if found is not None or left <= 0:
            return found
        await bell.wait(ring, min(pause, left))
        pause = min(pause * 2, longest)


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
