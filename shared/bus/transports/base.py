"""What every bus promises to the host and the relay."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from shared.bus.subscriptions import Queue
from shared.contracts.base import Envelope

Settle = Callable[[Envelope], Awaitable[None]]
"""Returns when the consumer has committed the message or added it as waiting."""


class BusUnavailable(Exception):  # noqa: N818 - a state of the world, not a mistake
    """The bus cannot be reached now; nothing is wrong with the message."""


class Unroutable(Exception):  # noqa: N818 - the same
    """No queue takes the topic."""


class Bus(Protocol):
    """Carries events from relays to queues."""

    keeps_messages: bool
    """Whether a message that is not settled is delivered again, even after a crash."""

    def bind(self, queue: Queue, settle: Settle, *, prefetch: int) -> None:
        """Let a consumer take from a queue; before `start`."""

    async def start(self) -> None:
        """Declare the topology and let consumers take."""

    async def publish(self, envelope: Envelope) -> None:
        """Publish one event, return when it is safe; BusUnavailable or Unroutable if not."""

    async def stop(self) -> None:
        """Take no more messages, settle those taken, close."""
