"""Wakes who is watching in this process when the event log has grown."""

import asyncio
from contextlib import suppress


class Live:
    """A bell that any number can wait for."""

    def __init__(self) -> None:
        """Begin silent."""
        self._bell = asyncio.Event()

    def wake(self) -> None:
        """Ring once for all who wait now."""
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()

    async def wait(self, seconds: float) -> None:
        """Return at the next ring, or after `seconds`: another process may have taken the event."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._bell.wait()
