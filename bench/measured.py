"""Measure one mode, from its start to its end."""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from typing import Any

from bench.batches import SETTLE_SECONDS, batch, import_seconds, opened
from bench.floors import insert_floor
from bench.processes import proportional_megabytes
from bench.steps import PERSONS
from bench.systems import System


@dataclass(frozen=True)
class Plan:
    """How much to run: units of each batch, persons of each import.

    Batches of `units` are reported step by step.
    """

    units: int
    batches: Sequence[int]
    imports: Sequence[int]

    @property
    def people(self) -> int:
        """Return how many persons to invent; one more application warms up."""
        return PERSONS * (sum(self.batches) + 1) + sum(self.imports)


def log_progress(doing: str) -> None:
    """Write progress to standard error, apart from the report."""
    sys.stderr.write(f"{doing}\n")


async def measure(plan: Plan, start: AbstractAsyncContextManager[System]) -> dict[str, Any]:
    """Return the measurements of a system; the first application, a warm-up, stands apart."""
    async with start as system:
        await asyncio.sleep(SETTLE_SECONDS)
        memory = {"idle": proportional_megabytes(system.pids())}
        floor = await insert_floor(system.postgres)
        async with opened(system, plan.people) as office:
            log_progress(f"{system.mode}: first application")
            first = await batch(office, 1)
            memory["after the first application"] = proportional_megabytes(system.pids())
            batches = []
            for units in plan.batches:
                log_progress(f"{system.mode}: {units} at once")
                batches.append(asdict(await batch(office, units)))
                memory[f"after {sum(one['units'] for one in batches) + 1} applications"] = (
                    proportional_megabytes(system.pids())
                )
            log_progress(f"{system.mode}: imports")
            imports = await import_seconds(office, plan.imports)
            memory["after the imports"] = proportional_megabytes(system.pids())
        return {
            "mode": system.mode,
            "seconds": system.seconds,
            "memory": memory,
            "insert": floor,
            "first": asdict(first),
            "batches": batches,
            "imports": imports,
        }
