"""Wakes a loop that handles due messages, so that it need not poll often."""

from collections.abc import Awaitable, Callable

from shared.runtime.bell import Bell
from shared.runtime.faults import until_database_answers

FIRST_POLL_SECONDS, LONGEST_POLL_SECONDS = 5.0, 10.0
"""Without a ring: another process may have added something, and ended before it was due."""


class Alarm(Bell):
    """Rings now, or when a message that this process added is due."""

    async def whenever_due(self, act: Callable[[], Awaitable[bool]]) -> None:
        """Repeat `act` for ever: at once while it finds something, else at the next ring.

        Without rings, and while it finds nothing, it is repeated ever more seldom.
        """
        found = False

        async def until_nothing() -> None:
            nonlocal found
            while await act():
                found = True

        pause = FIRST_POLL_SECONDS
        while True:
            ring = self.listen()
            found = False
            await until_database_answers(until_nothing)
            if found:
                pause = FIRST_POLL_SECONDS
            await self.wait(ring, pause)
            pause = FIRST_POLL_SECONDS if ring.is_set() else min(2 * pause, LONGEST_POLL_SECONDS)
