"""Millions of covers, and what the statements that look at them take."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg

from bench.systems import System

DATABASE = "roster"
_FILL = """
    INSERT INTO covers (number_hash, plan_code, confirmation_no, effective_on, until)
    SELECT sha256(int8send(g)), ($2::text[])[g % cardinality($2) + 1],
    'G0012' || lpad((g / 1000)::text, 16, '0'), DATE '2026-01-01', DATE '2099-12-31'
    FROM generate_series(1, $1::bigint) AS g"""
_STATEMENT = re.compile(r"duration: ([0-9.]+) ms  \w+[^:]*: (.*(?:\n\t.*)*)")


async def fill_covers(system: System, plans: Sequence[str], size: int) -> None:
    """Cover `size` people whom nobody enrolls, then vacuum as autovacuum does within minutes."""
    connection = await asyncpg.connect(system.postgres, database=DATABASE)
    try:
        await connection.execute(_FILL, size, plans)
        await connection.execute("VACUUM ANALYZE covers")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


@dataclass
class Statements:
    """Milliseconds of the statements that name the covers."""

    taken: list[float] = field(default_factory=list)


@asynccontextmanager
async def cover_statements(system: System) -> AsyncIterator[Statements]:
    """Note what PostgreSQL takes for statements on covers while the body runs; embedded only."""
    log = system.var / "postgres" / "log"
    found = Statements()
    await _log_statements(system, "0")
    begin = log.stat().st_size
    try:
        yield found
    finally:
        await _log_statements(system, "-1")
    with log.open("rb") as file:
        file.seek(begin)
        written = file.read().decode("utf-8", "replace")
    found.taken = [
        float(milliseconds)
        for milliseconds, statement in _STATEMENT.findall(written)
        if re.search(r"\bcovers\b", statement)
    ]


async def _log_statements(system: System, least: str) -> None:
    connection = await asyncpg.connect(system.postgres)
    try:
        await connection.execute("ALTER SYSTEM SET log_parameter_max_length = 0")
        await connection.execute(f"ALTER SYSTEM SET log_min_duration_statement = {least}")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()
