"""Alembic migrations per service, on a connection that is handed in."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import AsyncEngine


async def migrate(engine: AsyncEngine, scripts: Path) -> None:
    """Bring a service's database to its newest version; several at once wait for one another."""
    async with engine.connect() as connection:
        await connection.run_sync(_upgrade, scripts)
        await connection.commit()


def _upgrade(connection: Connection, scripts: Path) -> None:
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('migrate'))")
    config = alembic_config(scripts)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def alembic_config(scripts: Path) -> Config:
    """Give Alembic's configuration for one service's `migrations` folder."""
    config = Config()
    config.set_main_option("script_location", str(scripts))
    config.set_main_option("path_separator", "os")
    return config


def run_migrations(context: Any, metadata: MetaData) -> None:  # noqa: ANN401 - Alembic's module stands for its context
    """Run what Alembic asks for, on the connection it was handed; each `env.py` calls this."""
    connection: Any = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
