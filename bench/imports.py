"""Imports of 1,000 to 300,000 rows beside openpyxl's reading: `make bench ARGS=imports`."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from bench import import_cases
from bench.following import import_file
from bench.measured import log_progress
from bench.memory import peaks
from bench.rosters import excel_roster, openpyxl_roster
from bench.sheet_floors import reading_seconds
from bench.systems import System, embedded
from examples.client import Client
from examples.demo import CAPTCHA
from examples.people import Person, invent

PLANS = ("ZYYL-A", "ZGZJ-36")
SIZES, QUICK_SIZES = (1_000, 10_000, 100_000, 300_000), (1_000, 10_000)
LARGE = 100_000
"""This size is measured in both forms of a workbook, and from it on each one once."""
ROUNDS = 3
WARM = 25
TIMEOUT_SECONDS = 600
SAVED_BY: Mapping[str, Callable[[Sequence[Person]], bytes]] = {
    "Excel": excel_roster,
    "openpyxl": openpyxl_roster,
}


async def measured(*, quick: bool) -> dict[str, Any]:
    """Return what imports take on an embedded system of its own, and what openpyxl takes."""
    sizes = QUICK_SIZES if quick else SIZES
    people = invent(max(*sizes, import_cases.FAILED), seed=2026)
    with TemporaryDirectory(prefix="bench-") as folder:
        async with embedded(Path(folder)) as system, _operator(system) as operator:
            log_progress("first import")
            await import_file(operator, excel_roster(people[:WARM]), PLANS)
            imports = []
            for size in sizes:
                for saved_by in SAVED_BY if size == LARGE else ("Excel",):
                    imports += await _compared(system, operator, people[:size], saved_by)
            failed = await import_cases.failed(operator, people, quick=quick)
            hostile = await import_cases.hostile(operator)
            covers = await import_cases.covers(system, operator, people, quick=quick)
    return {"imports": imports, "failed": failed, "hostile": hostile, "covers": covers}


@asynccontextmanager
async def _operator(system: System) -> AsyncIterator[Client]:
    async with httpx.AsyncClient(base_url=system.address, timeout=TIMEOUT_SECONDS) as http:
        yield await Client.sign_in(http, "operator", system.passwords()["operator"], CAPTCHA)


async def _compared(
    system: System, operator: Client, people: Sequence[Person], saved_by: str
) -> list[dict[str, Any]]:
    """Return one plan's and two plans' medians of rounds, in which openpyxl has its turn too.

    A size that is over the product's limit is left out.
    """
    content = SAVED_BY[saved_by](people)
    taken: dict[int, list[dict[str, Any]]] = {1: [], 2: []}
    for number in range(ROUNDS if len(people) < LARGE else 1):
        log_progress(f"{len(people)} rows, saved by {saved_by}, round {number + 1}")
        floor = reading_seconds(content)
        for plans, measures in taken.items():
            async with peaks(system.pid) as memory:
                one = await import_file(operator, content, PLANS[:plans])
            if one.refusal == "too_many_rows":
                log_progress("over the limit")
                return []
            one.require(len(people))
            measures.append(
                {
                    "openpyxl": floor,
                    "seconds": one.seconds,
                    "first_event": one.first_event,
                    "parent": asdict(memory.parent),
                    "child": asdict(memory.child),
                }
            )
    return [
        {"rows": len(people), "saved_by": saved_by, "plans": plans, "bytes": len(content)}
        | _summed_up(measures)
        for plans, measures in taken.items()
    ]


def _summed_up(measures: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the medians of seconds and the largest peaks."""
    seconds = ("openpyxl", "seconds", "first_event")
    return {name: median(one[name] for one in measures) for name in seconds} | {
        process: {kind: max(one[process][kind] for one in measures) for kind in ("rss", "pss")}
        for process in ("parent", "child")
    }
