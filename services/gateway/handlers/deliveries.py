"""Sending to webhooks: follow the log, send what is due, retry what failed."""

import asyncio
import json
from contextlib import suppress
from datetime import timedelta
from random import random
from uuid import UUID

from services.gateway.adapters.live import POLL_SECONDS, Live
from services.gateway.adapters.webhook_client import TIMEOUT_SECONDS, Outcome, WebhookClient
from services.gateway.domain.deliveries import Attempt, DueDelivery
from services.gateway.domain.webhooks import WebhookSubscription, headers, pause_after
from services.gateway.repository.accounts import AccountRepository
from services.gateway.repository.deliveries import Deliveries
from services.gateway.repository.events import EventLog
from services.gateway.repository.webhooks import Webhooks
from shared.bus import Transaction, Transactions
from shared.contracts.gateway import WebhookPaused
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
        self._idle = False
        """Whether nobody has subscribed: then a new event is no reason to look."""

    async def run(self) -> None:
        """Follow the log until cancelled; then release the leases of what was not sent."""
        live = self._transactions.resources.tool(Live)
        try:
            while True:
                ring = live.listen()
                more = await until_database_answers(self.round)
                if self._idle:
                    ring = asyncio.Event()
                await self.progress(ring, 0 if more else POLL_SECONDS)
        finally:
            await self._give_back()

    async def round(self) -> bool:
        """Create deliveries of new events, and begin to send what is due.

        Returns whether the log has more; sending takes turns with catching up.
        """
        due: list[UUID] = []
        async with self._transactions.begin() as tx:
            self._idle = not await Webhooks(tx).any_active()
            if self._idle:
                return False
            newest = await EventLog(tx).last_position()
            behind = await Webhooks(tx).behind(newest)
            if not behind:
                due = await Deliveries(tx).due(tx.now)
        more = [await self.follow(webhook_id) for webhook_id in behind]
        if behind:
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

    async def progress(self, ring: asyncio.Event, seconds: float = POLL_SECONDS) -> None:
        """Return when a message was sent or failed, at the ring, or after so many seconds."""
        ringing = asyncio.create_task(ring.wait())
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
            webhooks = Webhooks(tx)
            found = await webhooks.locked(webhook_id)
            if found is None:
                return False
            webhook, caller = found
            events, webhook.position = await EventLog(tx).after(
                caller, webhook.position, EVENTS_PER_QUERY, webhook.topics
            )
            await Deliveries(tx).add(webhook_id, events, tx.now)
            await webhooks.save(webhook)
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

            async def settle() -> None:
                async with self._transactions.begin() as tx:
                    await settled(delivery, outcome, tx)

            await until_database_answers(settle)
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
    webhooks, deliveries = Webhooks(tx), Deliveries(tx)
    webhook = await webhooks.lock(delivery.webhook_id)
    if webhook is None:
        return
    attempt = Attempt(tx.now, outcome.outcome, outcome.status, outcome.milliseconds)
    if outcome.delivered:
        await deliveries.delivered(delivery, attempt)
        webhook.succeed()
        await webhooks.save(webhook)
        return
    tries = await deliveries.failed(delivery, attempt, _pause)
    if tries is None:
        return
    log.info(
        "webhook_failed",
        webhook_id=str(delivery.webhook_id),
        event_id=str(delivery.event_id),
        tries=tries,
        outcome=outcome.outcome,
        status=outcome.status,
    )
    if webhook.fail(tx.now, tx.resources.settings.webhook_days):
        log.warning(
            "webhook_paused",
            webhook_id=str(delivery.webhook_id),
            failing_since=webhook.failing_since,
        )
        await _tell(webhook, tx)
    await webhooks.save(webhook)


async def _tell(webhook: WebhookSubscription, tx: Transaction) -> None:
    """Announce that a subscription was paused."""
    client = await AccountRepository(tx).get(webhook.account_id)
    if client is not None:
        tx.emit(
            WebhookPaused(
                webhook_id=str(webhook.webhook_id),
                account_id=client.account_id,
                office_id=client.office_id,
            )
        )


def _pause(tries: int) -> timedelta:
    return pause_after(tries, random())  # noqa: S311 - spreads load, hides nothing
