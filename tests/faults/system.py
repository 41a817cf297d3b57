"""A system as processes on servers of its own, with a proxy before RabbitMQ."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from services.host.registry import NAMES
from shared.runtime.clock import OFFICE_ZONE, system_clock
from shared.runtime.embedded_postgres import create_databases
from tests.commands import command
from tests.faults.proxy import Proxy
from tests.faults.traffic import Traffic, ended, open_traffic
from tests.faults.verification import Records, verify
from tests.processes import CAPTCHA, ServiceProcess, environment_of
from tests.servers import Servers

NAMESPACE = "faults"


@dataclass
class SystemUnderTest:
    """Everything in which a fault can be injected."""

    servers: Servers
    proxy: Proxy
    processes: dict[str, ServiceProcess]
    traffic: Traffic
    records: Records
    var: Path
    environment: dict[str, str]

    async def command(self, *arguments: str) -> None:
        """Run an operator's command."""
        await command(self.var, self.environment, *arguments)

    async def stop(self, name: str) -> None:
        """Stop a process and wait for its end."""
        await asyncio.to_thread(self.processes[name].stop)

    async def start(self, name: str, **environment: str) -> None:
        """Start a process and wait until it is ready."""
        process = self.processes[name]
        process.start(**environment)
        await process.ready()

    async def verify(self) -> None:
        """Wait until nothing is under way, then compare results with what was requested."""
        await verify(self.records, self.traffic)


@asynccontextmanager
async def open_system() -> AsyncIterator[SystemUnderTest]:
    """Run the whole system on servers of its own."""
    async with AsyncExitStack() as stack:
        servers = Servers.new()
        stack.push_async_callback(servers.remove)
        await servers.run("start")
        proxy = Proxy(servers.rabbitmq_port)
        port = await proxy.start()
        stack.push_async_callback(proxy.stop)
        var = Path(stack.enter_context(TemporaryDirectory(prefix="faults-")))
        names = [f"{NAMESPACE}_{name}" for name in NAMES]
        made = await create_databases(servers.postgres, names)
        databases = dict(zip(NAMES, made.values(), strict=True))
        bus_url = f"amqp://guest:guest@127.0.0.1:{port}/"
        environment, addresses = environment_of(var, bus_url, NAMESPACE, databases)
        await command(var, environment, "migrate")
        await command(var, environment, "seed")
        processes = {name: ServiceProcess(var, name, environment) for name in NAMES}
        worker = environment | {"WORKER_PORT": str(servers.rabbitmq_port + 4)}
        processes["worker"] = ServiceProcess(var, "documents", worker, parts="work")
        http = await stack.enter_async_context(
            httpx.AsyncClient(base_url=addresses["gateway"], timeout=60)
        )
        records = Records(servers.bus_url, NAMESPACE, databases, var)
        for process in processes.values():
            process.start()
            stack.push_async_callback(asyncio.to_thread, process.stop)
        for process in processes.values():
            await process.ready()
        passwords = json.loads((var / "accounts.json").read_text(encoding="utf-8"))
        today = system_clock().astimezone(OFFICE_ZONE).date()
        traffic = await open_traffic(http, passwords, CAPTCHA, today)
        watching = asyncio.create_task(traffic.watch.run())
        stack.push_async_callback(ended, watching)
        yield SystemUnderTest(servers, proxy, processes, traffic, records, var, environment)
