"""The inbox: a consumer's effect and the note that it has seen the event are one transaction."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import uniform

from sqlalchemy import case, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.contracts.base import Envelope
from shared.log import correlated, get_logger
from shared.messaging.alarm import Alarm
from shared.messaging.faults import describe, is_database_down, until_database_answers
from shared.messaging.subscriptions import Queue
from shared.messaging.tables import heard, inbox
from shared.messaging.transaction import Transaction, Transactions

log = get_logger(__name__)

DONE, WAITING, DEAD = "done", "waiting", "dead"
EARLY = "early"


class TooEarly(Exception):  # noqa: N818 - an event's fate, not an error
    """What the event needs is not here yet; it waits and is not counted as failed."""


@dataclass(frozen=True)
class RetryPolicy:
    """How often and when a failing message is tried again; seconds."""

    first: float = 0.5
    limit: float = 300.0
    tries: int = 20
    early_first: float = 0.05
    early_limit: float = 5.0

    def after_failure(self, tries: int) -> timedelta:
        """Double from `first` up to `limit`, with jitter so that failures spread."""
        return timedelta(seconds=min(self.first * 2 ** (tries - 1), self.limit) * uniform(0.8, 1.2))  # noqa: S311 - spreads load, hides nothing

    def after_early(self, age: timedelta) -> timedelta:
        """Look again after half of the time it has waited already."""
        return timedelta(
            seconds=max(self.early_first, min(age.total_seconds() / 2, self.early_limit))
        )


class QuickConsumer:
    """All quick handlers of one service; messages that wait together share a transaction."""

    def __init__(
        self, queue: Queue, transactions: Transactions, policy: RetryPolicy | None = None
    ) -> None:
        """Take the queue's handlers and the service's transactions."""
        self.queue = queue
        self.transactions = transactions
        self.policy = policy or RetryPolicy()
        self.alarm = Alarm()
        self._arrived: asyncio.Queue[tuple[Envelope, asyncio.Future[None]]] = asyncio.Queue()

    async def settle(self, envelope: Envelope) -> None:
        """Return when the event's effect is committed, or the event written down as waiting."""
        settled: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._arrived.put_nowait((envelope, settled))
        await settled

    async def run(self) -> None:
        """Take what has arrived, for ever."""
        settings = self.transactions.resources.settings
        while True:
            arrived = [await self._arrived.get()]
            while len(arrived) < settings.batch and not self._arrived.empty():
                arrived.append(self._arrived.get_nowait())
            if settings.handler_delay:
                await asyncio.sleep(settings.handler_delay)
            # In sequence, so that what arrived in the wrong order need not wait.
            arrived.sort(key=lambda pair: pair[0].sequence or 0)
            await until_database_answers(self._settle_all, [envelope for envelope, _ in arrived])
            for _, settled in arrived:
                if not settled.done():
                    settled.set_result(None)

    async def _settle_all(self, envelopes: Sequence[Envelope]) -> None:
        try:
            await self._together(envelopes)
        except Exception as error:
            if is_database_down(error):
                raise
            if len(envelopes) == 1:
                await self._write_down(envelopes[0], error)
                return
            for envelope in envelopes:
                await self._settle_all([envelope])

    async def _together(self, envelopes: Sequence[Envelope]) -> None:
        async with self.transactions.begin() as tx:
            new = await self._claim(tx, envelopes)
            ready, last = await self._in_order(tx, new)
            for envelope in ready:
                await self.handle(tx, envelope)
            await note_heard(tx, last)

    async def handle(self, tx: Transaction, envelope: Envelope) -> None:
        """Run the handler of one event, if it has one."""
        handler = self.queue.handler(envelope.type)
        if handler is None:
            return
        tx.envelope = envelope
        with correlated(envelope.correlationid, event_id=str(envelope.id), topic=envelope.type):
            specific = envelope.type in self.queue.handlers
            await handler(envelope.event() if specific else envelope, tx)

    async def _claim(self, tx: Transaction, envelopes: Sequence[Envelope]) -> list[Envelope]:
        """Note the events as done and give those that this consumer has not seen before."""
        rows = {
            envelope.id: inbox_row(self.queue.name, envelope, tx.now) | {"state": DONE}
            for envelope in sorted(envelopes, key=lambda envelope: envelope.id)
        }
        result = await tx.session.scalars(
            upsert(inbox).on_conflict_do_nothing().returning(inbox.c.event_id),
            list(rows.values()),
        )
        fresh = set(result)
        seen: dict[object, Envelope] = {
            envelope.id: envelope for envelope in envelopes if envelope.id in fresh
        }
        return list(seen.values())

    async def _in_order(
        self, tx: Transaction, envelopes: Sequence[Envelope]
    ) -> tuple[list[Envelope], dict[tuple[str, str], int]]:
        """Split off what is old, and write down what is early or stands behind a waiting one."""
        last = await last_heard(tx, envelopes)
        blocked = await self._blocked(tx, envelopes)
        ready: list[Envelope] = []
        early: list[Envelope] = []
        for envelope in envelopes:
            if envelope.stream is None or envelope.sequence is None:
                (early if (envelope.source, envelope.subject) in blocked else ready).append(
                    envelope
                )
                continue
            key = (envelope.stream, envelope.subject)
            following = last.get(key, 0) + 1
            if envelope.sequence == following:
                last[key] = envelope.sequence
                ready.append(envelope)
            elif envelope.sequence > following:
                early.append(envelope)
        soon = self.policy.after_early(timedelta(0))
        if early:
            self.alarm.ring(soon.total_seconds())
        for envelope in early:
            await tx.session.execute(
                update(inbox)
                .where(inbox.c.consumer == self.queue.name, inbox.c.event_id == envelope.id)
                .values(
                    state=WAITING,
                    reason=EARLY,
                    body=envelope.to_wire(),
                    retry_at=tx.now + soon,
                )
            )
        return ready, last

    async def _blocked(
        self, tx: Transaction, envelopes: Iterable[Envelope]
    ) -> set[tuple[str, str]]:
        subjects = {(e.source, e.subject) for e in envelopes if e.stream is None}
        if not subjects:
            return set()
        rows = await tx.session.execute(
            select(inbox.c.source, inbox.c.subject)
            .where(
                inbox.c.consumer == self.queue.name,
                inbox.c.state != DONE,
                inbox.c.sequence.is_(None),
                tuple_(inbox.c.source, inbox.c.subject).in_(subjects),
            )
            .distinct()
        )
        return {(source, subject) for source, subject in rows}

    async def _write_down(self, envelope: Envelope, error: Exception) -> None:
        delay = await write_down(self.transactions, self.queue.name, self.policy, envelope, error)
        self.alarm.ring(delay)


def inbox_row(consumer: str, envelope: Envelope, now: datetime) -> dict[str, object]:
    """Give the columns that name an event in a consumer's inbox."""
    return {
        "consumer": consumer,
        "event_id": envelope.id,
        "topic": envelope.type,
        "source": envelope.source,
        "subject": envelope.subject,
        "sequence": envelope.sequence if envelope.stream else None,
        "received_at": now,
    }


async def last_heard(tx: Transaction, envelopes: Iterable[Envelope]) -> dict[tuple[str, str], int]:
    """Give, and lock, how far the copies of these events' aggregates are."""
    keys = {(e.stream, e.subject) for e in envelopes if e.stream is not None}
    if not keys:
        return {}
    rows = await tx.session.execute(
        select(heard.c.stream, heard.c.subject, heard.c.sequence)
        .where(tuple_(heard.c.stream, heard.c.subject).in_(keys))
        .order_by(heard.c.stream, heard.c.subject)
        .with_for_update()
    )
    return {(stream, subject): sequence for stream, subject, sequence in rows}


async def note_heard(tx: Transaction, last: dict[tuple[str, str], int]) -> None:
    """Note how far the copies are now."""
    if not last:
        return
    statement = upsert(heard)
    await tx.session.execute(
        statement.on_conflict_do_update(
            index_elements=[heard.c.stream, heard.c.subject],
            set_={"sequence": statement.excluded.sequence},
            where=heard.c.sequence < statement.excluded.sequence,
        ),
        [
            {"stream": stream, "subject": subject, "sequence": sequence}
            for (stream, subject), sequence in sorted(last.items())
        ],
    )


async def write_down(
    transactions: Transactions,
    consumer: str,
    policy: RetryPolicy,
    envelope: Envelope,
    error: Exception,
) -> float:
    """Let a message wait, or end dead, after `error`; it counts unless it was only early.

    Gives the seconds until it is due again.
    """
    early = isinstance(error, TooEarly)
    async with transactions.begin() as tx:
        row = inbox_row(consumer, envelope, tx.now)
        statement = upsert(inbox).values(
            **row,
            state=WAITING,
            tries=0 if early else 1,
            reason=EARLY if early else describe(error),
            body=envelope.to_wire(),
            retry_at=tx.now + policy.after_failure(1),
        )
        tries = inbox.c.tries + (0 if early else 1)
        previous = await tx.session.execute(
            statement.on_conflict_do_update(
                index_elements=[inbox.c.consumer, inbox.c.event_id],
                set_={
                    "tries": tries,
                    "state": case((tries >= policy.tries, DEAD), else_=WAITING),
                    "reason": statement.excluded.reason,
                    "body": statement.excluded.body,
                },
                where=inbox.c.state != DONE,
            ).returning(inbox.c.tries, inbox.c.state, inbox.c.received_at)
        )
        found = previous.one_or_none()
        if found is None:
            return 0.0
        delay = (
            policy.after_early(tx.now - found.received_at)
            if early
            else policy.after_failure(found.tries)
        )
        await tx.session.execute(
            update(inbox)
            .where(inbox.c.consumer == consumer, inbox.c.event_id == envelope.id)
            .values(retry_at=tx.now + delay)
        )
    if not early:
        log.warning(
            "message_failed",
            consumer=consumer,
            topic=envelope.type,
            event_id=str(envelope.id),
            tries=found.tries,
            state=found.state,
            reason=describe(error),
        )
    return delay.total_seconds()
