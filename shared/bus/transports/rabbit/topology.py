"""What exists on RabbitMQ: exchange, queues, the stream, and how each is made."""

from collections.abc import Mapping, Sequence
from typing import Any

DEAD_LETTER_QUEUE = "union.dead-letters"
STREAM = "union.events.log"
"""Holds all public events for other systems, who read it from an offset or a time."""
ANNOUNCED_AS = "x-announced-as"
"""Header with the routing key of a dead letter that an operator has put back into its queue."""
SUBSCRIBERS = "subscribers."
"""Prefix of other systems' queues."""

DELIVERY_LIMIT = 100
STREAM_AGE = "30D"
STREAM_BYTES = 20 * 1024**3
SEGMENT_BYTES = 50 * 1024**2
"""A stream drops whole segments."""

Topology = Mapping[str, Sequence[str]]
"""Queue name -> topics, of all services; the stream too."""


def prefixed(namespace: str, name: str) -> str:
    """Return a name with the namespace, for a broker that several installations share."""
    return f"{namespace}.{name}" if namespace else name


def queue_arguments(name: str, namespace: str = "") -> dict[str, Any]:
    """Return the arguments that a queue is declared with."""
    if name == STREAM:
        return {
            "x-queue-type": "stream",
            "x-max-age": STREAM_AGE,
            "x-max-length-bytes": STREAM_BYTES,
            "x-stream-max-segment-size-bytes": SEGMENT_BYTES,
        }
    if name == DEAD_LETTER_QUEUE:
        # Classic: reading from a quorum queue counts as a delivery, up to a limit.
        return {"x-queue-type": "classic"}
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": prefixed(namespace, DEAD_LETTER_QUEUE),
    }
