"""One transaction: all that a command or an event changes and emits, or nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus.consumed import Consumed
from shared.bus.outbox.store import Emitted, add_events, wake
from shared.contracts.base import Envelope, Event
from shared.errors import StorageAway
from shared.runtime.bell import SubjectBells
from shared.runtime.clock import office_day
from shared.runtime.database import Sessions
from shared.runtime.log import correlation_id, traceparent
from shared.runtime.resources import Resources

T = TypeVar("T")

OBJECTS_LOCK = func.hashtext("objects")
"""Held shared while a row begins to name an object, alone while unnamed objects are deleted."""


@dataclass
class _Gathered:
    """Items of which events are made at the end; they follow from what gathered the first."""

    correlation: str = field(default_factory=correlation_id)
    traceparent: str = field(default_factory=traceparent)
    items: list[Any] = field(default_factory=list)


class Transaction:
    """What a handler works with; it never commits."""

    def __init__(self, session: AsyncSession, resources: Resources) -> None:
        self.session = session
        self.resources = resources
        self.now: datetime = resources.clock()
        self.envelope: Envelope | None = None
        self.rebuilding = False
        """Whether copies are made anew: the effects of the event beside them are there already."""
        self.after_commit: list[Callable[[], None]] = []
        self._emitted: list[Emitted] = []
        self._gathered: dict[Callable[[Sequence[Any]], Iterable[Event]], _Gathered] = {}
        self.discarded: list[str] = []

    @property
    def today(self) -> date:
        """The office's day."""
        return office_day(self.now)

    def emit(self, event: Event) -> None:
        """Publish `event` when, and only when, the transaction commits."""
        if self.rebuilding:
            return
        self._emitted.append(Emitted(event, correlation_id(), traceparent()))

    def gather(self, events_of: Callable[[Sequence[T]], Iterable[Event]], item: T) -> None:
        """Emit at the end what `events_of`, a function of a module, makes of all items, in order.

        Messages that share a transaction gather together: twenty of them may ask for one job.
        """
        if not self.rebuilding:
            self._gathered.setdefault(events_of, _Gathered()).items.append(item)

    async def wake(self, subject: str) -> None:
        """Wake whoever waits for a subject that changes, and about which nothing is announced."""
        await wake(self.session, subject)

    def discard(self, *keys: str) -> None:
        """Delete objects of the service soon after, and only if, the transaction commits.

        Objects that a row still names are kept: another attachment may have the same content.
        """
        if not self.rebuilding:
            self.discarded += keys

    async def keep(self, *keys: str) -> None:
        """Let rows that this transaction writes name objects, which then are not deleted.

        StorageAway when one was deleted because nothing named it yet: put it again.
        """
        await self.session.execute(select(func.pg_advisory_xact_lock_shared(OBJECTS_LOCK)))
        if not await self.resources.storage.has(*keys):
            raise StorageAway

    async def write_outbox(self) -> None:
        """Write what was emitted since the last time to the outbox, numbered; before the commit."""
        gathered, self._gathered = self._gathered, {}
        for events_of, one in gathered.items():
            for event in events_of(one.items):
                self._emitted.append(Emitted(event, one.correlation, one.traceparent))
        emitted, self._emitted = self._emitted, []
        await add_events(self.session, emitted, self.now)


class Transactions:
    """Opens the transactions of one service in one process."""

    def __init__(self, sessions: Sessions, resources: Resources) -> None:
        self.sessions = sessions
        self.resources = resources
        self.discarded: asyncio.Queue[str] = asyncio.Queue()
        """Keys of objects that committed transactions discarded."""
        self.announced = SubjectBells()
        """Ring when a process of this service has announced events about a subject, where a
        listener runs."""
        self.consumed = Consumed()
        """How far this process knows that the service has consumed others' aggregates."""

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        """Run the body, add what it emitted to the outbox, commit; roll back when it raises."""
        async with self.sessions() as session, session.begin():
            tx = Transaction(session, self.resources)
            yield tx
            await tx.write_outbox()
        self._follow(tx)

    @asynccontextmanager
    async def end(self, session: AsyncSession) -> AsyncIterator[Transaction]:
        """Run the body as the end of a session's transaction, and commit all of it.

        When the body raises, what it did is rolled back alone: the transaction goes on, and its
        locks with it.
        """
        async with session.begin_nested():
            tx = Transaction(session, self.resources)
            yield tx
            await tx.write_outbox()
        await session.commit()
        self._follow(tx)

    def _follow(self, tx: Transaction) -> None:
        """Do what follows from a transaction that has committed."""
        for key in tx.discarded:
            self.discarded.put_nowait(key)
        for act in tx.after_commit:
            act()
