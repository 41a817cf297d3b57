"""A whole system, embedded or as processes on the real bus, behind the same public API."""

import asyncio
import json
import os
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy.engine import make_url

from examples.client import Client
from examples.demo import free_port, ready
from services.demo_office import demo_data
from services.house import NAMES, TOPOLOGY, embedded, embedded_settings, seed
from shared.embedded import create_databases, kept_keys
from shared.keys import new_keys
from shared.messaging.rabbit import remove_topology

CAPTCHA = "2468"
SLOW = "0.05"
"""Seconds that every batch of messages waits on the real bus, so that copies really lag."""


@dataclass
class System:
    """A running system: sign in to it."""

    http: httpx.AsyncClient
    passwords: dict[str, str]
    var: Path
    address: str
    environment: dict[str, str]
    """Under which operator commands reach this system."""
    signed_in: dict[str, Client] = field(default_factory=dict)

    async def client(self, username: str) -> Client:
        """Give a signed-in account, the same one again when asked again."""
        if username not in self.signed_in:
            self.signed_in[username] = await Client.sign_in(
                self.http, username, self.passwords[username], CAPTCHA
            )
        return self.signed_in[username]

    async def command(self, *arguments: str) -> str:
        """Run an operator's command; gives what it prints."""
        return await _run(self.var, self.environment, *arguments)


def _passwords(data: dict[str, Any]) -> dict[str, str]:
    return {account["username"]: account["password"] for account in data["accounts"]}


@asynccontextmanager
async def _embedded(var: Path, postgres: str) -> AsyncIterator[System]:
    settings = embedded_settings(var, captcha_answer=CAPTCHA, webhook_allow_loopback=True)
    data = demo_data(None)
    async with embedded(settings, postgres) as house:
        await seed(house.services.values(), data)
        async with (
            served(house.app) as address,
            httpx.AsyncClient(base_url=address, timeout=60) as http,
        ):
            await ready(http, var)
            environment = os.environ | kept_keys(var / "keys.env")
            environment["BUS_URL"] = "amqp://nobody@127.0.0.1:1/"
            for name in NAMES:
                url = make_url(postgres).set(database=name)
                environment[f"{name.upper()}_DATABASE_URL"] = url.render_as_string(
                    hide_password=False
                )
                environment[f"{name.upper()}_URL"] = "http://127.0.0.1:1"
            yield System(http, _passwords(data), var, address, environment)


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """Serve an application from this process; gives its address."""
    port = free_port()
    config = uvicorn.Config(app, port=port, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


@contextmanager
def _process(var: Path, name: str, *arguments: str, **environment: str) -> Iterator[None]:
    command = [sys.executable, "-m", "services", "--var", str(var), *arguments]
    with (var / f"{name}.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)  # noqa: S603 - our own
        try:
            yield
        finally:
            process.terminate()
            process.wait(60)


def _environment(
    var: Path, bus_url: str, namespace: str, databases: dict[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Give the environment of every process, and where each answers."""
    environment = {
        **os.environ,
        **new_keys(),
        "BUS_URL": bus_url,
        "BUS_NAMESPACE": namespace,
        "STORAGE_URL": f"file://{var}/objects",
        "OUTGOING_FOLDER": str(var / "outgoing"),
        "CAPTCHA_ANSWER": CAPTCHA,
        "HANDLER_DELAY": SLOW,
        "WEBHOOK_ALLOW_LOOPBACK": "true",
    }
    addresses = {}
    for name in NAMES:
        port = free_port()
        addresses[name] = f"http://127.0.0.1:{port}"
        environment[f"{name.upper()}_DATABASE_URL"] = databases[name]
        environment[f"{name.upper()}_PORT"] = str(port)
        environment[f"{name.upper()}_URL"] = addresses[name]
    return environment, addresses


async def _run(var: Path, environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "services", "--var", str(var), *arguments]
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, arguments
    return said.decode()


@asynccontextmanager
async def _real(var: Path, postgres: str, bus_url: str, namespace: str) -> AsyncIterator[System]:
    names = [f"{namespace}_{name}" for name in NAMES]
    urls = dict(zip(NAMES, (await create_databases(postgres, names)).values(), strict=True))
    environment, addresses = _environment(var, bus_url, namespace, urls)
    try:
        await _run(var, environment, "migrate")
        await _run(var, environment, "seed")
        with ExitStack() as processes:
            for name in NAMES:
                processes.enter_context(_process(var, name, "run", name, **environment))
            async with httpx.AsyncClient(base_url=addresses["gateway"], timeout=60) as http:
                for name in NAMES:
                    async with httpx.AsyncClient(base_url=addresses[name]) as one:
                        await ready(one, var / f"{name}.log")
                passwords = json.loads((var / "accounts.json").read_text(encoding="utf-8"))
                yield System(http, passwords, var, addresses["gateway"], environment)
    finally:
        topology = json.loads(TOPOLOGY.read_text(encoding="utf-8"))
        await remove_topology(bus_url, topology, namespace)
        await drop_databases(postgres, names)


async def drop_databases(postgres: str, names: list[str]) -> None:
    """Take away what a run made on the machine's server."""
    connection = await asyncpg.connect(postgres)
    try:
        for name in names:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()


@pytest.fixture(scope="session")
async def system(
    mode: str,
    postgres: str,
    bus_url: str,
    namespace: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[System]:
    """Run the system once for all flow tests."""
    var = tmp_path_factory.mktemp("var")
    opened = (
        _embedded(var, postgres) if mode == "embedded" else _real(var, postgres, bus_url, namespace)
    )
    async with opened as running:
        yield running


@pytest.fixture(scope="session")
def a_pdf() -> bytes:
    """Give a file that may be attached; different at each run."""
    return b"%PDF-1.4\n" + secrets.token_hex(8).encode()
