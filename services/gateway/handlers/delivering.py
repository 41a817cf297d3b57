"""Sending to webhooks: follow the log, send what is due, retry what failed."""

import asyncio
import json
from contextlib import suppress
from datetime import timedelta
from random import random
from uuid import UUID

from services.gateway.adapters.live import POLL_SECONDS, Live
from services.gateway.adapters.webhook_client import TIMEOUT_SECONDS, Outcome, WebhookClient
from services.gateway.domain.webhooks import headers, must_pause, pause_after
from services.gateway.repository.deliveries import Deliveries, DueDelivery
from services.gateway.repository.event_log import EventLog
from services.gateway.repository.webhooks import Webhooks
from shared.bus import Transaction, Transactions
from shared.runtime.faults import describe, until_database_answers
from shared.runtime.log import get_logger

log = get_logger(__name__)

EVENTS_PER_QUERY = 500
"""Of the log, in one transaction."""
DELIVERIES_PER_WEBHOOK = 8
"""Concurrent, from one process, each about another subject."""
LEASE = timedelta(seconds=2 * TIMEOUT_SECONDS)
"""Longer than an attempt; after a crash another process goes on when it has passed."""


async def deliver(transactions: Transactions) -> None:
    """Deliver to all subscriptions until cancelled."""
    await WebhookDispatcher(transactions).run()


class WebhookDispatcher:
    """Sends from one process; several share the work by leases in the database."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self.under_way: dict[asyncio.Task[None], DueDelivery] = {}

    async def run(self) -> None:
        """Follow the log until cancelled; then release the leases of what was not sent."""
        live = self._transactions.resources.tool(Live)
        try:
            while True:
                bell = live.listen()
                more = await until_database_answers(lambda _: self.look(), None)
                await self.landed(bell, 0 if more else POLL_SECONDS)
        finally:
            await self._give_back()

    async def look(self) -> bool:
        """Create deliveries of new events, and begin to send what is due.

        Returns whether the log has more; sending takes turns with catching up.
        """
        async with self._transactions.begin() as tx:
            newest = await EventLog(tx).last_position()
            behind = await Webhooks(tx).behind(newest)
        more = [await self.follow(webhook_id) for webhook_id in behind]
        async with self._transactions.begin() as tx:
            due = await Deliveries(tx).due(tx.now)
        for webhook_id in due:
            room = DELIVERIES_PER_WEBHOOK - self._count(webhook_id)
            if room <= 0:
                continue
            async with self._transactions.begin() as tx:
                deliveries = await Deliveries(tx).take(webhook_id, room, tx.now, LEASE)
            for delivery in deliveries:
                self.under_way[asyncio.create_task(self.send(delivery))] = delivery
        return any(more)

    def _count(self, webhook_id: UUID) -> int:
        return sum(delivery.webhook_id == webhook_id for delivery in self.under_way.values())

    async def landed(self, bell: asyncio.Event, seconds: float = POLL_SECONDS) -> None:
        """Return when a message was sent or failed, at the bell, or after so many seconds."""
        ringing = asyncio.create_task(bell.wait())
        await asyncio.wait(
            {ringing, *self.under_way}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
        ringing.cancel()
        for task in [task for task in self.under_way if task.done()]:
            self.under_way.pop(task)

    async def _give_back(self) -> None:
        for task in self.under_way:
            task.cancel()
        await asyncio.gather(*self.under_way, return_exceptions=True)
        with suppress(Exception):  # the leases end by themselves
            async with self._transactions.begin() as tx:
                await Deliveries(tx).give_back(self.under_way.values())
        self.under_way.clear()

    async def follow(self, webhook_id: UUID) -> bool:
        """Create the next deliveries of one subscription; return whether the log has more."""
        async with self._transactions.begin() as tx:
            found = await Webhooks(tx).locked(webhook_id)
            if found is None:
                return False
            row, caller = found
            events, read = await EventLog(tx).after(
                caller, row.position, EVENTS_PER_QUERY, row.topics
            )
            await Deliveries(tx).add(webhook_id, events, tx.now)
            row.position = read
            return len(events) == EVENTS_PER_QUERY

    async def send(self, delivery: DueDelivery) -> None:
        """Try to deliver one message, and record the result."""
        try:
            async with self._transactions.begin() as tx:
                webhooks = Webhooks(tx)
                keys = await webhooks.secrets(delivery.webhook_id, tx.now)
                now = tx.now
            body = body_of(delivery)
            signed = headers(keys, str(delivery.event_id), int(now.timestamp()), body)
            client: WebhookClient = self._transactions.resources.tool(WebhookClient)  # type: ignore[type-abstract]
            outcome = await client.post(delivery.url, signed, body)

            async def settle(_: None) -> None:
                async with self._transactions.begin() as tx:
                    await settled(delivery, outcome, tx)

            await until_database_answers(settle, None)
        except Exception as error:
            # Its lease ends, then it is tried again.
            log.exception(
                "webhook_attempt_broken",
                webhook_id=str(delivery.webhook_id),
                event_id=str(delivery.event_id),
                reason=describe(error),
            )


def body_of(delivery: DueDelivery) -> bytes:
    """Return the body of a message: the event as in the feed."""
    return json.dumps(delivery.envelope, ensure_ascii=False, separators=(",", ":")).encode()


async def settled(delivery: DueDelivery, outcome: Outcome, tx: Transaction) -> None:
    """Record an attempt: delivered, when to retry, or that the subscription pauses."""
    webhook = await Webhooks(tx).lock(delivery.webhook_id)
    if webhook is None:
        return
    deliveries = Deliveries(tx)
    attempt = {
        "at": tx.now.isoformat(),
        "outcome": outcome.outcome,
        "status": outcome.status,
        "milliseconds": outcome.milliseconds,
    }
    if outcome.delivered:
        webhook.failing_since = None
        await deliveries.delivered(delivery, attempt, tx.now)
        return
    row = await deliveries.failed(delivery, attempt)
    if row is None:
        return
    row.due_at = tx.now + pause_after(row.tries, random())  # noqa: S311 - spreads load, hides nothing
    webhook.failing_since = webhook.failing_since or tx.now
    days = tx.resources.settings.webhook_days
    log.info(
        "webhook_failed",
        webhook_id=str(delivery.webhook_id),
        event_id=str(delivery.event_id),
        tries=row.tries,
        outcome=outcome.outcome,
        status=outcome.status,
    )
    if webhook.paused_at is None and must_pause(webhook.failing_since, tx.now, days):
        webhook.paused_at = tx.now
        webhook.paused_because = f"连续{days}天投递全部失败，已自动暂停。请修复接收端后恢复订阅。"
        log.warning(
            "webhook_paused",
            webhook_id=str(delivery.webhook_id),
            failing_since=webhook.failing_since,
        )
