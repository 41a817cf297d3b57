"""What waits in the inbox: taken up again when due, in order per aggregate."""

from sqlalchemy import func, update

from shared.contracts.base import Envelope
from shared.messaging.deliver import QuickConsumer
from shared.messaging.faults import is_database_down
from shared.messaging.inbox import (
    EARLY,
    WAITING,
    last_heard,
    lock_due,
    mark_done,
    note_heard,
    write_down,
)
from shared.messaging.policy import TooEarly
from shared.messaging.tables import inbox
from shared.messaging.transaction import Transaction


async def retry_waiting(consumer: QuickConsumer) -> None:
    """Take up what is due, for ever."""
    await consumer.alarm.whenever_due(lambda: _retry_due(consumer))


async def _retry_due(consumer: QuickConsumer) -> bool:
    """Take up one due message; False when none is due."""
    envelope: Envelope | None = None
    try:
        async with consumer.transactions.begin() as tx:
            body = await lock_due(tx, consumer.queue.name)
            if body is None:
                return False
            envelope = Envelope.from_wire(body)
            await _again(consumer, tx, envelope)
    except Exception as error:
        if envelope is None or is_database_down(error):
            raise
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
    # The next of this aggregate need not wait for its own time.
    await tx.session.execute(
        update(inbox)
        .where(
            inbox.c.consumer == consumer.queue.name,
            inbox.c.source == envelope.source,
            inbox.c.subject == envelope.subject,
            inbox.c.state == WAITING,
            inbox.c.reason == EARLY,
        )
        .values(retry_at=func.now())
    )
