"""What operators do with messages that wait or are dead, and with consumers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Interval, delete, func, select, type_coerce, update
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.bus.inbox.store import DEAD, DONE, DROPPED, WAITING, last_heard, note_heard
from shared.bus.listening import INBOX
from shared.bus.operations.failures import Chosen, list_open
from shared.bus.subscriptions import Queue
from shared.bus.tables import inbox, outbox, pauses
from shared.bus.transaction import Transaction, Transactions
from shared.contracts.base import Envelope
from shared.errors import Conflict

AT_ONCE = 200
"""Messages that are dropped in one transaction."""


@dataclass(frozen=True)
class Backlog:
    """What has not been handled, of one consumer or (waiting only) of the outbox."""

    waiting: int
    dead: int
    oldest: timedelta
    """Age of the oldest of them; zero when there is none."""


async def show(tx: Transaction, event_id: UUID) -> list[tuple[str, str, Envelope | None]]:
    """Return consumer, state and the event itself (absent once done) wherever it has been seen."""
    rows = await tx.session.execute(
        select(inbox.c.consumer, inbox.c.state, inbox.c.body).where(inbox.c.event_id == event_id)
    )
    return [
        (consumer, state, Envelope.from_wire(body) if body else None)
        for consumer, state, body in rows
    ]


async def replay(tx: Transaction, chosen: Chosen) -> tuple[int, list[str]]:
    """Let messages that wait or are dead be tried again now, however often they have been tried.

    Returns how many there are, counted once per consumer, and which of these are paused.
    """
    result = await tx.session.scalars(
        update(inbox)
        .where(chosen.condition())
        .values(state=WAITING, tries=0, retry_at=func.now())
        .returning(inbox.c.consumer)
    )
    consumers = result.all()
    await _tell(tx)
    return len(consumers), sorted(set(consumers) & await paused(tx))


async def drop(
    tx: Transaction, event_id: UUID, queues: Iterable[Queue], consumer: str | None = None
) -> int:
    """Return a waiting or dead message up: it counts as seen, and what stood behind it goes on.

    Who waits for a job is told. Conflict when several consumers have it open and none is named,
    and for what itself stands behind another of its aggregate: that would be skipped with it.
    """
    this = [inbox.c.event_id == event_id, inbox.c.state != DONE]
    if consumer is not None:
        this.append(inbox.c.consumer == consumer)
    rows = await tx.session.execute(
        select(inbox.c.consumer, inbox.c.state, inbox.c.body).where(*this).with_for_update()
    )
    found = rows.all()
    if len(found) > 1:
        names = ", ".join(sorted(row.consumer for row in found))
        raise Conflict("which_consumer", f"Of which consumer? It is open at {names}.")
    for row in found:
        for queue in queues:
            if queue.name == row.consumer:
                await _give_up(tx, queue, row.state, Envelope.from_wire(row.body))
    await tx.session.execute(
        update(inbox).where(*this).values(state=DONE, reason=DROPPED, retry_at=None, body=None)
    )
    await _tell(tx)
    return len(found)


async def drop_all(
    transactions: Transactions, chosen: Chosen, queues: Sequence[Queue]
) -> tuple[int, int]:
    """Return messages up as `drop` does, some at a time.

    Returns how many were, and how many are left because others, not meant, come before them.
    """
    async with transactions.begin() as tx:
        found = await list_open(tx, chosen)
    # What stands first goes first: then the next of its aggregate is no longer behind it.
    found.sort(key=lambda row: (row.sequence or 0, row.received_at))
    dropped = left = 0
    for start in range(0, len(found), AT_ONCE):
        async with transactions.begin() as tx:
            for row in found[start : start + AT_ONCE]:
                try:
                    dropped += await drop(tx, row.event_id, queues, row.consumer)
                except Conflict:
                    left += 1
    return dropped, left


async def _give_up(tx: Transaction, queue: Queue, state: str, envelope: Envelope) -> None:
    """Do what has to be done about a message that will not be handled."""
    if queue.long:
        last_word = queue.giving_up.get(envelope.type)
        # One that is dead has had it.
        if state == WAITING and last_word is not None:
            await last_word(envelope.event(), tx)
    elif envelope.stream is not None and envelope.sequence is not None:
        key = (envelope.stream, envelope.subject)
        if envelope.sequence > (await last_heard(tx, [envelope])).get(key, 0) + 1:
            raise Conflict(
                "not_next",
                f"{envelope.id} stands behind another message about {envelope.subject}, which"
                " would be skipped with it. Drop, replay or redeliver that one first.",
            )
        await note_heard(tx, {key: envelope.sequence})


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
    """Return the consumers that are paused."""
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
