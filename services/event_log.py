"""The gateway's event log as the source of what a consumer missed or has to be told anew."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from services.gateway.tables import EventRow
from shared.contracts.base import Envelope
from shared.errors import Conflict
from shared.messaging.cleaning import INBOX_DAYS
from shared.messaging.deliver import QuickConsumer
from shared.messaging.inbox import WAITING, all_heard, inbox_row
from shared.messaging.listening import INBOX
from shared.messaging.memory import takes
from shared.messaging.subscriptions import Queue
from shared.messaging.tables import heard, inbox
from shared.messaging.transaction import Transactions
from shared.service import Copies

AT_ONCE = 1000


@dataclass(frozen=True)
class Chosen:
    """Which events of the log: from a time on, or of one aggregate."""

    since: datetime | None = None
    subject: str | None = None


async def read_log(log: Transactions, queue: Queue, chosen: Chosen) -> AsyncIterator[Envelope]:
    """Give the events that a queue takes, in the order of the log."""
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
    """Offer events of the log to one consumer; gives how many, and how many it had not seen.

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
                .values(**row, body=envelope.to_wire(), retry_at=func.now())
                .on_conflict_do_nothing()
                .returning(inbox.c.event_id)
            )
            new += inserted is not None
        await tx.session.execute(select(func.pg_notify(INBOX, "")))
    return offered, new


async def rebuild(
    log: Transactions, transactions: Transactions, queue: Queue, copies: Copies
) -> int:
    """Empty a service's copies and make them anew from the log; gives how many events it took.

    One transaction: when it fails nothing has happened. What arrives meanwhile waits for it.
    """
    consumer = QuickConsumer(queue, transactions)
    count = 0
    async with transactions.begin() as tx:
        await tx.session.execute(text("LOCK TABLE inbox IN SHARE ROW EXCLUSIVE MODE"))
        before = await all_heard(tx)
        for table in copies.tables:
            await tx.session.execute(table.delete())
        await tx.session.execute(inbox.delete().where(inbox.c.consumer == queue.name))
        await tx.session.execute(heard.delete())
        tx.silent = True
        async for envelope in read_log(log, queue, Chosen()):
            await consumer.take(tx, [envelope])
            count += 1
        after = await all_heard(tx)
        behind = [key for key, sequence in before.items() if after.get(key, 0) < sequence]
        if behind:
            raise Conflict(
                "log_behind",
                f"The event log lacks the newest events about {len(behind)} things; nothing was"
                " changed. See to it that the gateway runs, then try again.",
            )
        await copies.restore(tx)
    return count
