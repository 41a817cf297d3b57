"""The object store's part of `/readyz`."""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Literal

from shared.errors import StorageAway
from shared.runtime.faults import describe
from shared.runtime.log import get_logger
from shared.runtime.storage import Storage

log = get_logger(__name__)

TIMEOUT_SECONDS = 2.0
HOLD_SECONDS = 5.0
"""How long an answer of the store is reused."""


class StorageWatch:
    """Tries to write an object, once at a time however many ask."""

    def __init__(self, storage: Storage, clock: Callable[[], float] = monotonic) -> None:
        self._storage = storage
        self._clock = clock
        self._asking = asyncio.Lock()
        self._until = float("-inf")
        self._found: Literal["ready", "away"] = "ready"

    async def state(self) -> Literal["ready", "away"]:
        """Return, within two seconds, the store's state of at most five seconds ago."""
        async with self._asking:
            if self._clock() >= self._until:
                self._found = await self._asked()
                self._until = self._clock() + HOLD_SECONDS
            return self._found

    async def _asked(self) -> Literal["ready", "away"]:
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                await self._storage.try_writing()
        except (StorageAway, TimeoutError) as error:
            log.warning("storage_away", reason=describe(error))
            return "away"
        return "ready"
