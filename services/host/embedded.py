"""The whole house: every service in this process, or one of them on the real bus."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from services.host.demo import accounts_text, demo_data
from shared.bus.operations.definitions import definitions
from shared.bus.retry_policy import RetryPolicy
from shared.bus.transports.base import Bus
from shared.bus.transports.memory import MemoryBus
from shared.bus.transports.rabbit.bus import RabbitBus
from shared.bus.transports.rabbit.topology import STREAM
from shared.contracts.events import public_events
from shared.http.connections import Connection
from shared.runtime.database import open_engine
from shared.runtime.log import configure_logging
from shared.runtime.metrics_port import metrics_served
from shared.runtime.resources import Resources, open_resources
from shared.runtime.settings import Settings, service_settings
from shared.service import Running, Service, prepared, running

NAMES = ("enrollment", "roster", "invoicing", "documents", "gateway")
DEFINITIONS = Path(__file__).parents[2] / "deploy" / "rabbitmq" / "definitions.json"
TOPOLOGY = Path(__file__).parents[2] / "shared" / "contracts" / "topology.json"


def load(name: str) -> Service:
    """Load one service; nothing of the others."""
    service: Service = import_module(f"services.{name}.app").SERVICE
    return service


@dataclass(frozen=True)
class House:
    """All services of this process, running."""

    services: dict[str, Running]

    @property
    def app(self) -> FastAPI:
        """Return the gateway's application."""
        return self.services["gateway"].app


@asynccontextmanager
async def opened(
    resources: Resources,
    databases: dict[str, str],
    bus: Bus,
    policy: RetryPolicy | None = None,
) -> AsyncIterator[House]:
    """Open every service on one bus, the gateway last: it calls the others."""
    async with AsyncExitStack() as stack:
        services: dict[str, Running] = {}
        for name in NAMES:
            apps = {one: run.app for one, run in services.items()}
            services[name] = await stack.enter_async_context(
                prepared(
                    load(name), databases[name], resources, bus, policy=policy, neighbours=apps
                )
            )
        yield House(services)


@asynccontextmanager
async def embedded(
    settings: Settings, postgres: str, policy: RetryPolicy | None = None
) -> AsyncIterator[House]:
    """Run all services in this process on databases of `postgres`, brought up to date."""
    from shared.runtime.embedded_postgres import create_databases  # noqa: PLC0415 - images hold no PostgreSQL

    databases = await create_databases(postgres, NAMES)
    await migrate_all(databases)
    bus = MemoryBus()
    async with (
        opened(open_resources(settings), databases, bus, policy) as house,
        running(list(house.services.values()), bus),
    ):
        yield house


async def migrate_all(databases: dict[str, str]) -> None:
    """Bring databases to their newest version."""
    from shared.runtime.migrations import migrate  # noqa: PLC0415 - slow to load, not needed to serve

    for name, url in databases.items():
        engine = open_engine(url)
        try:
            await migrate(engine, load(name).migrations)
        finally:
            await engine.dispose()


async def seed(runs: Iterable[Running], data: dict[str, Any]) -> None:
    """Bring services to what an office's data file says; safe to repeat."""
    for run in runs:
        if run.service.seed is not None:
            async with run.transactions.begin() as tx:
                await run.service.seed(data, tx)


def embedded_settings(var: Path, **more: Any) -> Settings:  # noqa: ANN401 - any setting
    """Return the settings of an embedded system below `var`; the environment may say more."""
    from shared.runtime.embedded_postgres import kept_keys  # noqa: PLC0415 - the same

    var = var.resolve()
    kept = {name.lower(): value for name, value in kept_keys(var / "keys.env").items()}
    chosen = {
        "storage_url": f"file://{var}/objects",
        "outgoing_folder": str(var / "outgoing"),
        **{name: value for name, value in kept.items() if name.upper() not in os.environ},
        **more,
    }
    return Settings(**chosen)


class _Server(uvicorn.Server):
    """Ends where it was called when told to stop, so that what is below it is closed too."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals without raising them again at the end."""
        loop = asyncio.get_running_loop()
        for one in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(one, self.handle_exit, one, None)
        try:
            yield
        finally:
            for one in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(one)


def server_config(
    app: FastAPI, host: str, port: int, connection: type[Connection] = Connection
) -> uvicorn.Config:
    """Say how every service is served."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=connection,
        log_config=None,
        lifespan="off",
        # It believes this machine, and takes any text for an address; the gateway reads them.
        proxy_headers=False,
        timeout_graceful_shutdown=10,
        # Longer than the gateway's client keeps an idle connection (15 s): one that is closed just
        # as it is used again fails a call that must not be repeated.
        timeout_keep_alive=75,
    )


async def serve(app: FastAPI, host: str, port: int) -> None:
    """Serve until the process is told to stop; what is in hand is finished."""
    server = _Server(server_config(app, host, port))
    # Streams look at this now and then: an open one is not to hold the end up.
    app.state.stopping = lambda: server.should_exit
    await server.serve()


def refuse_taken(host: str, port: int) -> None:
    """Say at once, not after everything has started, that somebody else listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sys.exit(f"{host}:{port} cannot be used ({error.strerror}); choose another: --port")


async def run_embedded(var: Path, host: str, port: int, captcha: str | None) -> None:
    """Serve everything from this process, with the demo office in it."""
    from shared.runtime.embedded_postgres import embedded_postgres  # noqa: PLC0415 - the same

    refuse_taken(host, port)
    more = {} if captcha is None else {"captcha_answer": captcha}
    settings = embedded_settings(var, **more)
    configure_logging(json=settings.production, level=settings.log_level)
    with (
        metrics_served("gateway", production=settings.production),
        embedded_postgres(var / "postgres") as postgres,
    ):
        async with embedded(settings, postgres) as house:
            if not settings.production:
                data = demo_data(var / "accounts.json")
                await seed(house.services.values(), data)
                sys.stdout.write(accounts_text(data, settings.captcha_answer))
            sys.stdout.write(f"Ready: http://{host}:{port}\n")
            sys.stdout.flush()
            await serve(house.app, host, port)


async def run_alone(name: str, parts: frozenset[str]) -> None:
    """Run one service on the real bus, as the environment says: web, consumers, relay."""
    settings = Settings()
    configure_logging(json=settings.production, level=settings.log_level)
    own = service_settings(name)
    if settings.bus_url is None or own.database_url is None:
        sys.exit(f"BUS_URL and {name.upper()}_DATABASE_URL must be set to run {name} alone.")
    bus = RabbitBus(
        settings.bus_url,
        json.loads(TOPOLOGY.read_text(encoding="utf-8")),
        namespace=settings.bus_namespace,
        declares=settings.bus_declares,
    )
    resources = open_resources(settings)
    with metrics_served(name, production=settings.production):
        async with (
            prepared(load(name), own.database_url, resources, bus, parts=parts) as run,
            running([run], bus),
        ):
            await serve(run.app, own.host, own.port)


def settings_here(var: Path) -> Settings:
    """Return the settings that a command is for: the environment's, else those below `var`."""
    return Settings() if "BUS_URL" in os.environ else embedded_settings(var)


def require_system(var: Path, name: str = NAMES[0]) -> None:
    """End with a line when neither the environment nor a folder below `var` has the service."""
    if service_settings(name).database_url is None and not (var / "postgres").exists():
        sys.exit(f"There is no system below {var}, and {name.upper()}_DATABASE_URL is not set.")


@asynccontextmanager
async def maintained(name: str, var: Path) -> AsyncIterator[Running]:
    """Reach one service's database, running or not: as the environment says, else below `var`."""
    require_system(var, name)
    service = replace(load(name), equip=None)
    with ExitStack() as stack:
        url = service_settings(name).database_url
        settings = Settings() if url is not None else embedded_settings(var)
        if url is None:
            from shared.runtime.embedded_postgres import (  # noqa: PLC0415 - the same
                create_databases,
                embedded_postgres,
            )

            postgres = stack.enter_context(embedded_postgres(var / "postgres"))
            url = (await create_databases(postgres, [name]))[name]
        configure_logging(json=settings.production, level=settings.log_level)
        resources = open_resources(settings)
        # A bus that is not started: what is announced here, the service's own relay sends.
        async with prepared(service, url, resources, MemoryBus(), parts=frozenset()) as run:
            yield run


async def migrate_alone(names: Iterable[str]) -> None:
    """Bring the databases that the environment names to their newest version."""
    urls = {name: service_settings(name).database_url for name in names}
    missing = [name for name, url in urls.items() if url is None]
    if missing:
        sys.exit(f"{missing[0].upper()}_DATABASE_URL must be set to migrate {missing[0]}.")
    await migrate_all({name: url for name, url in urls.items() if url is not None})


async def seed_alone(names: Iterable[str], data: dict[str, Any], var: Path = Path("var")) -> None:
    """Seed services, one after another."""
    for name in names:
        async with maintained(name, var) as run:
            await seed([run], data)


def topology() -> dict[str, list[str]]:
    """Return which queue takes which topics, of all services, and which the stream does."""
    queues = {queue.name: sorted(queue.topics) for name in NAMES for queue in load(name).queues()}
    return queues | {STREAM: [event.topic for event in public_events()]}


def write_topology() -> dict[str, list[str]]:
    """Write down what follows from the subscriptions: queues, and RabbitMQ's definitions."""
    found = topology()
    for path, content in ((TOPOLOGY, found), (DEFINITIONS, definitions(found, NAMES, {}))):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return found
