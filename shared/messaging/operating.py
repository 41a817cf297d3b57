"""What operators do with messages that wait or are dead, and with consumers."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Interval, Row, delete, func, select, type_coerce, update
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.contracts.base import Envelope
from shared.messaging.inbox import DEAD, DONE, WAITING, note_heard
from shared.messaging.listening import INBOX
from shared.messaging.tables import inbox, outbox, pauses
from shared.messaging.transaction import Transaction


@dataclass(frozen=True)
class Backlog:
    """What has not been handled, of one consumer or (waiting only) of the outbox."""

    waiting: int
    dead: int
    oldest: timedelta
    """Age of the oldest of them; zero when there is none."""


async def list_open(
    tx: Transaction, consumer: str | None = None, state: str | None = None
) -> list[Row[*tuple[Any, ...]]]:
    """List what waits or is dead, oldest first, without bodies."""
    query = select(
        inbox.c.consumer,
        inbox.c.event_id,
        inbox.c.state,
        inbox.c.topic,
        inbox.c.subject,
        inbox.c.tries,
        inbox.c.received_at,
        inbox.c.retry_at,
        inbox.c.reason,
    ).where(inbox.c.state != DONE)
    if consumer is not None:
        query = query.where(inbox.c.consumer == consumer)
    if state is not None:
        query = query.where(inbox.c.state == state)
    return list((await tx.session.execute(query.order_by(inbox.c.received_at))).all())


async def show(tx: Transaction, event_id: UUID) -> list[tuple[str, str, Envelope | None]]:
    """Give consumer, state and the event itself (absent once done) wherever it has been seen."""
    rows = await tx.session.execute(
        select(inbox.c.consumer, inbox.c.state, inbox.c.body).where(inbox.c.event_id == event_id)
    )
    return [
        (consumer, state, Envelope.from_wire(body) if body else None)
        for consumer, state, body in rows
    ]


async def replay(tx: Transaction, event_id: UUID) -> tuple[int, list[str]]:
    """Let a waiting or dead message be tried again now.

    Gives how many consumers it waits for, and which of them are paused.
    """
    result = await tx.session.scalars(
        update(inbox)
        .where(inbox.c.event_id == event_id, inbox.c.state != DONE)
        .values(state=WAITING, tries=0, retry_at=func.now())
        .returning(inbox.c.consumer)
    )
    consumers = result.all()
    await _tell(tx)
    return len(consumers), sorted(set(consumers) & await paused(tx))


async def drop(tx: Transaction, event_id: UUID) -> int:
    """Give a dead message up: it counts as seen, and what stood behind it goes on."""
    result = await tx.session.execute(
        update(inbox)
        .where(inbox.c.event_id == event_id, inbox.c.state == DEAD)
        .values(state=DONE, reason="dropped", retry_at=None)
        .returning(inbox.c.consumer, inbox.c.body)
    )
    dropped = result.all()
    for consumer, body in dropped:
        envelope = Envelope.from_wire(body)
        # A long job has a queue of its own: what the copies have heard is not its to say.
        quick = consumer.endswith(".events")
        if quick and envelope.stream is not None and envelope.sequence is not None:
            await note_heard(tx, {(envelope.stream, envelope.subject): envelope.sequence})
    await _tell(tx)
    return len(dropped)


async def pause(tx: Transaction, consumer: str) -> bool:
    """Let what arrives for a consumer wait, from the next message on; False when it did already."""
    paused = await tx.session.scalar(
        upsert(pauses).values(consumer=consumer).on_conflict_do_nothing().returning(pauses.c.since)
    )
    return paused is not None


async def resume(tx: Transaction, consumer: str) -> bool:
    """Let a consumer go on, in order; False when it was not paused."""
    ended = await tx.session.scalar(
        delete(pauses).where(pauses.c.consumer == consumer).returning(pauses.c.since)
    )
    await _tell(tx)
    return ended is not None


async def paused(tx: Transaction) -> set[str]:
    """Give the consumers that are paused."""
    return set(await tx.session.scalars(select(pauses.c.consumer)))


async def backlogs(tx: Transaction) -> dict[str, Backlog]:
    """Count what waits and is dead per consumer; consumers with nothing are left out."""
    rows = await tx.session.execute(
        select(
            inbox.c.consumer,
            func.count().filter(inbox.c.state == WAITING),
            func.count().filter(inbox.c.state == DEAD),
            type_coerce(func.now() - func.min(inbox.c.received_at), Interval()),
        )
        .where(inbox.c.state != DONE)
        .group_by(inbox.c.consumer)
    )
    return {consumer: Backlog(waiting, dead, oldest) for consumer, waiting, dead, oldest in rows}


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


async def _tell(tx: Transaction) -> None:
    """Wake the consumers when this commits."""
    await tx.session.execute(select(func.pg_notify(INBOX, "")))
