"""What waits in the inbox: handled when due, in order per aggregate."""

from shared.bus.inbox import store
from shared.bus.inbox.event_consumer import EventConsumer
from shared.bus.inbox.failing import record_failure
from shared.bus.inbox.sequence import Order, order_of, position_of
from shared.bus.positions import advance_consumed, consumed_positions
from shared.bus.retry_policy import TooEarly
from shared.bus.transaction import Transaction
from shared.contracts.base import Envelope
from shared.runtime.faults import is_database_down


async def retry_waiting(consumer: EventConsumer) -> None:
    """Handle what is due, for ever."""
    await consumer.alarm.whenever_due(lambda: _retry_due(consumer))


async def _retry_due(consumer: EventConsumer) -> bool:
    """Handle one due message and what waits right behind it; False when none is due."""
    envelope: Envelope | None = None
    name = consumer.queue.name
    try:
        async with consumer.transactions.begin() as tx:
            body = await store.lock_due(tx.session, name)
            if body is None:
                return False
            for _ in range(tx.resources.settings.batch):
                if body is None:
                    break
                envelope = Envelope.from_wire(body)
                await _handle(consumer, tx, envelope)
                body = await store.lock_next(tx.session, name, envelope)
    except Exception as error:
        if envelope is None or is_database_down(error):
            raise
        # Those before it were rolled back with it and are due still.
        wait = await record_failure(consumer.transactions, name, consumer.policy, envelope, error)
        consumer.alarm.ring(wait)
    return True


async def _handle(consumer: EventConsumer, tx: Transaction, envelope: Envelope) -> None:
    position = position_of(envelope)
    order = order_of(envelope, await consumed_positions(tx.session, position, lock=True))
    if order is Order.EARLY:
        raise TooEarly
    if order is Order.NEXT:
        await consumer.handle(tx, envelope)
        await advance_consumed(tx.session, position)
    await store.mark_done(tx.session, consumer.queue.name, envelope)
