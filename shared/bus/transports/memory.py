"""The bus of one process: topics matched in memory, each consumer settles on its own."""

import asyncio

from shared.bus.subscriptions import Queue, takes
from shared.bus.transports.base import Settle, Unroutable
from shared.contracts.base import Envelope


class MemoryBus:
    """Hands each event to every queue that takes it and returns when all have settled.

    It keeps nothing: durability is the outbox before it and the inbox behind it.
    """

    keeps_messages = False

    def __init__(self) -> None:
        self._consumers: list[tuple[Queue, Settle]] = []
        self._routes: dict[str, tuple[Settle, ...]] = {}

    def bind(self, queue: Queue, settle: Settle, *, prefetch: int) -> None:  # noqa: ARG002 - the publisher waits instead
        """Let a consumer take from a queue."""
        self._consumers.append((queue, settle))
        self._routes.clear()

    async def start(self) -> None:
        """Do nothing: there is nothing to open."""

    async def publish(self, envelope: Envelope) -> None:
        """Return when every consumer has committed the event or added it as waiting."""
        route = self._routes.get(envelope.type)
        if route is None:
            route = self._routes[envelope.type] = tuple(
                settle for queue, settle in self._consumers if takes(queue.topics, envelope.type)
            )
        if not route:
            raise Unroutable(envelope.type)
        if len(route) == 1:
            await route[0](envelope)
        else:
            await asyncio.gather(*(settle(envelope) for settle in route))

    async def stop(self) -> None:
        """Do nothing: there is nothing to close."""
