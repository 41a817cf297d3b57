"""Alembic migrations per service, on a connection that is passed in."""

from pathlib import Path
from typing import Any

from alembic import command, op
from alembic.config import Config
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.values import folded


async def migrate(engine: AsyncEngine, scripts: Path, version: str = "head") -> None:
    """Migrate a service's database to `version`; processes that do so at once take turns."""
    async with engine.connect() as connection:
        await connection.run_sync(_upgrade, scripts, version)
        await connection.commit()


def _upgrade(connection: Connection, scripts: Path, version: str) -> None:
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('migrate'))")
    config = alembic_config(scripts)
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def alembic_config(scripts: Path) -> Config:
    """Return Alembic's configuration for one service's `migrations` folder."""
    config = Config()
    config.set_main_option("script_location", str(scripts))
    config.set_main_option("path_separator", "os")
    return config


def run_migrations(context: Any, metadata: MetaData) -> None:  # noqa: ANN401 - Alembic's module stands for its context
    """Run the migrations on the connection that was passed in; each `env.py` calls this."""
    connection: Any = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


def fold(table: str, name: str, column: str) -> None:
    """Fill a column with the folded names of another, each name folded once."""
    connection = op.get_bind()
    connection.execute(text("CREATE TEMPORARY TABLE folds (name text PRIMARY KEY, folded text)"))
    names = connection.scalars(text(f"SELECT DISTINCT {name} FROM {table}"))  # noqa: S608 - our own
    folds = [{"name": one, "folded": folded(one)} for one in names]
    if folds:
        connection.execute(text("INSERT INTO folds VALUES (:name, :folded)"), folds)
    op.execute(f"UPDATE {table} SET {column} = folded FROM folds WHERE folds.name = {name}")  # noqa: S608
    op.execute("DROP TABLE folds")
