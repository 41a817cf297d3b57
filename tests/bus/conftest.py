"""Two services that exist only here, on either bus: one publishes, one subscribes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar
from uuid import uuid4

import asyncpg
import pytest
from fastapi import APIRouter
from sqlalchemy import Column, Integer, MetaData, Table, Text, func, insert, select

from services.host.maintenance import embedded_settings
from services.host.running import BoundService, bind_service, run_services
from shared.bus.inbox.tables import inbox
from shared.bus.retry_policy import RetryPolicy
from shared.bus.subscriptions import Subscription, queues_of
from shared.bus.tables import add_messaging_tables
from shared.bus.transaction import Transaction
from shared.bus.transports.base import Bus
from shared.bus.transports.memory import MemoryBus
from shared.bus.transports.rabbit.bus import RabbitBus
from shared.bus.transports.rabbit.declaring import remove_topology
from shared.contracts.base import Event
from shared.runtime.database import NAMING, open_engine
from shared.runtime.embedded_postgres import create_databases
from shared.runtime.resources import Resources, open_resources
from shared.service import Service

metadata = MetaData(naming_convention=NAMING)
effects = Table(
    "effects",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject", Text),
    Column("number", Integer),
)
add_messaging_tables(metadata)

QUICK = RetryPolicy(first=0.05, limit=0.2, tries=4, early_first=0.02, early_limit=0.1)
LONGEST_WAIT = 20.0


class Told(Event):
    """A thing was told about a subject; these stand in a sequence."""

    topic: ClassVar[str] = "publisher.thing.told.v1"
    stream: ClassVar[str | None] = "publisher.thing"
    about: str
    number: int

    @property
    def subject(self) -> str:
        """Name the subject."""
        return self.about


class Hinted(Told):
    """The same without a sequence."""

    topic: ClassVar[str] = "publisher.thing.hinted.v1"
    stream: ClassVar[str | None] = None


class Asked(Hinted):
    """Something that takes long was asked for."""

    topic: ClassVar[str] = "publisher.thing.asked.v1"


async def write_effect(event: Told, tx: Transaction) -> None:
    """Leave one row per event."""
    await tx.session.execute(insert(effects).values(subject=event.about, number=event.number))


@dataclass
class Pair:
    """The publishing and the subscribing service on one bus."""

    bus: Bus
    bus_url: str | None
    resources: Resources
    databases: dict[str, str]
    topology: dict[str, list[str]]
    namespace: str
    running: dict[str, BoundService] = field(default_factory=dict)

    @property
    def publisher(self) -> BoundService:
        """Return the service that publishes."""
        return self.running["publisher"]

    @property
    def subscriber(self) -> BoundService:
        """Return the service that subscribes."""
        return self.running["subscriber"]

    async def tell(self, *events: Event) -> None:
        """Announce events in one transaction."""
        async with self.publisher.transactions.begin() as tx:
            for event in events:
                tx.emit(event)

    async def numbers(self, about: str) -> list[int]:
        """Return the effects on a subject, in the order they were written."""
        async with self.subscriber.transactions.sessions() as session:
            found = await session.scalars(
                select(effects.c.number).where(effects.c.subject == about).order_by(effects.c.id)
            )
            return list(found)

    async def seen(self) -> str:
        """Say what the subscriber's tables hold, for a test that fails."""
        async with self.subscriber.transactions.sessions() as session:
            waiting = await session.execute(select(inbox.c.consumer, inbox.c.state, inbox.c.tries))
            written = await session.execute(
                select(effects.c.subject, effects.c.number).order_by(effects.c.id)
            )
            return f"inbox {waiting.all()}, effects {written.all()}"

    async def states(self, consumer: str = "subscriber.events") -> dict[str, int]:
        """Count a consumer's inbox by state."""
        async with self.subscriber.transactions.sessions() as session:
            rows = await session.execute(
                select(inbox.c.state, func.count())
                .where(inbox.c.consumer == consumer)
                .group_by(inbox.c.state)
            )
            return {state: count for state, count in rows}  # noqa: C416 - rows are no pairs to mypy

    async def until(self, condition: Callable[[], Awaitable[bool]]) -> None:
        """Wait until something holds."""
        limit = monotonic() + LONGEST_WAIT
        while not await condition():
            assert monotonic() < limit, await self.seen()
            await asyncio.sleep(0.02)

    async def until_numbers(self, about: str, wanted: list[int]) -> None:
        """Wait until the effects on a subject are these."""

        async def there() -> bool:
            return await self.numbers(about) == wanted

        await self.until(there)

    async def until_jobs(self, about: str, wanted: list[int]) -> None:
        """Wait until jobs of several at a time have left these effects on a subject.

        Embedded they stand in the events' order. RabbitMQ hands a subject's jobs out together, and
        which ends first is open: a job promises an order to nobody.
        """

        async def there() -> bool:
            found = await self.numbers(about)
            return (sorted(found) if self.bus.keeps_messages else found) == wanted

        await self.until(there)


def service(name: str, subscriptions: Iterable[Subscription]) -> Service:
    """Make a service of nothing but subscriptions."""
    return Service(name, name, metadata, Path(), APIRouter(), tuple(subscriptions))


Make = Callable[..., Any]


@pytest.fixture(scope="session")
async def pair_databases(postgres: str, namespace: str) -> AsyncIterator[dict[str, str]]:
    """Return the URLs of the two services' databases, with their tables."""
    names = {name: f"{namespace}_{name}" for name in ("publisher", "subscriber")}
    made = await create_databases(postgres, names.values())
    for url in made.values():
        engine = open_engine(url)
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        await engine.dispose()
    yield {name: made[database] for name, database in names.items()}
    await drop(postgres, list(made))


@pytest.fixture
async def pair(
    mode: str, pair_databases: dict[str, str], bus_url: str, namespace: str, tmp_path: Path
) -> AsyncIterator[Make]:
    """Return a way to open a pair with the subscriptions of a test, on the bus of the mode."""
    unique = f"{namespace}{uuid4().hex[:6]}"
    urls = pair_databases
    for url in urls.values():
        await empty(url)
    settings = embedded_settings(tmp_path)
    opened: list[Pair] = []

    @asynccontextmanager
    async def open_pair(
        *subscriptions: Subscription,
        bus: Bus | None = None,
        start: tuple[str, ...] = ("publisher", "subscriber"),
    ) -> AsyncIterator[Pair]:
        queues = queues_of("subscriber", subscriptions)
        topology = {queue.name: sorted(queue.topics) for queue in queues}
        real = mode == "real"
        bus = bus or (RabbitBus(bus_url, topology, namespace=unique) if real else MemoryBus())
        resources = open_resources(settings, lambda: datetime.now(UTC))
        made = Pair(bus, bus_url if real else None, resources, urls, topology, unique)
        opened.append(made)
        services = {
            "publisher": service("publisher", ()),
            "subscriber": service("subscriber", subscriptions),
        }
        async with AsyncExitStack() as stack:
            for name in start:
                made.running[name] = await stack.enter_async_context(
                    bind_service(services[name], urls[name], resources, bus, policy=QUICK)
                )
            await stack.enter_async_context(run_services(list(made.running.values()), bus))
            yield made

    yield open_pair
    if mode == "real":
        for made in opened:
            await remove_topology(bus_url, made.topology, unique)


async def empty(url: str) -> None:
    """Delete what an earlier test left in a database."""
    names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
    connection = await asyncpg.connect(url)
    await connection.execute(f"TRUNCATE {names} RESTART IDENTITY")
    await connection.close()


async def drop(postgres: str, names: list[str]) -> None:
    """Take the databases away again."""
    connection = await asyncpg.connect(postgres)
    for name in names:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await connection.close()
