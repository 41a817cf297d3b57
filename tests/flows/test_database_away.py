"""PostgreSQL goes away: whoever asks is told to come again, and everything goes on after."""

import asyncio
import errno
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import httpx
import pytest

from examples.people import fill, invent
from examples.ports import free_port
from services.host.maintenance import embedded_settings
from services.host.registry import NAMES, load
from shared.bus.transaction import Transactions
from shared.http.app import build_app
from shared.identity.caller import Caller
from shared.identity.permissions import Role
from shared.identity.token import TokenIssuer
from shared.runtime.database import open_engine, sessions_of
from shared.runtime.embedded_postgres import embedded_postgres
from shared.runtime.keys import new_keys
from shared.runtime.resources import open_resources
from tests.commands import attempt
from tests.flows.conftest import System, embedded_system
from tests.flows.stories import LONGEST_WAIT, Desk

READS = {
    "enrollment": "/plans",
    "roster": "/imports/any",
    "invoicing": "/billing-counts",
    "documents": "/prints/any",
}
TROUBLES = [
    FileNotFoundError(errno.ENOENT, "no socket"),
    socket.gaierror(socket.EAI_NONAME, "no such name"),
    OSError(errno.EHOSTUNREACH, "no route"),
    ConnectionRefusedError(errno.ECONNREFUSED, "nobody listens"),
]


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("name", READS)
async def test_every_service_answers_that_it_is_away(
    name: str, trouble: OSError, tmp_path: Path
) -> None:
    """503 with Retry-After, whether it is asked if it is ready or for something."""

    async def connect(*_: object, **__: object) -> None:
        raise trouble

    settings = embedded_settings(tmp_path)
    resources = open_resources(settings)
    engine = open_engine("postgresql://postgres@127.0.0.1/postgres", connect=connect)
    service = load(name)
    app = build_app(name, service.title, Transactions(sessions_of(engine), resources))
    app.include_router(service.router)
    assert settings.token_private_key is not None
    issuer = TokenIssuer(settings.token_private_key.get_secret_value(), resources.clock)
    caller = Caller(account_id="one", name="王会计", role=Role.FINANCE, office_id="0012")
    headers = {"Authorization": f"Bearer {issuer.issue(caller)}"}
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        for path in ("/readyz", READS[name]):
            answer = await http.get(path, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable"), path
            assert int(answer.headers["retry-after"]) > 0
            assert "请稍后重试" in answer.json()["detail"]


AWAY = {
    "a port where nobody listens": lambda: f"postgresql://postgres@127.0.0.1:{free_port()}/x",
    "a socket that is gone": lambda: "postgresql://postgres@/x?host=/nonexistent",
    "a name that nobody knows": lambda: "postgresql://postgres@database.invalid/x",
}


@pytest.mark.parametrize("address", AWAY.values(), ids=AWAY)
@pytest.mark.parametrize(
    "command", ["queues", "migrate", "seed", "messages list roster", "pause roster.events"]
)
async def test_a_command_says_in_a_line_that_the_database_is_away(
    address: Callable[[], str], command: str, tmp_path: Path
) -> None:
    """Exit code 1, no trace; it does not wait."""
    environment = {
        **os.environ,
        **new_keys(),
        **{f"{name.upper()}_DATABASE_URL": address() for name in NAMES},
        "STORAGE_URL": f"file://{tmp_path}/objects",
    }
    code, output = await attempt(tmp_path, environment, *command.split())
    assert code == 1, output
    assert "Traceback" not in output
    *before, line = output.strip().splitlines()
    assert line.startswith("PostgreSQL is away; try again later: ")
    assert len(before) <= 1  # the head of a table, or that the audit trail is away too


async def test_the_embedded_postgresql_is_started_again_when_it_dies(folder: Path) -> None:
    """Killed under a running system: 503 meanwhile, then the story goes on by itself."""
    with embedded_postgres(folder / "mended") as postgres:
        async with embedded_system(folder / "mended-var", postgres) as system:
            desk = await Desk.of(system)
            number = await desk.operator.draft(YWSH_20=1)
            template = await desk.operator.template()
            await system.command("pause", "roster.import")
            content = fill(template, invent(2, seed=851))
            import_id = await desk.operator.start_import(number, content)

            first = _kill(folder / "mended")
            await _until_it_answers(system, 503)
            await _until_it_answers(system, 200)
            assert _postmaster(folder / "mended") != first

            await system.command("resume", "roster.import")
            batch = await desk.operator.finished_import(import_id)
            assert batch["lines"][0]["succeeded"] == 2
            staff = {"staff": 3, "women": 1}
            await desk.operator.put(f"/applications/{number}/staff", staff)

            _kill(folder / "mended")
            # The client comes again as it is told to.
            assert (await desk.submitted(number))["state"] == "first_review"
            await desk.agency.approve(number)
            found = await desk.office.approve(number)
            assert found["state"] == "approved"
    assert not (folder / "mended" / "postmaster.pid").exists()


def _postmaster(folder: Path) -> int:
    """Return the number of the server of a folder, as its own file says it."""
    return int((folder / "postmaster.pid").read_text(encoding="ascii").split()[0])


def _kill(folder: Path) -> int:
    """End it as a lack of memory would; returns its number."""
    found = _postmaster(folder)
    os.kill(found, signal.SIGKILL)
    return found


async def _until_it_answers(system: System, status: int) -> None:
    """Ask without a pause until the answer is that; nothing but 200 and 503 comes meanwhile."""
    limit = monotonic() + LONGEST_WAIT
    headers = {"Authorization": f"Bearer {(await system.client('operator')).token}"}
    while True:
        answer = await system.http.get("/api/v1/applications", headers=headers)
        assert answer.status_code in {200, 503}, answer.text
        assert answer.status_code == 200 or int(answer.headers["retry-after"]) > 0
        if answer.status_code == status:
            return
        assert monotonic() < limit
        await asyncio.sleep(0.01)
