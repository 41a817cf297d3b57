"""PostgreSQL through SQLAlchemy: engines, sessions, the types of columns, migrations."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import Connection, DateTime, MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

Sessions = async_sessionmaker[AsyncSession]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Instant = DateTime(timezone=True)
Json = JSONB(none_as_null=True)


def open_engine(url: str, *, pool: int = 8) -> AsyncEngine:
    """Open a pool of asyncpg connections to `postgresql://…`."""
    return create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_size=pool,
        max_overflow=pool,
        pool_pre_ping=False,
        connect_args={"server_settings": {"timezone": "UTC", "jit": "off"}},
    )


def sessions_of(engine: AsyncEngine) -> Sessions:
    """Give the factory of sessions; autoflush lets a handler see what the one before it wrote."""
    return async_sessionmaker(engine, expire_on_commit=False)


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


def run_migrations(context: EnvironmentContext, metadata: MetaData) -> None:
    """Run what Alembic asks for, on the connection it was handed; each `env.py` calls this."""
    connection: Any = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
