"""Events of a log once more: what a consumer missed, or all that a service's copies are made of."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from shared.bus.inbox import open_store, store
from shared.bus.inbox.event_consumer import EventConsumer
from shared.bus.inbox.retention import INBOX_DAYS
from shared.bus.inbox.sequence import Order, Positions, order_of, position_of
from shared.bus.positions import advance_consumed, all_consumed_positions, forget_consumed
from shared.bus.subscriptions import Queue, takes
from shared.bus.transaction import Transaction, Transactions
from shared.contracts.base import Envelope
from shared.errors import Conflict
from shared.runtime.faults import describe, is_database_down


class EventSource(Protocol):
    """A log of all events that were announced."""

    def read(
        self, since: datetime | None = None, subject: str | None = None
    ) -> AsyncIterator[Envelope]:
        """Return its events in their order: from a time on, or of one aggregate; else all."""

    async def counts(self, topics: Collection[str]) -> Positions:
        """Return how many events of these topics it holds per aggregate."""

    async def consumed(self) -> Positions:
        """Return the position up to which it has logged each aggregate."""


async def redeliver(
    log: EventSource,
    transactions: Transactions,
    queue: Queue,
    since: datetime | None = None,
    subject: str | None = None,
) -> tuple[int, int]:
    """Offer events of the log to one consumer; return how many, and how many it had not seen.

    Conflict for events so old that the consumer may have forgotten that it has seen them.
    """
    offered = new = 0
    async with transactions.begin() as tx:
        oldest = tx.now - timedelta(days=INBOX_DAYS)
        async for envelope in log.read(since, subject):
            if not takes(queue.topics, envelope.type):
                continue
            if envelope.time < oldest:
                raise Conflict(
                    "forgotten",
                    f"{queue.name} remembers what it has seen for {INBOX_DAYS} days only, and"
                    f" {envelope.type} of {envelope.time:%Y-%m-%d} is older: it might be done"
                    " twice. Choose less, or rebuild.",
                )
            offered += 1
            new += await store.add_waiting(
                tx.session, queue.name, [envelope], store.REPLAYED, first=offered
            )
        await store.notify(tx.session)
    return offered, new


@dataclass(frozen=True)
class Rebuilt:
    """What came of a rebuild."""

    events: int
    """How many of the log were handled anew."""
    kept: int
    """How many aggregates stay as they were: the log has forgotten how they began."""


async def rebuild(
    log: EventSource,
    transactions: Transactions,
    queue: Queue,
    empty: Callable[[Transaction, Collection[str]], Awaitable[None]],
    restore: Callable[[Transaction], Awaitable[None]],
) -> Rebuilt:
    """Empty a service's copies and make them anew from the log.

    `empty` deletes the copies, but of the subjects that it is given; `restore` puts back what the
    service itself had added to them. One transaction: when it fails nothing has happened. What
    arrives meanwhile waits for it; what waits or is dead and has not come to the log yet stays as
    it is; what was dropped is tried once more. Conflict when an event cannot be handled, or when
    the log is behind the copies.
    """
    consumer = EventConsumer(queue, transactions)
    count = 0
    async with transactions.begin() as tx:
        await open_store.lock_inbox(tx.session)
        before = await all_consumed_positions(tx.session)
        kept = await _begun_before(log, queue, before)
        await empty(tx, kept)
        await forget_consumed(tx.session, kept)
        unhandled = await open_store.empty(tx.session, queue.name, kept)
        dropped = {row["event_id"] for row in unhandled if row["reason"] == store.DROPPED}
        async for envelope in log.read():
            if envelope.subject in kept or not takes(queue.topics, envelope.type):
                continue
            had_effect = not position_of(envelope) or order_of(envelope, before) is Order.OLD
            tx.rebuilding = had_effect and envelope.id not in dropped
            count += await _handle(tx, consumer, envelope, dropped=envelope.id in dropped)
        await open_store.put_back(tx.session, unhandled)
        after = await all_consumed_positions(tx.session)
        behind = [key for key, sequence in before.items() if after.get(key, 0) < sequence]
        if behind:
            raise Conflict(
                "log_behind",
                f"The event log lacks the newest events about {len(behind)} things; nothing was"
                " changed. See to it that the gateway runs, then try again.",
            )
        await restore(tx)
        await store.notify(tx.session)
    return Rebuilt(count, len(kept))


async def _begun_before(log: EventSource, queue: Queue, consumed: Positions) -> frozenset[str]:
    """Return the subjects of the aggregates whose first events the log has forgotten."""
    logged, held = await log.consumed(), await log.counts(queue.topics)
    return frozenset(one[1] for one in consumed if held.get(one, 0) < logged.get(one, 0))


async def _handle(
    tx: Transaction, consumer: EventConsumer, envelope: Envelope, *, dropped: bool
) -> bool:
    """Handle an event anew; False when it cannot be, and an operator has dropped it for that."""
    try:
        async with tx.session.begin_nested() if dropped else nullcontext():
            new = await store.claim(tx.session, consumer.queue.name, [envelope], even_paused=True)
            await consumer.take(tx, new or [])
    except Exception as error:
        if is_database_down(error):
            raise
        if not dropped:
            raise Conflict(
                "not_handled",
                f"{envelope.type} {envelope.id} about {envelope.subject} cannot be handled"
                f" ({describe(error)}); nothing was changed.",
            ) from error
        await advance_consumed(tx.session, position_of(envelope))
        return False
    return True
