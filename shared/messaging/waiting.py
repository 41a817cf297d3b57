"""What waits in the inbox: taken up again when due, in order per aggregate."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.contracts.base import Envelope
from shared.messaging.deliver import (
    DEAD,
    DONE,
    EARLY,
    WAITING,
    QuickConsumer,
    TooEarly,
    inbox_row,
    last_heard,
    note_heard,
    write_down,
)
from shared.messaging.faults import is_database_down
from shared.messaging.tables import heard, inbox
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
        .values(retry_at=tx.now)
    )


_older = inbox.alias("older")
_DUE = (
    select(inbox.c.body)
    .where(
        inbox.c.consumer == bindparam("consumer"),
        inbox.c.state == literal_column(f"'{WAITING}'"),
        inbox.c.retry_at <= bindparam("now"),
        ~select(_older.c.event_id)
        .where(
            _older.c.consumer == inbox.c.consumer,
            _older.c.source == inbox.c.source,
            _older.c.subject == inbox.c.subject,
            _older.c.state != literal_column(f"'{DONE}'"),
            or_(
                and_(_older.c.sequence.is_not(None), _older.c.sequence < inbox.c.sequence),
                and_(_older.c.sequence.is_(None), _older.c.received_at < inbox.c.received_at),
            ),
        )
        .exists(),
    )
    .order_by(inbox.c.retry_at)
    .limit(1)
    .with_for_update(skip_locked=True)
)
"""Due, and behind no other of its aggregate; states as literals, so that partial indexes serve."""


async def lock_due(tx: Transaction, consumer: str) -> bytes | None:
    """Lock one message whose time has come and that stands behind no other; gives its body."""
    found: bytes | None = await tx.session.scalar(_DUE, {"consumer": consumer, "now": tx.now})
    return found


async def mark_done(tx: Transaction, consumer: str, envelope: Envelope) -> bool:
    """Note an event as done; False when it was already."""
    row = inbox_row(consumer, envelope, tx.now) | {"state": DONE}
    result = await tx.session.scalar(
        upsert(inbox)
        .values(**row)
        .on_conflict_do_update(
            index_elements=[inbox.c.consumer, inbox.c.event_id],
            set_={"state": DONE, "body": None, "retry_at": None},
            where=inbox.c.state != DONE,
        )
        .returning(inbox.c.event_id)
    )
    return result is not None


async def list_open(tx: Transaction) -> list[Row[*tuple[Any, ...]]]:
    """List what waits or is dead, oldest first, without bodies."""
    result = await tx.session.execute(
        select(
            inbox.c.consumer,
            inbox.c.event_id,
            inbox.c.state,
            inbox.c.topic,
            inbox.c.subject,
            inbox.c.tries,
            inbox.c.retry_at,
            inbox.c.reason,
        )
        .where(inbox.c.state != DONE)
        .order_by(inbox.c.received_at)
    )
    return list(result.all())


async def replay(tx: Transaction, event_id: str, at: datetime) -> int:
    """Let a waiting or dead message be tried again from `at`; gives how many consumers do."""
    result = await tx.session.execute(
        update(inbox)
        .where(inbox.c.event_id == event_id, inbox.c.state != DONE)
        .values(state=WAITING, tries=0, retry_at=at)
        .returning(inbox.c.event_id)
    )
    return len(result.all())


async def drop(tx: Transaction, event_id: str) -> int:
    """Give a dead message up: it counts as seen, and what stood behind it goes on."""
    result = await tx.session.execute(
        update(inbox)
        .where(inbox.c.event_id == event_id, inbox.c.state == DEAD)
        .values(state=DONE, reason="dropped", retry_at=None)
        .returning(inbox.c.body)
    )
    bodies = [body for (body,) in result]
    for body in bodies:
        envelope = Envelope.from_wire(body)
        if envelope.stream is not None and envelope.sequence is not None:
            await note_heard(tx, {(envelope.stream, envelope.subject): envelope.sequence})
    return len(bodies)


async def has_heard(tx: Transaction, stream: str, subject: str) -> int:
    """Give how far this service's copy of an aggregate is; 0 when it has none."""
    found = await tx.session.scalar(
        select(func.max(heard.c.sequence)).where(
            heard.c.stream == stream, heard.c.subject == subject
        )
    )
    return int(found or 0)
