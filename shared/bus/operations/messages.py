"""What operators do with messages that wait or are dead, and with consumers."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Interval, func, select, type_coerce

from shared.bus.inbox import open_store, store
from shared.bus.inbox.open_messages import Backlog, MessageFilter
from shared.bus.inbox.sequence import Order, order_of, position_of
from shared.bus.positions import advance_consumed, consumed_positions
from shared.bus.subscriptions import Queue
from shared.bus.tables import outbox
from shared.bus.transaction import Transaction, Transactions
from shared.contracts.base import Envelope
from shared.errors import Conflict

MESSAGES_PER_TRANSACTION = 200


async def replay(tx: Transaction, wanted: MessageFilter) -> tuple[int, list[str]]:
    """Make waiting and dead messages due now, however often they were tried.

    Returns how many there are, counted once per consumer, and which of these are paused.
    """
    consumers = await open_store.make_due(tx.session, wanted)
    return len(consumers), sorted(set(consumers) & await open_store.paused_consumers(tx.session))


async def drop(tx: Transaction, wanted: MessageFilter, queues: Iterable[Queue]) -> int:
    """Drop one waiting or dead message: it counts as consumed, and those behind it go on.

    Whoever waits for a job is told. Conflict when several consumers have it open and none is named,
    and for what itself stands behind another of its aggregate: that would be skipped with it.
    Returns 0 when there is no such message.
    """
    messages = await open_store.lock_open(tx.session, wanted)
    if len(messages) > 1:
        names = ", ".join(sorted(consumer for consumer, *_ in messages))
        raise Conflict("which_consumer", f"Of which consumer? It is open at {names}.")
    for consumer, state, envelope in messages:
        for queue in queues:
            if queue.name == consumer:
                await _give_up(tx, queue, state, envelope)
    await open_store.mark_dropped(tx.session, wanted)
    return len(messages)


async def drop_all(
    transactions: Transactions, wanted: MessageFilter, queues: Sequence[Queue]
) -> tuple[int, int]:
    """Drop messages, some per transaction.

    Returns how many were, and how many are left because others, not meant, come before them.
    """
    async with transactions.begin() as tx:
        messages = await open_store.open_messages(tx.session, wanted)
    # In order, so that the next of an aggregate is not behind one that is dropped too.
    messages.sort(key=lambda one: (one.sequence or 0, one.received_at))
    dropped = left = 0
    for start in range(0, len(messages), MESSAGES_PER_TRANSACTION):
        async with transactions.begin() as tx:
            for one in messages[start : start + MESSAGES_PER_TRANSACTION]:
                this = replace(MessageFilter(), event_id=one.event_id, consumer=one.consumer)
                try:
                    dropped += await drop(tx, this, queues)
                except Conflict:
                    left += 1
    return dropped, left


async def _give_up(tx: Transaction, queue: Queue, state: str, envelope: Envelope) -> None:
    """Tell those who wait for a job, or advance the position past an event."""
    if queue.is_job:
        give_up = queue.give_up.get(envelope.type)
        # For a dead one it has run already.
        if state == store.WAITING and give_up is not None:
            await give_up(envelope.event(), tx)
        return
    position = position_of(envelope)
    order = order_of(envelope, await consumed_positions(tx.session, position, lock=True))
    if order is Order.EARLY:
        raise Conflict(
            "not_next",
            f"{envelope.id} stands behind another message about {envelope.subject}, which"
            " would be skipped with it. Drop, replay or redeliver that one first.",
        )
    await advance_consumed(tx.session, position)


async def unsent(tx: Transaction) -> Backlog:
    """Count what the bus has not confirmed yet."""
    count, age = (
        await tx.session.execute(
            select(
                func.count(),
                type_coerce(func.now() - func.min(outbox.c.created_at), Interval()),
            )
        )
    ).one()
    return Backlog(count, 0, age or timedelta(0))
