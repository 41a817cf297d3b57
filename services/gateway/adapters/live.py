"""Wakes who is watching in this process when the event log has grown."""

import asyncio
from contextlib import suppress

POLL_SECONDS = 1.0
"""Seconds after which one looks by oneself: another process may have taken the event."""


class Live:
    """A bell that any number can wait for."""

    def __init__(self) -> None:
        self._bell = asyncio.Event()

    def wake(self) -> None:
        """Ring once for all who listen now."""
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()

    def listen(self) -> asyncio.Event:
        """Return the next ring; taken before one looks, nothing falls between look and wait."""
        return self._bell

    async def wait(self, bell: asyncio.Event, seconds: float = POLL_SECONDS) -> None:
        """Return at that ring, or after `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await bell.wait()
