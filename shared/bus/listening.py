"""LISTEN and NOTIFY: wakes the processes of a service when one of them has written something."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import chain

import asyncpg

from shared.runtime.faults import describe
from shared.runtime.log import get_logger

log = get_logger(__name__)

OUTBOX = "outbox"
"""Notified in the transaction that adds events, with each of their subjects; delivered when that
commits."""
INBOX = "inbox"
"""Notified when waiting messages have become due."""

LONGEST_PAUSE_SECONDS = 5.0


class Listener:
    """One connection that listens for as long as the process runs."""

    def __init__(
        self, database_url: str, calls: Mapping[str, Sequence[Callable[[str], None]]]
    ) -> None:
        """Call with what each notification says; with nothing for those that may be missed."""
        self._url = database_url
        self._calls = calls

    async def run(self) -> None:
        """Listen for ever; connect again when the database was away."""
        pause = 0.1
        while True:
            try:
                await self._listen()
                pause = 0.1
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("listener_away", reason=describe(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _listen(self) -> None:
        """Return when the connection is lost."""
        connection = await asyncpg.connect(self._url, timeout=10)
        lost = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _: lost.set())
            for channel, calls in self._calls.items():
                for call in calls:
                    await connection.add_listener(channel, lambda *said, call=call: call(said[-1]))
            for call in chain.from_iterable(self._calls.values()):
                call("")  # for notifications that were missed
            await lost.wait()
        finally:
            with suppress(Exception):
                await connection.close(timeout=1)
