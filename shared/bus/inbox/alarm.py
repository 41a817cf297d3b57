"""Wakes a loop that handles due messages, so that it need not poll often."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from shared.runtime.faults import until_database_answers

POLL_SECONDS = 2.0
"""Without a ring: another process may have added something."""


class Alarm:
    """Rings now, or when a message that this process added is due."""

    def __init__(self) -> None:
        self._ringing = asyncio.Event()

    def ring(self, seconds: float = 0.0) -> None:
        """Ring after so many seconds."""
        if seconds > 0:
            asyncio.get_running_loop().call_later(seconds, self._ringing.set)
        else:
            self._ringing.set()

    async def whenever_due(self, act: Callable[[], Awaitable[bool]]) -> None:
        """Repeat `act` for ever: at once while it finds something, else at the next ring."""

        async def until_nothing(_: None) -> None:
            while await act():
                pass

        while True:
            self._ringing.clear()
            await until_database_answers(until_nothing, None)
            # Not wait_for: before Python 3.12 it loses a cancellation that comes with the ring.
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._ringing.wait()
