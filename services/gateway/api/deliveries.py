"""A subscription's delivery log, and sending again."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.gateway.api.audited import audits
from services.gateway.api.subscribed import Subscriber
from services.gateway.api.webhooks import Webhook, shown
from services.gateway.domain import deliveries
from services.gateway.handlers import webhooks
from services.gateway.repository.deliveries import Deliveries
from services.gateway.repository.webhooks import Webhooks
from shared.values import LARGEST_ID, Moment, Whole

router = APIRouter(prefix="/webhooks/{webhook_id}", tags=["webhooks"])


class Attempt(BaseModel):
    """One attempt: when it was settled, what came of it, how long it took."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    outcome: Literal["delivered", "status", "timeout", "unreachable", "tls", "address_refused"]
    status: int | None
    milliseconds: int


class Delivery(BaseModel):
    """An event and its attempts; `queued` ones wait for an older event of their subject."""

    position: str
    event_id: UUID
    topic: str
    subject: str
    state: Literal["delivered", "due", "retrying", "queued"]
    next_attempt: datetime | None
    delivered_at: datetime | None
    attempts: list[Attempt]


class DeliveryPage(BaseModel):
    """Newest first; pass `next` as `cursor`."""

    items: list[Delivery]
    next: str | None


class Since(BaseModel):
    """From where on to send again: a position of the log, or a time."""

    position: Annotated[Whole, Field(ge=1, le=LARGEST_ID)] | None = None
    time: Moment | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.position is None) == (self.time is None):
            raise ValueError("give position or time")
        return self


class ProbeAnswer(BaseModel):
    """What came of the test message."""

    outcome: str
    status: int | None
    milliseconds: int


def _shown(delivery: deliveries.Delivery) -> Delivery:
    return Delivery(
        position=str(delivery.position),
        event_id=delivery.event_id,
        topic=delivery.topic,
        subject=delivery.subject,
        state=delivery.state.value,
        next_attempt=delivery.due_at,
        delivered_at=delivery.delivered_at,
        attempts=[Attempt.model_validate(attempt) for attempt in delivery.attempts],
    )


@router.get("/deliveries")
async def get_webhook_deliveries(
    webhook_id: UUID,
    command: Subscriber,
    cursor: Annotated[int | None, Query(ge=0, le=LARGEST_ID)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DeliveryPage:
    """List what was and what is to be delivered, with every attempt."""
    async with command.transaction() as tx:
        kept = Webhooks(tx)
        await kept.get(webhook_id, command.caller.account_id)
        found = await Deliveries(tx).page(webhook_id, cursor, limit + 1)
    items = [_shown(one) for one in found[:limit]]
    return DeliveryPage(items=items, next=items[-1].position if len(found) > limit else None)


@router.post(
    "/deliveries/{event_id}/resend", status_code=202, dependencies=[audits("delivery.resent")]
)
async def resend_delivery(webhook_id: UUID, event_id: UUID, command: Subscriber) -> Delivery:
    """Send one event again: now, or behind an older one of its subject that is still open."""
    async with command.transaction() as tx:
        return _shown(await webhooks.resend(command.caller, webhook_id, event_id, tx))


@router.post("/resend-since", status_code=202, dependencies=[audits("deliveries.resent")])
async def resend_deliveries_since(webhook_id: UUID, body: Since, command: Subscriber) -> Webhook:
    """Send again all that the subscription takes, from a position or a time on."""
    async with command.transaction() as tx:
        found = await webhooks.resend_since(
            command.caller, webhook_id, body.position, body.time, tx
        )
        return await shown(found, tx)


@router.post("/test", dependencies=[audits("webhook.tested")])
async def test_webhook(webhook_id: UUID, command: Subscriber) -> ProbeAnswer:
    """Send a signed test message now; it is no event and stands in no log."""
    outcome = await webhooks.probe(command.caller, webhook_id, command.transactions)
    return ProbeAnswer(
        outcome=outcome.outcome, status=outcome.status, milliseconds=outcome.milliseconds
    )
