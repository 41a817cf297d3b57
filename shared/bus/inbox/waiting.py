"""What waits in the inbox: taken up again when due, in order per aggregate."""

from shared.bus.inbox.event_consumer import QuickConsumer
from shared.bus.inbox.store import (
    last_heard,
    lock_due,
    lock_next,
    mark_done,
    note_heard,
    write_down,
)
from shared.bus.retry_policy import TooEarly
from shared.bus.transaction import Transaction
from shared.contracts.base import Envelope
from shared.runtime.faults import is_database_down


async def retry_waiting(consumer: QuickConsumer) -> None:
    """Take up what is due, for ever."""
    await consumer.alarm.whenever_due(lambda: _retry_due(consumer))


async def _retry_due(consumer: QuickConsumer) -> bool:
    """Take up one due message and what waits right behind it; False when none is due."""
    envelope: Envelope | None = None
    try:
        async with consumer.transactions.begin() as tx:
            body = await lock_due(tx, consumer.queue.name)
            if body is None:
                return False
            for _ in range(tx.resources.settings.batch):
                if body is None:
                    break
                envelope = Envelope.from_wire(body)
                await _again(consumer, tx, envelope)
                body = await lock_next(tx, consumer.queue.name, envelope)
    except Exception as error:
        if envelope is None or is_database_down(error):
            raise
        # Those before it were rolled back with it and are due still.
        delay = await write_down(
            consumer.transactions, consumer.queue.name, consumer.policy, envelope, error
        )
        consumer.alarm.ring(delay)
    return True


async def _again(consumer: QuickConsumer, tx: Transaction, envelope: Envelope) -> None:
    if envelope.stream is not None and envelope.sequence is not None:
        key = (envelope.stream, envelope.subject)
        last = (await last_heard(tx, [envelope])).get(key, 0)
        if envelope.sequence > last + 1:
            raise TooEarly
        if envelope.sequence == last + 1:
            await consumer.handle(tx, envelope)
            await note_heard(tx, {key: envelope.sequence})
    else:
        await consumer.handle(tx, envelope)
    await mark_done(tx, consumer.queue.name, envelope)
