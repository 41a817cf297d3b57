"""Reaching one service's database and tools, whether the service runs or not."""

import os
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from services.host.registry import NAMES, load
from services.host.running import BoundService, bind_service
from shared.bus.transports.memory import MemoryBus
from shared.runtime.database import open_engine
from shared.runtime.keys import kept_keys
from shared.runtime.log import configure_logging
from shared.runtime.resources import open_resources
from shared.runtime.settings import Settings, service_settings


def embedded_settings(var: Path, **more: Any) -> Settings:  # noqa: ANN401 - any setting
    """Return the settings of an embedded system below `var`; the environment may say more."""
    var = var.resolve()
    kept = {name.lower(): value for name, value in kept_keys(var / "keys.env").items()}
    chosen = {
        "storage_url": f"file://{var}/objects",
        "outgoing_folder": str(var / "outgoing"),
        **{name: value for name, value in kept.items() if name.upper() not in os.environ},
        **more,
    }
    return Settings(**chosen)


def settings_here(var: Path) -> Settings:
    """Return the settings that a command is for: the environment's, else those below `var`."""
    return Settings() if "BUS_URL" in os.environ else embedded_settings(var)


def require_system(var: Path, name: str = NAMES[0]) -> None:
    """End with a line when neither the environment nor a folder below `var` has the service."""
    if service_settings(name).database_url is None and not (var / "postgres").exists():
        sys.exit(f"There is no system below {var}, and {name.upper()}_DATABASE_URL is not set.")


@asynccontextmanager
async def maintained(name: str, var: Path) -> AsyncIterator[BoundService]:
    """Reach one service's database, running or not: as the environment says, else below `var`."""
    require_system(var, name)
    service = replace(load(name), equip=None)
    with ExitStack() as stack:
        url = service_settings(name).database_url
        settings = Settings() if url is not None else embedded_settings(var)
        if url is None:
            from shared.runtime.embedded_postgres import (  # noqa: PLC0415 - images hold no PostgreSQL
                create_databases,
                embedded_postgres,
            )

            postgres = stack.enter_context(embedded_postgres(var / "postgres"))
            url = (await create_databases(postgres, [name]))[name]
        configure_logging(json=settings.production, level=settings.log_level)
        resources = open_resources(settings)
        # The bus is not started: the service's own relay publishes what is emitted here.
        async with bind_service(service, url, resources, MemoryBus(), parts=frozenset()) as run:
            yield run


async def migrate_all(databases: dict[str, str]) -> None:
    """Migrate databases to their newest version."""
    from shared.runtime.migrations import migrate  # noqa: PLC0415 - slow to load, not needed to serve

    for name, url in databases.items():
        engine = open_engine(url)
        try:
            await migrate(engine, load(name).migrations)
        finally:
            await engine.dispose()


async def migrate_alone(names: Iterable[str]) -> None:
    """Migrate the databases that the environment names."""
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


async def seed(runs: Iterable[BoundService], data: dict[str, Any]) -> None:
    """Load a seed file into services; safe to repeat."""
    for run in runs:
        if run.service.seed is not None:
            async with run.transactions.begin() as tx:
                await run.service.seed(data, tx)
