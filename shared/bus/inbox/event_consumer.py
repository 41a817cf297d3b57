"""The inbox: a consumer's effect and the note that it has seen the event are one transaction."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import bindparam, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.bus.inbox.alarm import Alarm
from shared.bus.inbox.settling import until_settled
from shared.bus.inbox.store import (
    DONE,
    EARLY,
    IN_TURN,
    WAITING,
    inbox_row,
    is_paused,
    keep_paused,
    last_heard,
    note_heard,
    nth,
    write_down,
)
from shared.bus.retry_policy import RetryPolicy
from shared.bus.subscriptions import Queue
from shared.bus.tables import inbox
from shared.bus.transaction import Transaction, Transactions
from shared.contracts.base import Envelope
from shared.runtime.faults import is_database_down
from shared.runtime.log import correlated

_WRITE_EARLY = (
    update(inbox)
    .where(inbox.c.consumer == bindparam("of"), inbox.c.event_id == bindparam("id"))
    .values(state=WAITING, reason=EARLY, body=bindparam("wire"), received_at=IN_TURN)
)


class QuickConsumer:
    """All quick handlers of one service; messages that wait together share a transaction."""

    def __init__(
        self, queue: Queue, transactions: Transactions, policy: RetryPolicy | None = None
    ) -> None:
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
            envelopes = [envelope for envelope, _ in arrived]
            await until_settled(self._settle_all, envelopes, self.queue.name, self.policy)
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
            if await is_paused(tx.session, self.queue.name):
                await keep_paused(tx, self.queue.name, envelopes)
                return
            await self.take(tx, envelopes)

    async def take(self, tx: Transaction, envelopes: Sequence[Envelope]) -> None:
        """Handle what is new and next, in one transaction; what is early is written down."""
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
        """Note the events as done and return those that this consumer has not seen before."""
        rows = {
            envelope.id: inbox_row(self.queue.name, envelope) | {"state": DONE}
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
            await tx.session.execute(
                _WRITE_EARLY.values(retry_at=func.now() + soon),
                [
                    {"of": self.queue.name, "id": one.id, "wire": one.to_wire()} | nth(place)
                    for place, one in enumerate(early)
                ],
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
