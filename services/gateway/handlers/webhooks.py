"""What a client does with its subscriptions."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from services.gateway.adapters.live import Live
from services.gateway.adapters.webhook_client import Outcome, WebhookClient
from services.gateway.domain.addresses import require_receiver
from services.gateway.domain.deliveries import Delivery
from services.gateway.domain.events import topics_for
from services.gateway.domain.webhooks import (
    MOST_SECRETS,
    MOST_WEBHOOKS,
    OLD_SECRET_LIFE,
    WebhookSubscription,
    headers,
    new_secret,
    require_topics,
)
from services.gateway.repository.deliveries import Deliveries
from services.gateway.repository.events import EventLog
from services.gateway.repository.webhooks import Webhooks
from shared.bus import Transaction, Transactions
from shared.contracts.base import Envelope
from shared.errors import Conflict, Gone
from shared.identity.caller import Caller
from shared.runtime.log import correlation_id

TEST_TOPIC = "gateway.webhook.test.v1"


async def subscribe(
    caller: Caller, url: str, topics: list[str], description: str, tx: Transaction
) -> tuple[UUID, int]:
    """Create a subscription to events from now on; return its id and its secret's number."""
    require_receiver(url, loopback=tx.resources.settings.webhook_allow_loopback)
    require_topics(topics, topics_for(caller))
    webhooks = Webhooks(tx)
    await webhooks.one_at_a_time(caller.account_id)
    if len(await webhooks.of(caller.account_id)) >= MOST_WEBHOOKS:
        raise Conflict(
            "too_many_webhooks", f"每个客户端最多{MOST_WEBHOOKS}个订阅，请先删除不用的。"
        )
    webhook = WebhookSubscription(
        webhook_id=uuid4(),
        account_id=caller.account_id,
        url=url,
        topics=topics,
        description=description,
        created_at=tx.now,
        position=await EventLog(tx).last_position(),
    )
    await webhooks.save(webhook)
    return webhook.webhook_id, await webhooks.put_secret(
        webhook.webhook_id, new_secret(), tx.now, tx.now + OLD_SECRET_LIFE
    )


async def rotate(caller: Caller, webhook_id: UUID, tx: Transaction) -> int:
    """Create a new secret; the old one signs beside it for a day. Returns its number."""
    webhooks = Webhooks(tx)
    webhook = await webhooks.get(webhook_id, caller.account_id, lock=True)
    if len(await webhooks.secrets(webhook_id, tx.now)) >= MOST_SECRETS:
        raise Conflict(
            "too_many_secrets",
            f"一天内最多有{MOST_SECRETS}个密钥同时有效，请等旧密钥到期后再更换。",
        )
    until = tx.now + OLD_SECRET_LIFE
    return await webhooks.put_secret(webhook.webhook_id, new_secret(), tx.now, until)


async def change(
    caller: Caller,
    webhook_id: UUID,
    url: str | None,
    topics: list[str] | None,
    description: str | None,
    tx: Transaction,
    *,
    paused: bool | None,
) -> WebhookSubscription:
    """Update what is given; a resumed subscription goes on where it stopped, at once."""
    webhooks = Webhooks(tx)
    webhook = await webhooks.get(webhook_id, caller.account_id, lock=True)
    if url is not None:
        require_receiver(url, loopback=tx.resources.settings.webhook_allow_loopback)
        webhook.url = url
    if topics is not None:
        require_topics(topics, topics_for(caller))
        webhook.topics = topics
    if description is not None:
        webhook.description = description
    if paused:
        webhook.pause(tx.now)
    if paused is False:
        webhook.resume()
        await Deliveries(tx).hurry(webhook_id, tx.now)
        _at_once(tx)
    await webhooks.save(webhook)
    return webhook


async def unsubscribe(caller: Caller, webhook_id: UUID, tx: Transaction) -> None:
    """Delete a subscription with its log."""
    webhooks = Webhooks(tx)
    await webhooks.remove(await webhooks.get(webhook_id, caller.account_id, lock=True))


async def resend(caller: Caller, webhook_id: UUID, event_id: UUID, tx: Transaction) -> Delivery:
    """Send one event again."""
    webhooks = Webhooks(tx)
    await webhooks.get(webhook_id, caller.account_id, lock=True)
    _at_once(tx)
    return await Deliveries(tx).again(webhook_id, event_id, tx.now)


async def resend_since(
    caller: Caller, webhook_id: UUID, position: int | None, time: datetime | None, tx: Transaction
) -> WebhookSubscription:
    """Send again all that the subscription takes, from a position or a time on."""
    webhooks = Webhooks(tx)
    webhook = await webhooks.get(webhook_id, caller.account_id, lock=True)
    events = EventLog(tx)
    first = await events.since(time) if time is not None else position
    horizon = await events.horizon()
    kept_since = tx.now - timedelta(days=tx.resources.settings.event_log_days)
    too_old = time is not None and time < kept_since
    if horizon and (too_old or (first is not None and first <= horizon)):
        raise Gone("events_forgotten", "这个位置的事件已不再保存，请选择较晚的位置或时间。")
    if first is not None:
        webhook.rewind(first)
        await webhooks.save(webhook)
    _at_once(tx)
    return webhook


async def probe(caller: Caller, webhook_id: UUID, transactions: Transactions) -> Outcome:
    """Send a signed test message now, outside the log; return the result."""
    async with transactions.begin() as tx:
        webhooks = Webhooks(tx)
        webhook = await webhooks.get(webhook_id, caller.account_id)
        keys = await webhooks.secrets(webhook_id, tx.now)
        envelope = Envelope(
            id=uuid4(),
            source="gateway",
            type=TEST_TOPIC,
            subject=str(webhook_id),
            time=tx.now,
            correlationid=correlation_id(),
            data={},
        )
    body = envelope.to_wire()
    signed = headers(keys, str(envelope.id), int(envelope.time.timestamp()), body)
    client: WebhookClient = transactions.resources.tool(WebhookClient)  # type: ignore[type-abstract]
    return await client.post(webhook.url, signed, body)


def _at_once(tx: Transaction) -> None:
    """Wake the dispatcher of this process when the transaction commits."""
    tx.after_commit.append(tx.resources.tool(Live).ring)
