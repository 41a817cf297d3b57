"""Several child processes, for as many tasks at once."""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from typing import ParamSpec, TypeVar

from shared.runtime.child import ChildProcess

P = ParamSpec("P")
T = TypeVar("T")


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))


class Children:
    """At most so many children, each started when all others are busy and ended when idle.

    `nice` is added to how willingly they leave the processors to others (0 to 19).
    """

    def __init__(self, most: int = 1, *, nice: int = 0) -> None:
        self._room = asyncio.Semaphore(most)
        self._all = [ChildProcess(nice=nice) for _ in range(most)]
        self._free = list(self._all)

    async def run(
        self, seconds: float, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Call `act` as `ChildProcess.run` does, in a child that is free; wait for one."""
        async with self._room:
            # The one used last: its process runs already, and the others can end when idle.
            child = self._free.pop()
            try:
                return await child.run(seconds, act, *args, **kwargs)
            finally:
                self._free.append(child)

    async def stream(
        self, seconds: float, act: Callable[P, Iterator[T]], *args: P.args, **kwargs: P.kwargs
    ) -> AsyncGenerator[T, None]:
        """Yield what `ChildProcess.stream` does, from a child that is free; wait for one."""
        async with self._room:
            child = self._free.pop()
            try:
                async with aclosing(child.stream(seconds, act, *args, **kwargs)) as items:
                    async for item in items:
                        yield item
            finally:
                self._free.append(child)

    def stop(self) -> None:
        """End all of them; the next task starts a new one."""
        for child in self._all:
            child.stop()
