"""Wakes a loop that handles due messages, so that it need not poll often."""

from collections.abc import Awaitable, Callable

from shared.runtime.bell import Bell
from shared.runtime.faults import until_database_answers

POLL_SECONDS = 2.0
"""Without a ring: another process may have added something."""


class Alarm(Bell):
    """Rings now, or when a message that this process added is due."""

    async def whenever_due(self, act: Callable[[], Awaitable[bool]]) -> None:
        """Repeat `act` for ever: at once while it finds something, else at the next ring."""

        async def until_nothing() -> None:
            while await act():
                pass

        while True:
            ring = self.listen()
            await until_database_answers(until_nothing)
            await self.wait(ring, POLL_SECONDS)
