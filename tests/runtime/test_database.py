"""That PostgreSQL is away is known wherever it shows, and nothing else is taken for it."""

import errno
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from asyncpg.exceptions import (
    InvalidAuthorizationSpecificationError,
    InvalidCatalogNameError,
    InvalidPasswordError,
    TooManyConnectionsError,
)
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from examples.ports import free_port
from shared.runtime.database import open_engine
from shared.runtime.faults import cause_of, describe, is_database_down

ROLES_CONNECTIONS = 1


async def _error(url: str, *, pool: int = 1) -> Exception:
    """Connect, twice at once, and give what is raised."""
    engine = open_engine(url, pool=pool)
    try:
        async with engine.connect(), engine.connect():
            pass
    except Exception as error:  # noqa: BLE001 - whatever it is, the test says what it should be
        return error
    finally:
        await engine.dispose()
    pytest.fail("connected")


async def test_a_socket_that_is_gone_is_the_database_away(tmp_path: Path) -> None:
    """PostgreSQL was stopped, and its folder cleared."""
    error = await _error(f"postgresql://postgres@/postgres?host={tmp_path}/nowhere")
    assert isinstance(error, OperationalError)
    assert isinstance(cause_of(error), FileNotFoundError)
    assert is_database_down(error)


async def test_a_name_that_nobody_knows_is_the_database_away() -> None:
    """The name service is down, or the container is not there yet."""
    error = await _error("postgresql://postgres@database.invalid/postgres")
    assert isinstance(cause_of(error), socket.gaierror)
    assert is_database_down(error)


async def test_a_refused_port_is_the_database_away() -> None:
    """PostgreSQL is not running."""
    error = await _error(f"postgresql://postgres@127.0.0.1:{free_port()}/postgres")
    assert isinstance(cause_of(error), ConnectionRefusedError)
    assert is_database_down(error)


@pytest.mark.parametrize("number", [errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ETIMEDOUT])
async def test_no_way_to_the_host_is_the_database_away(number: int) -> None:
    """A cable, a switch, a firewall."""

    async def connect(*_: object, **__: object) -> None:
        raise OSError(number, "no way there")

    engine = open_engine("postgresql://postgres@127.0.0.1/postgres", connect=connect)
    with pytest.raises(OperationalError) as raised:
        async with engine.connect():
            pass
    assert is_database_down(raised.value)


async def test_a_server_that_accepts_and_says_nothing_is_the_database_away() -> None:
    """It hangs: whoever waits is told after a while, not never."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        engine = open_engine(
            f"postgresql://postgres@127.0.0.1:{port}/postgres", timeout_seconds=0.05
        )
        with pytest.raises(OperationalError) as raised:
            async with engine.connect():
                pass
    assert is_database_down(raised.value)


@asynccontextmanager
async def _role(postgres: str, name: str, password: str) -> AsyncIterator[str]:
    """Return the address of a role that may connect once at a time."""
    connection = await asyncpg.connect(postgres)
    await connection.execute(
        f"CREATE ROLE {name} LOGIN PASSWORD '{password}' CONNECTION LIMIT {ROLES_CONNECTIONS}"
    )
    try:
        address = make_url(postgres).set(username=name, password=password)
        yield address.render_as_string(hide_password=False)
    finally:
        await connection.execute(f"DROP ROLE {name}")
        await connection.close()


async def test_a_server_that_takes_no_more_connections_is_the_database_away(
    postgres: str, namespace: str
) -> None:
    """Others have them all; soon one is free."""
    async with _role(postgres, f"{namespace}_few", "invented") as address:
        error = await _error(address, pool=2)
    assert isinstance(cause_of(error), TooManyConnectionsError)
    assert is_database_down(error)


async def test_a_pool_without_a_free_connection_is_the_database_away(postgres: str) -> None:
    """Its statements hang, so those that wait for a connection are told."""
    engine = open_engine(postgres, pool=1, timeout_seconds=0.05)
    async with engine.connect() as one, engine.connect():
        await one.execute(text("SELECT 1"))
        with pytest.raises(NoConnectionFree) as raised:
            async with engine.connect():
                pass
    await engine.dispose()
    assert is_database_down(raised.value)


@pytest.mark.parametrize(
    "refusal",
    [InvalidPasswordError, InvalidAuthorizationSpecificationError, InvalidCatalogNameError],
)
async def test_being_refused_is_not_away(refusal: type[asyncpg.PostgresError]) -> None:
    """A wrong password or database is for an operator to mend: waiting would only hide it."""

    async def connect(*_: object, **__: object) -> None:
        raise refusal("no")

    engine = open_engine("postgresql://postgres@127.0.0.1/postgres", connect=connect)
    with pytest.raises(DBAPIError) as raised:
        async with engine.connect():
            pass
    assert isinstance(cause_of(raised.value), refusal)
    assert not is_database_down(raised.value)


async def test_a_database_that_does_not_exist_is_not_away(postgres: str, namespace: str) -> None:
    """As the server itself says it."""
    url = make_url(postgres).set(database=f"{namespace}_nowhere")
    assert not is_database_down(await _error(url.render_as_string(hide_password=False)))


@pytest.mark.parametrize(
    "error", [FileNotFoundError("a"), ConnectionResetError("a"), TimeoutError("a"), OSError("a")]
)
def test_what_else_the_system_says_is_not_the_database(error: OSError) -> None:
    """A handler's own file, mail server or time limit."""
    assert not is_database_down(error)


async def test_a_log_names_the_cause(tmp_path: Path) -> None:
    """The layers between say nothing that helps; no path, no host stands in a log."""
    error = await _error(f"postgresql://postgres@/postgres?host={tmp_path}/nowhere")
    assert "FileNotFoundError" in describe(error)
    assert str(tmp_path) not in describe(error)
