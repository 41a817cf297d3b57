"""Gauges of what has not been sent or handled yet, for `/metrics`."""

from prometheus_client import Gauge

from shared.bus.inbox import open_store
from shared.bus.operations.messages import unsent
from shared.bus.transaction import Transaction

INTERVAL_SECONDS = 15.0
"""Between two measurements."""

unsent_events = Gauge("outbox_unsent", "Events that the bus has not confirmed yet", ["service"])
oldest_unsent = Gauge(
    "outbox_oldest_seconds", "Age of the oldest event that the bus has not confirmed", ["service"]
)
waiting_messages = Gauge("inbox_waiting", "Messages that wait to be tried again", ["consumer"])
dead_messages = Gauge("inbox_dead", "Messages that an operator has to look at", ["consumer"])

paused_consumers = Gauge("consumer_paused", "1 while an operator has paused it", ["consumer"])


class Gauges:
    """The gauges of one service."""

    def __init__(self, service: str, consumers: list[str]) -> None:
        self._service = service
        self._consumers = consumers

    async def measure(self, tx: Transaction) -> bool:
        """Update the gauges."""
        outbox = await unsent(tx)
        unsent_events.labels(self._service).set(outbox.waiting)
        oldest_unsent.labels(self._service).set(outbox.oldest.total_seconds())
        inboxes = await open_store.backlogs(tx.session)
        stopped = await open_store.paused_consumers(tx.session)
        for consumer in self._consumers:
            found = inboxes.get(consumer)
            waiting_messages.labels(consumer).set(found.waiting if found else 0)
            dead_messages.labels(consumer).set(found.dead if found else 0)
            paused_consumers.labels(consumer).set(consumer in stopped)
        return False
