"""The gateway's event log as the source of what a consumer missed or has to be told anew."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, Text, all_, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from services.gateway.tables import EventRow
from shared.bus.inbox.event_consumer import QuickConsumer
from shared.bus.inbox.retention import INBOX_DAYS
from shared.bus.inbox.store import (
    DONE,
    DROPPED,
    IN_TURN,
    WAITING,
    all_heard,
    inbox_row,
    note_heard,
    nth,
)
from shared.bus.listening import INBOX
from shared.bus.subscriptions import Queue
from shared.bus.tables import heard, inbox
from shared.bus.transaction import Transaction, Transactions
from shared.bus.transports.memory import takes
from shared.contracts.base import Envelope
from shared.errors import Conflict
from shared.runtime.faults import describe, is_database_down
from shared.service import Copies

AT_ONCE = 1000


@dataclass(frozen=True)
class Chosen:
    """Which events of the log: from a time on, or of one aggregate."""

    since: datetime | None = None
    subject: str | None = None


async def read_log(log: Transactions, queue: Queue, chosen: Chosen) -> AsyncIterator[Envelope]:
    """Return the events that a queue takes, in the order of the log."""
    position = 0
    while True:
        query = select(EventRow.position, EventRow.topic, EventRow.envelope).where(
            EventRow.position > position
        )
        if chosen.since is not None:
            query = query.where(EventRow.at >= chosen.since)
        if chosen.subject is not None:
            query = query.where(EventRow.subject == chosen.subject)
        async with log.sessions() as session:
            rows = (await session.execute(query.order_by(EventRow.position).limit(AT_ONCE))).all()
        for row in rows:
            if takes(queue.topics, row.topic):
                yield Envelope.model_validate(row.envelope)
        if len(rows) < AT_ONCE:
            return
        position = rows[-1].position


async def redeliver(
    log: Transactions, transactions: Transactions, queue: Queue, chosen: Chosen
) -> tuple[int, int]:
    """Offer events of the log to one consumer; returns how many, and how many it had not seen.

    Conflict for events so old that the consumer may have forgotten that it has seen them.
    """
    offered = new = 0
    async with transactions.begin() as tx:
        oldest = tx.now - timedelta(days=INBOX_DAYS)
        async for envelope in read_log(log, queue, chosen):
            if envelope.time < oldest:
                raise Conflict(
                    "forgotten",
                    f"{queue.name} remembers what it has seen for {INBOX_DAYS} days only, and"
                    f" {envelope.type} of {envelope.time:%Y-%m-%d} is older: it might be done"
                    " twice. Choose less, or rebuild.",
                )
            offered += 1
            row = inbox_row(queue.name, envelope) | {"state": WAITING, "reason": "replayed"}
            inserted = await tx.session.scalar(
                upsert(inbox)
                .values(**row, body=envelope.to_wire(), retry_at=func.now(), received_at=IN_TURN)
                .on_conflict_do_nothing()
                .returning(inbox.c.event_id),
                nth(offered),
            )
            new += inserted is not None
        await tx.session.execute(select(func.pg_notify(INBOX, "")))
    return offered, new


@dataclass(frozen=True)
class Rebuilt:
    """What came of a rebuild."""

    events: int
    """How many of the log were handled anew."""
    kept: int
    """How many aggregates stay as they were: the log has forgotten how they began."""


async def rebuild(
    log: Transactions, transactions: Transactions, queue: Queue, copies: Copies
) -> Rebuilt:
    """Empty a service's copies and make them anew from the log.

    One transaction: when it fails nothing has happened. What arrives meanwhile waits for it; what
    waits or is dead and has not come to the log yet stays as it is; what was dropped is tried once
    more. Conflict when an event cannot be handled, or when the log is behind the copies.
    """
    consumer = QuickConsumer(queue, transactions)
    count = 0
    async with transactions.begin() as tx:
        await tx.session.execute(text("LOCK TABLE inbox IN SHARE ROW EXCLUSIVE MODE"))
        before = await all_heard(tx)
        kept = await _begun_before_the_log(log, queue, before)
        undone = await _empty(tx, queue, copies, kept)
        dropped = {row["event_id"] for row in undone if row["reason"] == DROPPED}
        async for envelope in read_log(log, queue, Chosen()):
            if envelope.subject in kept:
                continue
            tx.silent = envelope.id not in dropped and _was_heard(envelope, before)
            count += await _handle(tx, consumer, envelope, dropped=envelope.id in dropped)
        if undone:
            await tx.session.execute(upsert(inbox).on_conflict_do_nothing(), undone)
        after = await all_heard(tx)
        behind = [key for key, sequence in before.items() if after.get(key, 0) < sequence]
        if behind:
            raise Conflict(
                "log_behind",
                f"The event log lacks the newest events about {len(behind)} things; nothing was"
                " changed. See to it that the gateway runs, then try again.",
            )
        await copies.restore(tx)
        await tx.session.execute(select(func.pg_notify(INBOX, "")))
    return Rebuilt(count, len(kept))


async def _begun_before_the_log(
    log: Transactions, queue: Queue, heard_here: Mapping[tuple[str, str], int]
) -> frozenset[str]:
    """Name the aggregates whose first events the log has forgotten."""
    stream = EventRow.envelope["stream"].astext
    async with log.begin() as tx:
        reached = await all_heard(tx)
        rows = await tx.session.execute(
            select(stream, EventRow.subject, func.count())
            .where(EventRow.topic.in_(queue.topics), stream.is_not(None))
            .group_by(stream, EventRow.subject)
        )
        holds = {(of, subject): count for of, subject, count in rows}
    return frozenset(key[1] for key in heard_here if holds.get(key, 0) < reached.get(key, 0))


def _was_heard(envelope: Envelope, before: Mapping[tuple[str, str], int]) -> bool:
    """Return whether what followed from an event has followed already."""
    if envelope.stream is None or envelope.sequence is None:
        return True
    return envelope.sequence <= before.get((envelope.stream, envelope.subject), 0)


async def _empty(
    tx: Transaction, queue: Queue, copies: Copies, kept: Collection[str]
) -> list[dict[str, Any]]:
    """Delete the copies with what is known of their events; returns what was not done."""
    others = bindparam("kept", sorted(kept), ARRAY(Text))
    for table in copies.tables:
        await tx.session.execute(table.delete().where(table.c[copies.subject] != all_(others)))
    await tx.session.execute(heard.delete().where(heard.c.subject != all_(others)))
    rows = await tx.session.execute(
        inbox.delete()
        .where(inbox.c.consumer == queue.name, inbox.c.subject != all_(others))
        .returning(*inbox.c)
    )
    return [
        dict(row)
        for row in rows.mappings()
        if row[inbox.c.state] != DONE or row[inbox.c.reason] == DROPPED
    ]


async def _handle(
    tx: Transaction, consumer: QuickConsumer, envelope: Envelope, *, dropped: bool
) -> bool:
    """Handle an event anew; False when it cannot be, and an operator has dropped it for that."""
    try:
        async with tx.session.begin_nested() if dropped else nullcontext():
            await consumer.take(tx, [envelope])
    except Exception as error:
        if is_database_down(error):
            raise
        if not dropped:
            raise Conflict(
                "not_handled",
                f"{envelope.type} {envelope.id} about {envelope.subject} cannot be handled"
                f" ({describe(error)}); nothing was changed.",
            ) from error
        if envelope.stream is not None and envelope.sequence is not None:
            await note_heard(tx, {(envelope.stream, envelope.subject): envelope.sequence})
        return False
    return True
