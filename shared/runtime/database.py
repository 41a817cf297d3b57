"""PostgreSQL through SQLAlchemy: engines, sessions, the types of columns."""

from collections.abc import Callable, Coroutine
from typing import Any

import asyncpg
from sqlalchemy import DateTime, String, event, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.engine import Dialect, make_url
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
Texts = ARRAY(String)
NOW = text("now()")
"""The database's clock, for defaults: those of a service's processes may differ."""


CONNECT_SECONDS = 10.0


def open_engine(
    url: str,
    *,
    pool: int = 8,
    timeout_seconds: float = CONNECT_SECONDS,
    connect: Callable[..., Coroutine[Any, Any, Any]] = asyncpg.connect,
) -> AsyncEngine:
    """Open a pool of asyncpg connections to `postgresql://…`.

    What keeps it from reaching the server within `timeout_seconds` is SQLAlchemy's
    OperationalError; its TimeoutError when no connection becomes free within three times that.
    """
    engine = create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_size=pool,
        max_overflow=pool,
        pool_timeout=3 * timeout_seconds,  # as long as the gateway waits for a service
        pool_use_lifo=True,  # few connections do most: statements are prepared once for each
        pool_pre_ping=False,
        hide_parameters=True,  # they may be personal data, and errors are logged
        connect_args={
            "timeout": timeout_seconds,
            "server_settings": {"timezone": "UTC", "jit": "off"},
            "async_creator_fn": connect,
        },
    )
    event.listen(engine.sync_engine, "do_connect", _connect)
    return engine


def _connect(dialect: Dialect, _: Any, arguments: list[Any], named: dict[str, Any]) -> Any:  # noqa: ANN401 - SQLAlchemy's event
    """Connect; raise the system's errors (no such socket, host or route) as OperationalError.

    Said here and nowhere else, it is the database that is away: a handler's own OSError is not.
    What PostgreSQL answers itself has a code, and stays as it is.
    """
    driver = dialect.loaded_dbapi
    try:
        return dialect.connect(*arguments, **named)
    except (OSError, driver.Error) as error:
        if getattr(error, "sqlstate", None) is not None:
            raise
        raise driver.OperationalError(type(error).__name__) from error


def sessions_of(engine: AsyncEngine) -> Sessions:
    """Return a session factory; with autoflush a handler sees what an earlier one wrote."""
    return async_sessionmaker(engine, expire_on_commit=False)
