"""Run the system: embedded in one process, or a process per service on RabbitMQ."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import asyncpg
import httpx

from bench.processes import end, process, process_tree
from examples.demo import CAPTCHA, SHOWN, START_SECONDS
from examples.ports import free_port
from services.host.registry import NAMES
from services.host.topology import TOPOLOGY
from shared.bus.transports.rabbit.declaring import remove_topology
from shared.runtime.embedded_postgres import create_databases
from shared.runtime.keys import new_keys


@dataclass
class System:
    """A running system: where it answers and what measures it."""

    mode: str
    address: str
    metrics: dict[str, str]
    var: Path
    postgres: str
    databases: list[str]
    environment: dict[str, str]
    pids: Callable[[], set[int]]
    seconds: dict[str, float] = field(default_factory=dict)
    pid: int = 0
    """Of the process that runs all services; 0 when each has its own."""

    def passwords(self) -> dict[str, str]:
        """Return the demo office's passwords by account."""
        found: dict[str, str] = json.loads((self.var / "accounts.json").read_text("utf-8"))
        return found


def command(var: Path, *arguments: str) -> list[str]:
    """Return a command line of the product."""
    return [sys.executable, "-m", "services", "--var", str(var), *arguments]


async def ready(logs: Mapping[str, Path]) -> None:
    """Return once all addresses answer; after START_SECONDS TimeoutError with the log's end."""
    until = monotonic() + START_SECONDS
    async with httpx.AsyncClient(timeout=5) as http:
        for address, log in logs.items():
            while monotonic() < until:
                try:
                    if (await http.get(f"{address}/readyz")).is_success:
                        break
                except httpx.TransportError:
                    await asyncio.sleep(0.02)
            else:
                end = log.read_text("utf-8")[-SHOWN:]
                raise TimeoutError(f"{address} does not answer:\n{end}")


@asynccontextmanager
async def embedded(var: Path) -> AsyncIterator[System]:
    """Run the embedded system; `seconds` holds its first start and one with existing data."""
    seconds = {}
    for start in ("first start", "next start"):
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        line = command(var, "--captcha", CAPTCHA, "--port", str(port))
        began = monotonic()
        postmaster = 0
        try:
            with process(line, dict(os.environ), var / "embedded.log") as running:
                await ready({address: var / "embedded.log"})
                seconds[start] = monotonic() - began
                postmaster = _postmaster(var)
                if start == "next start":
                    pids = running.pid, postmaster
                    yield _embedded(var, address, pids, seconds)
        finally:
            if postmaster:
                end(process_tree(postmaster))


def _embedded(var: Path, address: str, roots: tuple[int, int], seconds: dict[str, float]) -> System:
    return System(
        "embedded",
        address,
        {"all": address},
        var,
        f"postgresql://postgres@/postgres?host={var}/postgres",
        list(NAMES),
        dict(os.environ),
        lambda: {pid for root in roots for pid in process_tree(root)},
        seconds,
        roots[0],
    )


def _postmaster(var: Path) -> int:
    return int((var / "postgres" / "postmaster.pid").read_text("utf-8").split("\n", 1)[0])


@asynccontextmanager
async def real(var: Path, postgres: str, bus_url: str, namespace: str) -> AsyncIterator[System]:
    """Run a process per service on RabbitMQ and the machine's PostgreSQL; cleans up both."""
    names = [f"{namespace}_{name}" for name in NAMES]
    made = await create_databases(postgres, names)
    databases = dict(zip(NAMES, made.values(), strict=True))
    environment, addresses = _environment(var, bus_url, namespace, databases)
    seconds = {}
    try:
        for step in ("migrate", "seed"):
            began = monotonic()
            await run(command(var, step), environment, var / f"{step}.log")
            seconds[step] = monotonic() - began
        with ExitStack() as stack:
            began = monotonic()
            roots = [
                stack.enter_context(
                    process(command(var, "run", name), environment, var / f"{name}.log")
                ).pid
                for name in NAMES
            ]
            await ready({addresses[name]: var / f"{name}.log" for name in NAMES})
            seconds["start of the five"] = monotonic() - began
            yield System(
                "real bus",
                addresses["gateway"],
                addresses,
                var,
                postgres,
                names,
                environment,
                lambda: {pid for root in roots for pid in process_tree(root)},
                seconds,
            )
    finally:
        await remove_topology(bus_url, json.loads(TOPOLOGY.read_text("utf-8")), namespace)
        await drop_databases(postgres, names)


def _environment(
    var: Path, bus_url: str, namespace: str, databases: dict[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    environment = {
        **os.environ,
        **new_keys(),
        "BUS_URL": bus_url,
        "BUS_NAMESPACE": namespace,
        "STORAGE_URL": f"file://{var}/objects",
        "OUTGOING_FOLDER": str(var / "outgoing"),
        "CAPTCHA_ANSWER": CAPTCHA,
    }
    addresses = {}
    for name in NAMES:
        port = free_port()
        addresses[name] = f"http://127.0.0.1:{port}"
        environment[f"{name.upper()}_DATABASE_URL"] = databases[name]
        environment[f"{name.upper()}_PORT"] = str(port)
        environment[f"{name.upper()}_URL"] = addresses[name]
    return environment, addresses


async def run(line: list[str], environment: dict[str, str], log: Path) -> bytes:
    """Run a program to its end; returns its output, RuntimeError when it fails."""
    with log.open("wb") as errors:
        child = await asyncio.create_subprocess_exec(
            *line, env=environment, stdout=asyncio.subprocess.PIPE, stderr=errors
        )
        output, _ = await child.communicate()
    if child.returncode:
        raise RuntimeError(f"{' '.join(line)} failed; see {log}")
    return output


async def drop_databases(postgres: str, names: list[str]) -> None:
    """Drop the databases of a run."""
    connection = await asyncpg.connect(postgres)
    try:
        for name in names:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()
