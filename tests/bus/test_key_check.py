"""A database is opened with the key that it was made with, or not at all."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import OperationalError

from examples.ports import free_port
from services.gateway.handlers.clients import add_client
from services.gateway.handlers.webhooks import subscribe
from services.gateway.repository.accounts import AccountRepository
from services.host.demo import demo_data
from services.host.maintenance import embedded_settings, migrate_all, seed
from services.host.registry import NAMES, load
from services.host.running import BoundService, bind_service
from services.roster.repository.rosters import RosterRepository
from shared.bus.tables import consumed_positions, sealing_check
from shared.bus.transports.memory import MemoryBus
from shared.errors import CannotStart
from shared.runtime.embedded_postgres import create_databases
from shared.runtime.resources import open_resources
from shared.runtime.sealing import new_key
from tests.people import invented_people
from tests.processes import drop_databases
from tests.roster.adding import add_persons
from tests.roster.samples import roster

KEY, OTHER = new_key(), new_key()


@dataclass(frozen=True)
class Place:
    """One service's database, and the object store beside it."""

    name: str
    url: str
    folder: Path

    @asynccontextmanager
    async def started(self, key: str = KEY) -> AsyncIterator[BoundService]:
        """Start the service with a key, as every process and every command does."""
        resources = open_resources(embedded_settings(self.folder, sealing_key=key))
        service = replace(load(self.name), equip=None)
        async with bind_service(service, self.url, resources, MemoryBus()) as run:
            yield run

    async def start(self, key: str = KEY) -> None:
        """Start it and let it end."""
        async with self.started(key):
            pass

    async def refusal(self, key: str) -> str:
        """Start it with a key that it must not take; returns its message."""
        with pytest.raises(CannotStart) as refusal:
            await self.start(key)
        message = str(refusal.value)
        assert self.name in message
        assert KEY not in message
        assert OTHER not in message
        return message

    async def marks(self) -> int:
        """Count the check rows."""
        connection = await asyncpg.connect(self.url)
        count: int = await connection.fetchval("SELECT count(*) FROM sealing_check")
        await connection.close()
        return count


@pytest.fixture(params=NAMES)
async def place(
    request: pytest.FixtureRequest, postgres: str, namespace: str, tmp_path: Path
) -> AsyncIterator[Place]:
    """Return each service in turn, with a new database that its migrations have made."""
    database = f"{namespace}_key_{request.param}_{uuid4().hex[:6]}"
    url = (await create_databases(postgres, [database]))[database]
    await migrate_all({request.param: url})
    yield Place(request.param, url, tmp_path)
    await drop_databases(postgres, [database])


async def _with_units(run: BoundService) -> None:
    await seed([run], demo_data(None))


async def _with_persons(run: BoundService) -> None:
    async with run.transactions.begin() as tx:
        await RosterRepository(tx).put(roster("YWSH-20"))
        await add_persons(invented_people(1), "YWSH-20", tx)


async def _with_a_webhook(run: BoundService) -> None:
    async with run.transactions.begin() as tx:
        client_id, _ = await add_client("市总工会统计系统", "0012", tx)
        row = await AccountRepository(tx).by_username(client_id)
        assert row is not None
        await subscribe(row.caller, "https://receiver.example/hook", ["*"], "", tx)


async def _with_an_object(run: BoundService) -> None:
    """Have consumed an application's event, and have put a file into the store."""
    async with run.transactions.begin() as tx:
        row = {"stream": "enrollment.application", "subject": "PRT0000000001", "sequence": 1}
        await tx.session.execute(insert(consumed_positions).values(row))
        await tx.resources.storage.put("papers/one.pdf", b"%PDF-1.4")


SEALED: dict[str, Callable[[BoundService], Awaitable[None]]] = {
    "enrollment": _with_units,
    "roster": _with_persons,
    "gateway": _with_a_webhook,
    "invoicing": _with_an_object,
    "documents": _with_an_object,
}


async def test_a_new_database_is_kept_to_its_first_key(place: Place) -> None:
    """Again and again with that one, never with another."""
    await place.start()
    await place.start()
    assert "SEALING_KEY is not the key" in await place.refusal(OTHER)
    await place.start()
    assert await place.marks() == 1


async def test_data_from_before_the_check_are_kept_to_their_key(place: Place) -> None:
    """What lies there sealed proves the key, and only then the row is made."""
    async with place.started() as run:
        await SEALED[place.name](run)
        async with run.transactions.begin() as tx:
            await tx.session.execute(delete(sealing_check))
    assert "SEALING_KEY is not the key" in await place.refusal(OTHER)
    assert await place.marks() == 0
    await place.start()
    assert await place.marks() == 1
    assert "SEALING_KEY is not the key" in await place.refusal(OTHER)


async def test_a_service_that_sealed_nothing_is_kept_to_the_key_of_the_store(
    place: Place,
) -> None:
    """A stray file in the folder says nothing about the key."""
    async with place.started() as run:
        await _with_an_object(run)
        async with run.transactions.begin() as tx:
            await tx.session.execute(delete(sealing_check))
    (place.folder / "objects" / ".directory").write_bytes(b"[x]")
    assert "SEALING_KEY is not the key" in await place.refusal(OTHER)
    await place.start()
    assert await place.marks() == 1


async def test_a_new_database_may_stand_beside_an_old_store(place: Place) -> None:
    """Whoever begins anew with another key is not held to what others left there."""
    async with place.started() as run:
        await run.transactions.resources.storage.put("papers/one.pdf", b"%PDF-1.4")
        async with run.transactions.begin() as tx:
            await tx.session.execute(delete(sealing_check))
    await place.start(OTHER)
    await place.refusal(KEY)


async def test_processes_that_start_at_once_agree_on_one_key(place: Place) -> None:
    """Equal ones all start; of two keys one wins, and the other's processes do not start."""
    await asyncio.gather(*(place.start() for _ in range(6)))
    assert await place.marks() == 1
    async with place.started() as run, run.transactions.begin() as tx:
        await tx.session.execute(delete(sealing_check))
    keys = [KEY, OTHER] * 3
    ends = await asyncio.gather(*(place.start(key) for key in keys), return_exceptions=True)
    started = {key for key, end in zip(keys, ends, strict=True) if end is None}
    assert len(started) == 1
    assert [isinstance(end, CannotStart) for end in ends].count(True) == 3
    assert await place.marks() == 1
    async with place.started(*started) as run, run.transactions.begin() as tx:
        assert await tx.session.scalar(select(sealing_check.c.id)) == 1


async def test_a_database_of_before_is_to_be_migrated_first(place: Place) -> None:
    """Said as what it is, with the command."""
    connection = await asyncpg.connect(place.url)
    await connection.execute("ALTER TABLE consumed_positions RENAME TO heard")
    await connection.close()
    assert f"migrate {place.name}" in await place.refusal(KEY)


async def test_a_service_waits_for_a_database_that_is_away_and_a_command_does_not(
    tmp_path: Path,
) -> None:
    """A machine that comes up again starts both in any order; an operator is told."""
    away = Place("roster", f"postgresql://postgres@127.0.0.1:{free_port()}/roster", tmp_path)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(away.start(), 1.0)
    resources = open_resources(embedded_settings(tmp_path))
    with pytest.raises(OperationalError):
        async with bind_service(
            load("roster"), away.url, resources, MemoryBus(), parts=frozenset()
        ):
            pass
