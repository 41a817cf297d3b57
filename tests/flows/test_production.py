"""What is another way where people work: metrics are not the public's."""

import asyncio
import os
import socket
from pathlib import Path

import httpx
import pytest

from examples.ports import free_port
from services.host.registry import NAMES
from shared.runtime.keys import new_keys
from tests.commands import attempt
from tests.processes import ServiceProcess, SystemProcess

NOWHERE = "127.0.0.1:1"


def _alone(name: str, folder: Path, metrics_port: int) -> dict[str, str]:
    """Return an environment in which a service waits for its database."""
    return {
        **os.environ,
        **new_keys(),
        "MODE": "production",
        "BUS_URL": f"amqp://{name}:secret@{NOWHERE}/",
        "STORAGE_URL": f"file://{folder}/objects",
        f"{name.upper()}_DATABASE_URL": f"postgresql://{name}@{NOWHERE}/{name}",
        f"{name.upper()}_METRICS_PORT": str(metrics_port),
        **{f"{one.upper()}_URL": f"http://{NOWHERE}" for one in NAMES},
    }


async def test_everything_in_one_process_keeps_metrics_off_the_publics_port(folder: Path) -> None:
    """404 there, on a port of their own as ever."""
    var = folder / "metrics"
    var.mkdir()
    port, metrics_port = free_port(), free_port()
    environment = os.environ | {"MODE": "production", "GATEWAY_METRICS_PORT": str(metrics_port)}
    with SystemProcess(var, "system", environment, "--port", str(port)) as process:
        await process.answered(f"http://127.0.0.1:{port}/readyz")
        async with httpx.AsyncClient() as http:
            public = await http.get(f"http://127.0.0.1:{port}/metrics")
            metrics = await http.get(f"http://127.0.0.1:{metrics_port}/metrics")
        assert public.status_code == 404
        assert 'outbox_unsent{service="gateway"}' in metrics.text
        assert await asyncio.to_thread(process.stop) == 0


async def test_a_service_answers_metrics_from_its_start(folder: Path) -> None:
    """Also while it waits for its database, which is when somebody looks."""
    metrics_port = free_port()
    with ServiceProcess(folder, "roster", _alone("roster", folder, metrics_port)) as process:
        metrics = await process.answered(f"http://127.0.0.1:{metrics_port}/metrics")
        assert "python_info" in metrics.text


@pytest.mark.parametrize("name", NAMES)
async def test_a_metrics_port_that_somebody_has_ends_the_start(folder: Path, name: str) -> None:
    """In a line, with the setting that names another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, output = await attempt(folder, _alone(name, folder, port), "run", name)
    assert (code, output.count("\n")) == (1, 1), output
    assert output.startswith(f"127.0.0.1:{port} cannot be used for metrics")
    assert output.endswith(f"{name.upper()}_METRICS_PORT\n")
