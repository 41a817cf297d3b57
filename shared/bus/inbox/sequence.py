"""The order in which a consumer handles the events of one aggregate; pure."""

from collections.abc import Mapping
from enum import StrEnum

from shared.contracts.base import Envelope

Aggregate = tuple[str, str]
"""Stream and subject: what sequences are counted for."""
Positions = dict[Aggregate, int]
"""The last sequence per aggregate; an aggregate without any is absent."""


class Order(StrEnum):
    """Where an event stands at a consumer."""

    OLD = "old"
    """Consumed before; nothing is left to do."""
    NEXT = "next"
    EARLY = "early"
    """Others of its aggregate have to come first."""


def order_of(envelope: Envelope, consumed: Mapping[Aggregate, int]) -> Order:
    """Return where an event stands when its consumer has come to these positions.

    One without a sequence is always next.
    """
    for aggregate, sequence in position_of(envelope).items():
        following = consumed.get(aggregate, 0) + 1
        if sequence != following:
            return Order.OLD if sequence < following else Order.EARLY
    return Order.NEXT


def position_of(envelope: Envelope) -> Positions:
    """Return the position that a consumer has come to with an event; empty without a sequence."""
    if envelope.stream is None or envelope.sequence is None:
        return {}
    return {(envelope.stream, envelope.subject): envelope.sequence}
