"""The system's own counters: published events, committed transactions."""

import re

import asyncpg
import httpx

from bench.systems import System

PUBLISHED = re.compile(r"^outbox_published_total\{.*?\} ([0-9.e+]+)$", re.MULTILINE)


async def events(system: System) -> int:
    """Return the number of events that the relays have published."""
    total = 0.0
    async with httpx.AsyncClient(timeout=10) as http:
        for address in system.metrics.values():
            found = PUBLISHED.findall((await http.get(f"{address}/metrics")).text)
            total += sum(map(float, found))
    return int(total)


async def commits(system: System) -> int:
    """Return the commits in the system's databases; PostgreSQL's counter lags up to a second."""
    connection = await asyncpg.connect(system.postgres)
    try:
        found = await connection.fetchval(
            "SELECT sum(xact_commit) FROM pg_stat_database WHERE datname = ANY($1)",
            system.databases,
        )
    finally:
        await connection.close()
    return int(found)
