"""A service's handlers as the host runs them, on a database that forgets, with fakes outside."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from inspect import isawaitable
from typing import Any, ParamSpec, TypeVar
from uuid import uuid4

from obstore.store import MemoryStore
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from services.host.registry import load
from services.host.running import bootstrap
from shared.bus.inbox import store
from shared.bus.inbox.job import Job
from shared.bus.subscriptions import takes
from shared.bus.tables import outbox
from shared.bus.transaction import Transaction, Transactions
from shared.contracts.base import Envelope, Event
from shared.identity.caller import Caller
from shared.identity.permissions import Role
from shared.runtime.database import Sessions
from shared.runtime.resources import Resources
from shared.runtime.storage import Storage

P = ParamSpec("P")
T = TypeVar("T")

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""In Shanghai; the office's day is 2 March 2026."""
SCOPE = {"unit_id": "U0000001", "agency_id": "001202", "office_id": "0012"}
"""The first unit of the demo office."""
NUMBER = "PRT0000000001"


def caller(role: Role = Role.OPERATOR, account_id: str = "", **scope: str | None) -> Caller:
    """Return an account of a role at our unit, agency and office, or elsewhere."""
    own = {"office_id": SCOPE["office_id"], "agency_id": SCOPE["agency_id"]} | scope
    if role is Role.OPERATOR:
        own.setdefault("unit_id", SCOPE["unit_id"])
    return Caller(account_id=account_id or role, name=role, role=role, **own)


@dataclass
class Hands:
    """A clock that the test moves, and CPU work that is done at once."""

    now: datetime = NOON
    instead: dict[str, Callable[..., Any]] = field(default_factory=dict)
    """What is called, and awaited, instead of a function of that name."""

    def clock(self) -> datetime:
        """Return the instant."""
        return self.now

    def forward(self, **more: float) -> None:
        """Let time pass."""
        self.now += timedelta(**more)

    async def run(
        self, seconds: float, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Call `act` here."""
        del seconds  # nothing is stopped
        called: Callable[P, Any] = self.instead.get(act.__name__, act)
        result = called(*args, **kwargs)
        done: T = await result if isawaitable(result) else result
        return done

    async def stream(
        self, seconds: float, act: Callable[P, Iterator[T]], *args: P.args, **kwargs: P.kwargs
    ) -> AsyncGenerator[T, None]:
        """Yield what `act` yields here."""
        items: Iterator[T] | AsyncIterator[T] = await self.run(seconds, act, *args, **kwargs)
        if isinstance(items, AsyncIterator):
            async for item in items:
                yield item
            return
        for item in items:
            yield item


@dataclass
class Handling:
    """One service: run its commands in `transaction`, give it events with `handle`."""

    name: str
    transactions: Transactions
    hands: Hands
    _last: tuple[str, Envelope, Callable[..., Any]] | None = None
    """The job that ran last."""

    @property
    def storage(self) -> Storage:
        """Return its object store."""
        return self.transactions.resources.storage

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Open the one transaction of a command, or of a look."""
        async with self.transactions.begin() as tx:
            yield tx

    async def handle(self, *events: Event) -> None:
        """Let the service handle events as its table says: in a transaction, or as a job."""
        for event in events:
            envelope = self._envelope(event)
            for queue in load(self.name).queues():
                handler = queue.handler(event.topic)
                if takes(queue.topics, event.topic) and handler is not None:
                    if queue.is_job:
                        if queue.is_for(envelope):
                            await self._work(queue.name, envelope, handler)
                        continue
                    async with self.transaction() as tx:
                        tx.envelope = envelope
                        await handler(event if event.topic in queue.handlers else envelope, tx)

    async def do(self, job: str, event: Event) -> None:
        """Let the service do one job of an event, by its queue; others may be about it too."""
        [queue] = [one for one in load(self.name).queues() if one.name == job]
        handler = queue.handler(event.topic)
        assert handler is not None
        await self._work(queue.name, self._envelope(event), handler)

    async def give_up(self, event: Event) -> None:
        """Let the service give up the job of an event."""
        [queue] = [one for one in load(self.name).queues() if event.topic in one.give_up]
        async with self.transaction() as tx:
            await queue.give_up[event.topic](event, tx)

    async def run_again(self) -> None:
        """Run the job that ran last once more, as after a crash before it was acknowledged."""
        assert self._last is not None
        consumer, envelope, handler = self._last
        await self._run(consumer, envelope, handler)

    async def _work(self, consumer: str, envelope: Envelope, handler: Callable[..., Any]) -> None:
        async with self.transaction() as tx:
            await store.add_waiting(tx.session, consumer, [envelope])
        self._last = consumer, envelope, handler
        await self._run(consumer, envelope, handler)

    async def _run(self, consumer: str, envelope: Envelope, handler: Callable[..., Any]) -> None:
        async with self.transactions.sessions() as session:
            job = Job(consumer, envelope, self.transactions, session)
            await handler(envelope.event(), job)

    async def announced(self) -> list[Event]:
        """Return what was announced since the last time, in its order."""
        async with self.transaction() as tx:
            rows = await tx.session.execute(
                delete(outbox).returning(outbox.c.position, outbox.c.body)
            )
            return [Envelope.from_wire(row.body).event() for row in sorted(rows)]

    def _envelope(self, event: Event) -> Envelope:
        return Envelope(
            id=uuid4(),
            source=event.source(),
            type=event.topic,
            subject=event.subject,
            time=self.hands.now,
            correlationid="0" * 32,
            data=event.model_dump(mode="json"),
        )


@asynccontextmanager
async def handling(
    name: str, engine: AsyncEngine, resources: Resources, tools: dict[type, Any] | None = None
) -> AsyncIterator[Handling]:
    """Bootstrap a service in a transaction that is rolled back at the end.

    `tools` stand for its own; a service that is given some does not open any.
    """
    async with engine.connect() as connection, connection.begin() as whole:
        sessions = async_sessionmaker(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        async with handling_on(name, sessions, resources, tools) as service:
            yield service
        await whole.rollback()


@asynccontextmanager
async def handling_on(
    name: str, sessions: Sessions, resources: Resources, tools: dict[type, Any] | None = None
) -> AsyncIterator[Handling]:
    """Bootstrap a service whose transactions are those of `sessions`, with fakes outside."""
    service = load(name)
    if tools is not None:
        service = replace(service, equip=None)
    hands = Hands()
    outside = replace(
        resources,
        clock=hands.clock,
        storage=Storage(MemoryStore(), resources.sealer),
        child=hands,
        tools=tools or {},
    )
    async with bootstrap(service, sessions, outside) as transactions:
        yield Handling(name, transactions, hands)
