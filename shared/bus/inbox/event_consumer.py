"""The consumer of a service's events: the effect and the note that it is done commit together."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from shared.bus.inbox import store
from shared.bus.inbox.alarm import Alarm
from shared.bus.inbox.failing import record_failure, until_settled
from shared.bus.inbox.sequence import Order, Positions, order_of, position_of
from shared.bus.positions import advance_consumed, consumed_positions
from shared.bus.retry_policy import RetryPolicy, TooEarly
from shared.bus.subscriptions import Queue
from shared.bus.transaction import Transaction, Transactions
from shared.contracts.base import Envelope
from shared.runtime.faults import is_database_down
from shared.runtime.log import correlated


class EventConsumer:
    """Handles all events of one service; messages that wait together share a transaction."""

    def __init__(
        self, queue: Queue, transactions: Transactions, policy: RetryPolicy | None = None
    ) -> None:
        self.queue = queue
        self.transactions = transactions
        self.policy = policy or RetryPolicy()
        self.alarm = Alarm()
        self._arrived: asyncio.Queue[tuple[Envelope, asyncio.Future[None]]] = asyncio.Queue()

    async def settle(self, envelope: Envelope) -> None:
        """Return when the event's effect is committed, or the event added as waiting."""
        settled: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._arrived.put_nowait((envelope, settled))
        await settled

    async def run(self) -> None:
        """Handle what has arrived until cancelled."""
        settings = self.transactions.resources.settings
        self.transactions.consumed.here = True
        while True:
            arrived = [await self._arrived.get()]
            while len(arrived) < settings.batch and not self._arrived.empty():
                arrived.append(self._arrived.get_nowait())
            # By sequence, so that what arrived in the wrong order need not wait.
            arrived.sort(key=lambda pair: pair[0].sequence or 0)
            envelopes = [envelope for envelope, _ in arrived]
            await until_settled(partial(self._settle_all, envelopes), self.queue.name, self.policy)
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
                await self._record_failure(envelopes[0], error)
                return
            for envelope in envelopes:
                await self._settle_all([envelope])

    async def _together(self, envelopes: Sequence[Envelope]) -> None:
        async with self.transactions.begin() as tx:
            new = await store.claim(tx.session, self.queue.name, envelopes)
            if new is None:
                await store.add_waiting(tx.session, self.queue.name, envelopes, store.PAUSED)
                return
            consumed = await self.take(tx, new)
            tx.after_commit.append(partial(self.transactions.consumed.note, consumed))

    async def take(self, tx: Transaction, new: Sequence[Envelope]) -> Positions:
        """Handle those of the new events that are next, in one transaction; let early ones wait.

        Returns how far their aggregates are consumed with them.
        """
        ready, consumed = await self._in_order(tx, new)
        for envelope in ready:
            await self.handle(tx, envelope)
        await advance_consumed(tx.session, consumed)
        return consumed

    async def handle(self, tx: Transaction, envelope: Envelope) -> None:
        """Run the handler of one event, if it has one."""
        handler = self.queue.handler(envelope.type)
        if handler is None:
            return
        tx.envelope = envelope
        with correlated(envelope.correlationid, event_id=str(envelope.id), topic=envelope.type):
            specific = envelope.type in self.queue.handlers
            await handler(envelope.event() if specific else envelope, tx)

    async def _in_order(
        self, tx: Transaction, envelopes: Sequence[Envelope]
    ) -> tuple[list[Envelope], Positions]:
        """Return the next ones and the positions after them; skip old ones, keep early ones."""
        aggregates = {aggregate for one in envelopes for aggregate in position_of(one)}
        consumed = await consumed_positions(tx.session, aggregates, lock=True)
        blocked = await store.blocked_subjects(tx.session, self.queue.name, envelopes)
        ready: list[Envelope] = []
        early: list[Envelope] = []
        for envelope in envelopes:
            order = order_of(envelope, consumed)
            if envelope.stream is None and (envelope.source, envelope.subject) in blocked:
                order = Order.EARLY
            if order is Order.NEXT:
                consumed |= position_of(envelope)
                ready.append(envelope)
            elif order is Order.EARLY:
                early.append(envelope)
        if early:
            soon = self.policy.after_early(timedelta(0))
            self.alarm.ring(soon.total_seconds())
            await store.keep_early(tx.session, self.queue.name, early, soon)
        return ready, consumed

    async def _record_failure(self, envelope: Envelope, error: Exception) -> None:
        wait = await record_failure(
            self.transactions, self.queue.name, self.policy, envelope, error
        )
        self.alarm.ring(wait)

    async def retry_waiting(self) -> None:
        """Handle the due messages of the inbox until cancelled."""
        await self.alarm.whenever_due(self._retry_due)

    async def _retry_due(self) -> bool:
        """Handle one due message and those right behind it; False when none is due."""
        envelope: Envelope | None = None
        try:
            async with self.transactions.begin() as tx:
                body = await store.lock_due(tx.session, self.queue.name)
                if body is None:
                    return False
                for _ in range(tx.resources.settings.batch):
                    if body is None:
                        break
                    envelope = Envelope.from_wire(body)
                    await self._retry(tx, envelope)
                    body = await store.lock_next(tx.session, self.queue.name, envelope)
        except Exception as error:
            if envelope is None or is_database_down(error):
                raise
            # Those before it were rolled back with it and are due still.
            await self._record_failure(envelope, error)
        return True

    async def _retry(self, tx: Transaction, envelope: Envelope) -> None:
        position = position_of(envelope)
        order = order_of(envelope, await consumed_positions(tx.session, position, lock=True))
        if order is Order.EARLY:
            raise TooEarly
        if order is Order.NEXT:
            await self.handle(tx, envelope)
            await advance_consumed(tx.session, position)
        await store.mark_done(tx.session, self.queue.name, envelope)
