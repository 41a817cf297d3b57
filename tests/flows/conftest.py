"""A whole system, embedded or as processes on the real bus, behind the same public API."""

import asyncio
import json
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from examples.client import API, Client
from examples.demo import ready
from examples.ports import free_port
from services.host.demo import demo_data
from services.host.embedded import embedded
from services.host.maintenance import embedded_settings, seed
from services.host.registry import NAMES
from services.host.server import server_config
from services.host.topology import TOPOLOGY
from shared.bus.transports.rabbit.declaring import remove_topology
from shared.runtime.embedded_postgres import create_databases
from shared.runtime.keys import kept_keys
from tests.commands import attempt, command
from tests.flows.described import Description
from tests.processes import (
    CAPTCHA,
    HSTS_SECONDS,
    PROXY,
    ServiceProcess,
    drop_databases,
    environment_of,
)

SLOW = "0.05"
"""Seconds that every event waits on the real bus, so that copies really lag."""


@dataclass
class System:
    """A running system: sign in to it."""

    http: httpx.AsyncClient
    passwords: dict[str, str]
    var: Path
    address: str
    environment: dict[str, str]
    """Under which operator commands reach this system."""
    description: Description
    """Holds for all that is sent over `http`."""
    signed_in: dict[str, Client] = field(default_factory=dict)

    async def client(self, username: str) -> Client:
        """Return a signed-in account, the same one again when asked again."""
        if username not in self.signed_in:
            self.signed_in[username] = await Client.sign_in(
                self.http, username, self.passwords[username], CAPTCHA
            )
        return self.signed_in[username]

    async def command(self, *arguments: str) -> str:
        """Run an operator's command beside the system; returns what it says."""
        return await command(self.var, self.environment, *arguments)

    async def attempt(self, *arguments: str) -> tuple[int, str]:
        """Run an operator's command that may fail; returns exit code and output."""
        return await attempt(self.var, self.environment, *arguments)


def _passwords(data: dict[str, Any]) -> dict[str, str]:
    return {account["username"]: account["password"] for account in data["accounts"]}


async def kept_by_nobody(response: httpx.Response) -> None:
    """Raise AssertionError for an answer of the API that browsers or proxies may keep.

    The districts are the same for everybody.
    """
    path = response.request.url.path
    if path.startswith(API) and path != f"{API}/districts":
        assert response.headers["cache-control"] == "no-store", response.request.url
        assert response.headers["x-content-type-options"] == "nosniff", response.request.url


async def described(http: httpx.AsyncClient) -> Description:
    """Let every answer that comes over `http` be held against the served description."""
    description = await Description.of(http)
    http.event_hooks["response"] += [description.check, kept_by_nobody]
    http.event_hooks = http.event_hooks
    return description


@asynccontextmanager
async def embedded_system(
    var: Path, postgres: str, data: dict[str, Any] | None = None
) -> AsyncIterator[System]:
    """Run everything in this process on `postgres`, behind a port of its own.

    With the demo office in it, or with the `data` of others.
    """
    settings = embedded_settings(
        var,
        captcha_answer=CAPTCHA,
        webhook_allow_loopback=True,
        trusted_proxies=PROXY,
        hsts_seconds=HSTS_SECONDS,
    )
    data = data or demo_data(None)
    async with embedded(settings, postgres) as host:
        await seed(host.services.values(), data)
        async with (
            served(host.app) as address,
            httpx.AsyncClient(base_url=address, timeout=60) as http,
        ):
            await ready(http)
            description = await described(http)
            databases = await create_databases(postgres, NAMES)
            environment = {
                **os.environ,
                **kept_keys(var / "keys.env"),
                "STORAGE_URL": settings.storage_url,
                **{f"{name.upper()}_DATABASE_URL": url for name, url in databases.items()},
            }
            yield System(http, _passwords(data), var, address, environment, description)


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """Serve an application from this process; returns its address."""
    port = free_port()
    server = uvicorn.Server(server_config(app, "127.0.0.1", port))
    task = asyncio.create_task(server.serve())
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def _real(var: Path, postgres: str, bus_url: str, namespace: str) -> AsyncIterator[System]:
    names = [f"{namespace}_{name}" for name in NAMES]
    urls = dict(zip(NAMES, (await create_databases(postgres, names)).values(), strict=True))
    environment, addresses = environment_of(var, bus_url, namespace, urls)
    environment["HANDLER_DELAY"] = SLOW
    try:
        await command(var, environment, "migrate")
        await command(var, environment, "seed")
        processes = [ServiceProcess(var, name, environment) for name in NAMES]
        with ExitStack() as stack:
            for process in processes:
                stack.enter_context(process)
            async with httpx.AsyncClient(base_url=addresses["gateway"], timeout=60) as http:
                for process in processes:
                    await process.ready()
                description = await described(http)
                passwords = json.loads((var / "accounts.json").read_text(encoding="utf-8"))
                yield System(http, passwords, var, addresses["gateway"], environment, description)
    finally:
        topology = json.loads(TOPOLOGY.read_text(encoding="utf-8"))
        await remove_topology(bus_url, topology, namespace)
        await drop_databases(postgres, names)


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
        embedded_system(var, postgres)
        if mode == "embedded"
        else _real(var, postgres, bus_url, namespace)
    )
    async with opened as running:
        yield running


@pytest.fixture(scope="session")
def a_pdf() -> bytes:
    """Return a file that may be attached; different at each run."""
    return b"%PDF-1.4\n" + secrets.token_hex(8).encode()
