"""Jobs: few at a time per worker, in short transactions, repeatable after a crash."""

import asyncio
from contextlib import AsyncExitStack
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus.inbox import store
from shared.bus.inbox.alarm import Alarm
from shared.bus.inbox.failing import record_failure, until_settled
from shared.bus.inbox.job import AlreadyDone, Job
from shared.bus.retry_policy import RetryPolicy, TooEarly
from shared.bus.subscriptions import Queue
from shared.bus.transaction import Transactions
from shared.contracts.base import Envelope
from shared.runtime.faults import describe, is_database_down
from shared.runtime.log import correlated, get_logger
from shared.runtime.resources import Child

log = get_logger(__name__)

HELD = 100
"""Jobs that a process holds in memory until there is room; it looks for others in the inbox."""


class JobConsumer:
    """Runs the jobs of one queue, as many at a time as it says."""

    def __init__(
        self,
        queue: Queue,
        transactions: Transactions,
        policy: RetryPolicy | None = None,
        *,
        bus_keeps: bool,
        child: Child | None = None,
    ) -> None:
        """Run jobs straight from the bus if it keeps messages; else add them to the inbox first.

        They do their CPU work in `child`; without one, where the whole service does.
        """
        self.queue = queue
        self.transactions = transactions
        self.policy = policy or RetryPolicy()
        self._bus_keeps = bus_keeps
        self._child = child
        self._room = asyncio.Semaphore(queue.jobs_per_worker)
        self._in_hand: set[UUID] = set()
        """Those that run, and those that were just added."""
        self._look_again = False
        """Whether something stands behind another one of its aggregate, which may be in hand."""
        self._added: asyncio.Queue[Envelope] = asyncio.Queue(HELD)
        """What was just added to the inbox: begun from here, nobody has to look for it."""
        self.alarm = Alarm()

    async def settle(self, envelope: Envelope) -> None:
        """Return when the job is done or added as waiting; at once for what is none."""
        await until_settled(partial(self._settle, envelope), self.queue.name, self.policy)

    async def _settle(self, envelope: Envelope) -> None:
        if not self.queue.is_for(envelope):
            return
        if self._bus_keeps:
            async with self._room:
                await self._run(envelope)
            return
        async with self.transactions.begin() as tx:
            new = await store.add_waiting(tx.session, self.queue.name, [envelope])
        if new and not self._added.full():
            self._in_hand.add(envelope.id)
            self._added.put_nowait(envelope)
        else:
            self.alarm.ring()

    async def retry_waiting(self) -> None:
        """Run the due jobs of the inbox until cancelled."""
        async with asyncio.TaskGroup() as running:
            running.create_task(self._begin_added(running))
            await self.alarm.whenever_due(partial(self._begin_due, running))

    async def _begin_added(self, running: asyncio.TaskGroup) -> None:
        """Begin what was added, in its order, for ever."""
        while True:
            envelope = await self._added.get()
            try:
                await self._room.acquire()
            except BaseException:
                self._in_hand.discard(envelope.id)  # it is looked for instead
                raise
            self._begin(running, envelope)

    async def _begin_due(self, running: asyncio.TaskGroup) -> bool:
        """Begin one due job as soon as there is room; False when none is due."""
        async with AsyncExitStack() as room:
            await self._room.acquire()
            room.callback(self._room.release)
            async with self.transactions.begin() as tx:
                body = await store.lock_due(tx.session, self.queue.name, self._in_hand)
                if body is None:
                    self._look_again = await store.is_any_behind(tx.session, self.queue.name)
            if body is None:
                return False
            envelope = Envelope.from_wire(body)
            if envelope.id not in self._in_hand:  # else it was added just then
                room.pop_all()
                self._begin(running, envelope)
            return True

    def _begin(self, running: asyncio.TaskGroup, envelope: Envelope) -> None:
        """Begin a job, for which there is room."""
        self._in_hand.add(envelope.id)
        settled = until_settled(partial(self._run, envelope), self.queue.name, self.policy)
        running.create_task(settled).add_done_callback(lambda _: self._let_go(envelope))

    def _let_go(self, envelope: Envelope) -> None:
        self._in_hand.discard(envelope.id)
        self._room.release()
        if self._look_again:
            self.alarm.ring()

    async def _run(self, envelope: Envelope) -> None:
        """Run one job, unless it is done or another worker runs it; record a failure."""
        async with self.transactions.sessions() as session:
            # Locks are held until the effect commits with them, or the process ends.
            mine = await store.lock_names(session, self.queue.name, self._names(envelope))
            if mine is None:
                async with self.transactions.begin() as tx:
                    await store.add_waiting(tx.session, self.queue.name, [envelope], store.PAUSED)
                return
            standing = await store.standing(session, self.queue.name, envelope.id)
            if standing == store.DONE:
                return
            if standing == store.BEHIND:
                self._look_again = True
                return
            try:
                await self._perform(envelope, session, mine=mine)
            except AlreadyDone:
                pass
            except Exception as error:
                if is_database_down(error):
                    raise
                self.alarm.ring(await self._record_failure(envelope, error))
                if isinstance(error, TooEarly):
                    return  # nothing has ended: those that wait behind it stay
        if self.queue.apart is not None:
            async with self.transactions.begin() as tx:
                await store.make_apart_due(tx.session, self.queue.name, envelope, self.queue.apart)

    async def _record_failure(self, envelope: Envelope, error: Exception) -> float:
        handler = self.queue.give_up.get(envelope.type)
        give_up = partial(handler, envelope.event()) if handler is not None else None
        record = partial(
            record_failure, self.transactions, self.queue.name, self.policy, envelope, error
        )
        try:
            return await record(give_up)
        except Exception as trouble:
            if give_up is None or is_database_down(trouble):
                raise
            log.exception("cannot_give_up", consumer=self.queue.name, reason=describe(trouble))
            return await record()

    async def _perform(self, envelope: Envelope, session: AsyncSession, *, mine: bool) -> None:
        if not mine:
            raise TooEarly("another worker has it, or one that it must not run beside")
        handler = self.queue.handlers[envelope.type]
        job = Job(self.queue.name, envelope, self.transactions, session, self._child)
        with correlated(envelope.correlationid, event_id=str(envelope.id), topic=envelope.type):
            # One that is for no job may have come before that was said, or by `redeliver`.
            if self.queue.is_for(envelope):
                await handler(envelope.event(), job)
        if not job.finished:
            async with job.finish():
                pass

    def _names(self, envelope: Envelope) -> list[str]:
        """Return the names to lock: of the job, and of what it must not run beside."""
        names = [str(envelope.id)]
        if self.queue.apart is not None:
            names.append(f"{self.queue.apart}/{envelope.data[self.queue.apart]}")
        return [f"{self.queue.name}/{name}" for name in names]
