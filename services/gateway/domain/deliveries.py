"""Deliveries: an event on its way to a subscription, and the log of its attempts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class DeliveryState(StrEnum):
    """There; to be tried now, or again; behind an older event of its subject."""

    DELIVERED = "delivered"
    DUE = "due"
    RETRYING = "retrying"
    QUEUED = "queued"


@dataclass(frozen=True)
class Attempt:
    """When an attempt was settled, what came of it, how long it took."""

    at: datetime
    outcome: str
    status: int | None
    milliseconds: int


@dataclass(frozen=True)
class Delivery:
    """An event for a subscription; one that waits behind another has no `due_at`."""

    webhook_id: UUID
    position: int
    event_id: UUID
    topic: str
    subject: str
    due_at: datetime | None
    delivered_at: datetime | None
    tries: int
    attempts: list[Attempt]

    @property
    def state(self) -> DeliveryState:
        """How it stands."""
        if self.delivered_at is not None:
            return DeliveryState.DELIVERED
        if self.due_at is None:
            return DeliveryState.QUEUED
        return DeliveryState.RETRYING if self.tries else DeliveryState.DUE


@dataclass(frozen=True)
class DueDelivery:
    """One event to be sent to one receiver."""

    webhook_id: UUID
    position: int
    event_id: UUID
    url: str
    envelope: dict[str, Any]
