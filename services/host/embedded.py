"""Every service in this process, on the in-process bus and a PostgreSQL of its own."""

import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI

from services.host.demo import accounts_text, demo_data
from services.host.maintenance import embedded_settings, migrate_all, seed
from services.host.registry import NAMES, load
from services.host.running import BoundService, bind_service, run_services
from services.host.server import refuse_taken, serve
from shared.bus.retry_policy import RetryPolicy
from shared.bus.transports.base import Bus
from shared.bus.transports.memory import MemoryBus
from shared.runtime.embedded_postgres import create_databases, embedded_postgres
from shared.runtime.log import configure_logging
from shared.runtime.metrics_port import metrics_served
from shared.runtime.resources import Resources, open_resources
from shared.runtime.settings import Settings


@dataclass(frozen=True)
class Host:
    """All services of this process, running."""

    services: dict[str, BoundService]

    @property
    def app(self) -> FastAPI:
        """Return the gateway's application."""
        return self.services["gateway"].app


@asynccontextmanager
async def open_services(
    resources: Resources,
    databases: dict[str, str],
    bus: Bus,
    policy: RetryPolicy | None = None,
) -> AsyncIterator[Host]:
    """Bind every service to one bus, the gateway last: it calls the others."""
    async with AsyncExitStack() as stack:
        services: dict[str, BoundService] = {}
        for name in NAMES:
            apps = {one: run.app for one, run in services.items()}
            services[name] = await stack.enter_async_context(
                bind_service(
                    load(name), databases[name], resources, bus, policy=policy, neighbours=apps
                )
            )
        yield Host(services)


@asynccontextmanager
async def embedded(
    settings: Settings, postgres: str, policy: RetryPolicy | None = None
) -> AsyncIterator[Host]:
    """Run all services in this process on databases of `postgres`, brought up to date."""
    databases = await create_databases(postgres, NAMES)
    await migrate_all(databases)
    bus = MemoryBus()
    async with (
        open_services(open_resources(settings), databases, bus, policy) as host,
        run_services(list(host.services.values()), bus),
    ):
        yield host


async def run_embedded(var: Path, address: str, port: int, captcha: str | None) -> None:
    """Serve everything from this process, with the demo office in it."""
    refuse_taken(address, port)
    more = {} if captcha is None else {"captcha_answer": captcha}
    settings = embedded_settings(var, **more)
    configure_logging(json=settings.production, level=settings.log_level)
    with (
        metrics_served("gateway", production=settings.production),
        embedded_postgres(var / "postgres") as postgres,
    ):
        async with embedded(settings, postgres) as host:
            if not settings.production:
                data = demo_data(var / "accounts.json")
                await seed(host.services.values(), data)
                sys.stdout.write(accounts_text(data, settings.captcha_answer))
            sys.stdout.write(f"Ready: http://{address}:{port}\n")
            sys.stdout.flush()
            await serve(host.app, address, port)
