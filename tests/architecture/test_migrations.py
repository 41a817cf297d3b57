"""Migrations make exactly the tables that the code speaks to, and unmake them."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, inspect
from sqlalchemy.ext.asyncio import AsyncEngine

from services.house import NAMES, load
from shared.database import open_engine
from shared.embedded import create_databases
from shared.migrations import alembic_config, migrate
from shared.service import Service


@pytest.fixture(params=NAMES)
def service(request: pytest.FixtureRequest) -> Service:
    """Give each service in turn."""
    return load(str(request.param))


@pytest.fixture
async def engine(service: Service, postgres: str, namespace: str) -> AsyncIterator[AsyncEngine]:
    """Give a database that the service's migrations have made."""
    name = f"{namespace}_migrated_{service.name}"
    engine = open_engine((await create_databases(postgres, [name]))[name])
    await migrate(engine, service.migrations)
    yield engine
    await engine.dispose()
    connection = await asyncpg.connect(postgres)
    await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await connection.close()


def _differences(connection: Connection, metadata: MetaData) -> list[object]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    return list(compare_metadata(context, metadata))


def _downgrade(connection: Connection, service: Service) -> None:
    config = alembic_config(service.migrations)
    config.attributes["connection"] = connection
    command.downgrade(config, "base")


def _left(connection: Connection) -> tuple[list[str], list[str]]:
    found = inspect(connection)
    return found.get_table_names(), found.get_sequence_names()


async def test_a_migrated_database_is_what_the_code_speaks_to(
    service: Service, engine: AsyncEngine
) -> None:
    """Alembic finds nothing to add; sequences, which it does not compare, are there too."""
    async with engine.connect() as connection:
        assert await connection.run_sync(_differences, service.metadata) == []
        _, sequences = await connection.run_sync(_left)
    assert set(service.metadata._sequences) <= set(sequences)


async def test_a_migration_can_be_taken_back_and_made_again(
    service: Service, engine: AsyncEngine
) -> None:
    """Nothing stays behind, so the way up is free."""
    async with engine.begin() as connection:
        await connection.run_sync(_downgrade, service)
    async with engine.connect() as connection:
        assert await connection.run_sync(_left) == (["alembic_version"], [])
    await migrate(engine, service.migrations)
