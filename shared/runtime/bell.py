"""A bell that wakes loops of this process, so that they need not look often."""

import asyncio
from contextlib import suppress
from weakref import WeakValueDictionary


class Bell:
    """Any number of tasks can wait for its next ring."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def ring(self, seconds: float = 0.0) -> None:
        """Wake all that wait, or will wait in so many seconds."""
        if seconds > 0:
            asyncio.get_running_loop().call_later(seconds, self.ring)
            return
        rung, self._next = self._next, asyncio.Event()
        rung.set()

    def listen(self) -> asyncio.Event:
        """Return the next ring; taken before a look, it misses nothing until the wait."""
        return self._next

    async def wait(self, ring: asyncio.Event, seconds: float) -> None:
        """Return at that ring, at the latest after so many seconds."""
        # Not wait_for: before Python 3.12 it loses a cancellation that comes with the ring.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await ring.wait()


class SubjectBells:
    """A bell for each subject that somebody waits for."""

    def __init__(self) -> None:
        self._bells: WeakValueDictionary[str, Bell] = WeakValueDictionary()

    def of(self, subject: str) -> Bell:
        """Return the bell of a subject; it lasts as long as somebody holds it."""
        return self._bells.setdefault(subject, Bell())

    def ring(self, subject: str = "") -> None:
        """Wake all that wait for a subject; without one, all that wait."""
        found = list(self._bells.values()) if not subject else [self._bells.get(subject)]
        for bell in filter(None, found):
            bell.ring()
