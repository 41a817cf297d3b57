"""A publishing and a consuming service that exist only in this benchmark."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from time import perf_counter
from typing import ClassVar

from fastapi import APIRouter
from sqlalchemy import BigInteger, Identity, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.host.maintenance import embedded_settings
from services.host.running import BoundService, bind_service, run_services
from shared.bus.subscriptions import on, queues_of
from shared.bus.tables import add_messaging_tables
from shared.bus.transaction import Transaction
from shared.bus.transports.rabbit.bus import RabbitBus
from shared.contracts.base import Event
from shared.runtime.database import NAMING, open_engine
from shared.runtime.embedded_postgres import create_databases
from shared.runtime.resources import open_resources
from shared.service import Service

FILLER = "x" * 240
"""Brings an envelope to 700 bytes, the size of a real event."""
EACH = 10
"""Events per subject."""
SIDE_BY_SIDE, BURSTS = "side by side", "in bursts"
"""Subjects take turns, as applications do; or each emits all its events in a row."""

metadata = MetaData(naming_convention=NAMING)


class Base(DeclarativeBase):
    """Rows of the consumer."""

    metadata = metadata


class EffectRow(Base):
    """The effect of one event."""

    __tablename__ = "effects"
    position: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    subject: Mapped[str]
    number: Mapped[int]


add_messaging_tables(metadata)


class BenchEvent(Event):
    """An event with a sequence per subject."""

    topic: ClassVar[str] = "bench.thing.happened.v1"
    stream: ClassVar[str | None] = "bench.thing"
    about: str
    number: int
    emitted_at: float
    filler: str = FILLER

    @property
    def subject(self) -> str:
        """Return the subject."""
        return self.about


def bench_event(
    number: int, count: int, pattern: str = SIDE_BY_SIDE, at: float = 0.0
) -> BenchEvent:
    """Return the event of that number out of `count`; `at` is when it is emitted."""
    subjects = max(1, count // EACH)
    subject, place = (
        (number // EACH, number % EACH)
        if pattern == BURSTS
        else (number % subjects, number // subjects)
    )
    return BenchEvent(about=f"s{subject:08d}", number=place, emitted_at=at)


latencies: list[float] = []
"""Seconds from emitting an event to the commit of its effect."""


async def write_effect(event: BenchEvent, tx: Transaction) -> None:
    """Add a row; after the commit, record the latency if the event has its time."""
    if event.emitted_at:
        tx.after_commit.append(lambda: latencies.append(perf_counter() - event.emitted_at))
    tx.session.add(EffectRow(subject=event.about, number=event.number))


@dataclass(frozen=True)
class Place:
    """RabbitMQ, namespace and databases of one measurement."""

    bus_url: str
    namespace: str
    publisher: str
    consumer: str

    @property
    def topology(self) -> dict[str, list[str]]:
        """Return the one queue with its topic."""
        return {"consumer.events": [BenchEvent.topic]}


async def new_place(postgres: str, bus_url: str, namespace: str) -> Place:
    """Create the databases and their tables."""
    names = [f"{namespace}_publisher", f"{namespace}_consumer"]
    urls = await create_databases(postgres, names)
    for url in urls.values():
        engine = open_engine(url)
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        await engine.dispose()
    return Place(bus_url, namespace, *(urls[name] for name in names))


SUBSCRIPTIONS = (on(BenchEvent, write_effect),)
QUEUES = queues_of("consumer", SUBSCRIPTIONS)


@asynccontextmanager
async def run_service(
    place: Place, name: str, *, started: bool = True
) -> AsyncIterator[BoundService]:
    """Run the publisher or the consumer in this process; without `started`, bind it only."""
    subscriptions = SUBSCRIPTIONS if name == "consumer" else ()
    service = Service(name, name, metadata, Path(), APIRouter(), subscriptions)
    url = place.consumer if name == "consumer" else place.publisher
    bus = RabbitBus(place.bus_url, place.topology, namespace=place.namespace)
    resources = open_resources(embedded_settings(Path(gettempdir()) / place.namespace))
    async with bind_service(service, url, resources, bus) as run:
        if not started:
            yield run
            return
        async with run_services([run], bus):
            yield run
