"""PostgreSQL through SQLAlchemy: engines, sessions, the types of columns."""

from sqlalchemy import DateTime, String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
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
Texts = ARRAY(String)


def open_engine(url: str, *, pool: int = 8) -> AsyncEngine:
    """Open a pool of asyncpg connections to `postgresql://…`."""
    return create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_size=pool,
        max_overflow=pool,
        pool_pre_ping=False,
        hide_parameters=True,  # they may be personal data, and errors are logged
        connect_args={"server_settings": {"timezone": "UTC", "jit": "off"}},
    )


def sessions_of(engine: AsyncEngine) -> Sessions:
    """Give the factory of sessions; autoflush lets a handler see what the one before it wrote."""
    return async_sessionmaker(engine, expire_on_commit=False)
