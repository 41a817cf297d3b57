"""Subscriptions of other systems over HTTP."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from services.gateway.api.audited import audits
from services.gateway.api.subscribed import CreatingSubscriber, Subscriber
from services.gateway.domain.addresses import LONGEST_URL
from services.gateway.domain.webhooks import (
    ALL,
    MOST_TOPICS,
    OLD_SECRET_LIFE,
    WebhookSubscription,
)
from services.gateway.handlers import webhooks
from services.gateway.repository.deliveries import Deliveries
from services.gateway.repository.webhooks import Webhooks
from shared.bus import Transaction
from shared.values import Flag

router = APIRouter(prefix="/webhooks", tags=["webhooks"])

Url = Annotated[str, Field(min_length=1, max_length=LONGEST_URL)]
Topics = Annotated[
    list[str],
    Field(
        min_length=1,
        max_length=MOST_TOPICS,
        description="Whole topics, beginnings with `.*`, or `*` for all",
    ),
]
Description = Annotated[str, Field(max_length=200)]


class NewWebhook(BaseModel):
    """Where which events are to be sent."""

    url: Url
    topics: Topics = [ALL]
    description: Description = ""


class WebhookChange(BaseModel):
    """What is to be different; `paused: false` resumes and tries at once what waits."""

    url: Url | None = None
    topics: Topics | None = None
    description: Description | None = None
    paused: Flag | None = None


class Webhook(BaseModel):
    """A subscription; `open` events are on their way, `position` is how far the log is read."""

    webhook_id: UUID
    url: str
    topics: list[str]
    description: str
    created_at: datetime
    state: Literal["active", "paused"]
    paused_at: datetime | None
    paused_because: str | None
    failing_since: datetime | None
    position: str
    open: int


class WebhookList(BaseModel):
    """An account's subscriptions, oldest first."""

    items: list[Webhook]


class MadeWebhook(Webhook):
    """A new subscription; its secret is shown only here."""

    secret: str


class KeptWebhook(Webhook):
    """The same as it is kept for a repeated call: the secret by its number."""

    secret_id: int


class NewSecret(BaseModel):
    """A new secret, shown only here; the one before signs beside it until `old_until`."""

    secret: str
    old_until: datetime


class KeptSecret(BaseModel):
    """The same as it is kept for a repeated call."""

    secret_id: int
    old_until: datetime


class Empty(BaseModel):
    """A call without a body."""


async def shown(webhook: WebhookSubscription, tx: Transaction) -> Webhook:
    """Show a subscription."""
    return Webhook(
        webhook_id=webhook.webhook_id,
        url=webhook.url,
        topics=webhook.topics,
        description=webhook.description,
        created_at=webhook.created_at,
        state="paused" if webhook.paused_at else "active",
        paused_at=webhook.paused_at,
        paused_because=webhook.paused_because,
        failing_since=webhook.failing_since,
        position=str(webhook.position),
        open=await Deliveries(tx).count_open(webhook.webhook_id),
    )


async def _secret(command: Subscriber, webhook_id: UUID, secret_id: int) -> str:
    async with command.transaction() as tx:
        kept = Webhooks(tx)
        return await kept.secret(webhook_id, secret_id)


@router.post("", status_code=201, dependencies=[audits("webhook.added", made="webhook_id")])
async def post_webhook(body: NewWebhook, command: CreatingSubscriber) -> MadeWebhook:
    """Subscribe to what happens from now on."""

    async def act(tx: Transaction) -> KeptWebhook:
        webhook_id, secret_id = await webhooks.subscribe(
            command.caller, body.url, body.topics, body.description, tx
        )
        kept = Webhooks(tx)
        row = await kept.get(webhook_id, command.caller.account_id)
        return KeptWebhook(**dict(await shown(row, tx)), secret_id=secret_id)

    made = await command.once(body, KeptWebhook, act)
    secret = await _secret(command, made.webhook_id, made.secret_id)
    return MadeWebhook(**made.model_dump(exclude={"secret_id"}), secret=secret)


@router.get("")
async def get_webhooks(command: Subscriber) -> WebhookList:
    """List one's own subscriptions, oldest first."""
    async with command.transaction() as tx:
        rows = await Webhooks(tx).of(command.caller.account_id)
        return WebhookList(items=[await shown(row, tx) for row in rows])


@router.get("/{webhook_id}")
async def get_webhook(webhook_id: UUID, command: Subscriber) -> Webhook:
    """Show a subscription."""
    async with command.transaction() as tx:
        kept = Webhooks(tx)
        return await shown(await kept.get(webhook_id, command.caller.account_id), tx)


@router.patch("/{webhook_id}", dependencies=[audits("webhook.changed")])
async def patch_webhook(webhook_id: UUID, body: WebhookChange, command: Subscriber) -> Webhook:
    """Change, pause or resume a subscription."""
    async with command.transaction() as tx:
        row = await webhooks.change(
            command.caller,
            webhook_id,
            body.url,
            body.topics,
            body.description,
            tx,
            paused=body.paused,
        )
        return await shown(row, tx)


@router.delete("/{webhook_id}", status_code=204, dependencies=[audits("webhook.removed")])
async def delete_webhook(webhook_id: UUID, command: Subscriber) -> Response:
    """Unsubscribe; what was not delivered is delivered no more."""
    async with command.transaction() as tx:
        await webhooks.unsubscribe(command.caller, webhook_id, tx)
    return Response(status_code=204)


@router.post(
    "/{webhook_id}/secret", status_code=201, dependencies=[audits("webhook.secret_changed")]
)
async def post_webhook_secret(webhook_id: UUID, command: CreatingSubscriber) -> NewSecret:
    """Change a subscription's secret; for a day messages carry both signatures."""

    async def act(tx: Transaction) -> KeptSecret:
        secret_id = await webhooks.rotate(command.caller, webhook_id, tx)
        return KeptSecret(secret_id=secret_id, old_until=tx.now + OLD_SECRET_LIFE)

    made = await command.once(Empty(), KeptSecret, act)
    secret = await _secret(command, webhook_id, made.secret_id)
    return NewSecret(secret=secret, old_until=made.old_until)
