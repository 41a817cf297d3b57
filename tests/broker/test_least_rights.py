"""The whole system with users that declare nothing and publish only their own events."""

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path

import httpx

from services.host.registry import NAMES
from shared.bus.operations.definitions import OPERATOR
from shared.bus.transports.rabbit.broker import dead_letters
from shared.runtime.clock import OFFICE_ZONE, system_clock
from shared.runtime.embedded_postgres import create_databases
from tests.broker.conftest import Broker
from tests.commands import command
from tests.faults.traffic import ended, open_traffic
from tests.images import image_of
from tests.processes import CAPTCHA, ServiceProcess, drop_databases, environment_of


async def test_applications_come_through_with_the_least_rights(
    broker: Broker, postgres: str, namespace: str, tmp_path: Path
) -> None:
    """Three of them, from draft to confirmation, each service signed in as itself.

    Each runs with the files and packages of its image only.
    """
    await broker.empty()
    names = [f"{namespace}_least_{name}" for name in NAMES]
    made = await create_databases(postgres, names)
    databases = dict(zip(NAMES, made.values(), strict=True))
    environment, addresses = environment_of(tmp_path, broker.url("nobody"), "", databases)
    environment["BUS_DECLARES"] = "false"
    await command(tmp_path, environment, "migrate")
    await command(tmp_path, environment, "seed")
    async with AsyncExitStack() as stack:
        stack.push_async_callback(drop_databases, postgres, names)
        for name in NAMES:
            image = image_of(name, tmp_path / "images" / name)
            own = image.environment(environment | {"BUS_URL": broker.url(name)})
            process = ServiceProcess(tmp_path, name, own, sources=image.folder)
            process.start()
            stack.push_async_callback(asyncio.to_thread, process.stop)
            await process.ready()
        http = await stack.enter_async_context(
            httpx.AsyncClient(base_url=addresses["gateway"], timeout=60)
        )
        passwords = json.loads((tmp_path / "accounts.json").read_text(encoding="utf-8"))
        today = system_clock().astimezone(OFFICE_ZONE).date()
        traffic = await open_traffic(http, passwords, CAPTCHA, today)
        stack.push_async_callback(ended, asyncio.create_task(traffic.watch.run()))
        await traffic.run(3)
        assert len(traffic.confirmed) == 3
    assert await dead_letters(broker.url(OPERATOR), "") == []
