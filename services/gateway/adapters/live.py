"""Wakes the open streams of this process when the event log has grown."""

import asyncio
from contextlib import suppress

POLL_SECONDS = 1.0
"""Without a ring: another process may have logged the event."""


class Live:
    """A bell that any number of tasks can wait for."""

    def __init__(self) -> None:
        self._bell = asyncio.Event()

    def wake(self) -> None:
        """Wake all that wait now."""
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()

    def listen(self) -> asyncio.Event:
        """Return the next ring; taken before a look, it misses nothing until the wait."""
        return self._bell

    async def wait(self, bell: asyncio.Event, seconds: float = POLL_SECONDS) -> None:
        """Return at that ring, at the latest after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await bell.wait()
