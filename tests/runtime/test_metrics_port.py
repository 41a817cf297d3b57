"""Metrics in production are on a port of their own."""

import socket
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from examples.ports import free_port
from services.host.maintenance import embedded_settings
from shared.bus.transaction import Transactions
from shared.errors import CannotStart
from shared.http.app import build_app
from shared.runtime.database import open_engine, sessions_of
from shared.runtime.metrics_port import metrics_served
from shared.runtime.resources import open_resources


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    """Return the port that the environment names for roster's."""
    port = free_port()
    monkeypatch.setenv("ROSTER_METRICS_PORT", str(port))
    return port


async def _ask(port: int) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        return await http.get(f"http://127.0.0.1:{port}/metrics")


async def test_production_answers_them_there_until_it_ends(port: int) -> None:
    """While it starts too; afterwards nothing listens."""
    with metrics_served("roster", production=True):
        answer = await _ask(port)
        assert answer.status_code == 200
        assert "outbox_unsent" in answer.text
    with pytest.raises(httpx.ConnectError):
        await _ask(port)


async def test_development_has_no_such_port(port: int) -> None:
    """Its web answers `/metrics` beside everything else."""
    with metrics_served("roster", production=False), pytest.raises(httpx.ConnectError):
        await _ask(port)


def test_a_port_that_somebody_has_is_said_in_a_line(port: int) -> None:
    """With the setting that names another."""
    with (
        socket.create_server(("127.0.0.1", port)),
        pytest.raises(CannotStart, match=f"127.0.0.1:{port} .*ROSTER_METRICS_PORT$"),
        metrics_served("roster", production=True),
    ):
        pytest.fail("it cannot have started")


async def test_a_process_without_web_pages_answers_them_on_a_free_port(port: int) -> None:
    """The log says on which; many of them run on one machine, beside the one with web pages."""
    with (
        capture_logs() as logs,
        metrics_served("roster", production=True),
        metrics_served("roster", 0, production=True),
        metrics_served("roster", 0, production=True),
    ):
        said = [line["port"] for line in logs]
        for one in (port, *said):
            assert (await _ask(one)).status_code == 200
    assert len({port, *said}) == 3


def test_a_workers_port_that_somebody_has_is_said_with_its_own_setting() -> None:
    """Who wants to scrape it may name it."""
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(CannotStart, match=r"WORKER_METRICS_PORT$"),
        metrics_served("roster", taken.getsockname()[1], production=True),
    ):
        pytest.fail("it cannot have started")


@pytest.mark.parametrize(("mode", "status"), [("development", 200), ("production", 404)])
async def test_in_production_the_publics_port_has_none(
    mode: str, status: int, tmp_path: Path
) -> None:
    """They would tell strangers how much is done here."""
    resources = open_resources(embedded_settings(tmp_path, mode=mode))
    engine = open_engine("postgresql://nobody@127.0.0.1:1/nowhere")
    app = build_app("roster", "roster", Transactions(sessions_of(engine), resources))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://roster") as http:
        assert (await http.get("/metrics")).status_code == status
        assert (await http.get("/healthz")).status_code == 200
    await engine.dispose()
