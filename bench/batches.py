"""Run N applications at once and measure them."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from time import perf_counter
from typing import Any

import httpx

from bench import counters
from bench.figures import Stopwatch
from bench.processes import machine_seconds, processor_seconds
from bench.steps import PERSONS, Case, Desk, imported, run_steps
from bench.systems import System
from bench.units import make_units
from examples.client import Client
from examples.demo import CAPTCHA
from examples.people import Person, fill, invent

SETTLE_SECONDS = 1.5
"""After this, PostgreSQL's counters are up to date and the relays idle."""


@dataclass
class Office:
    """A system with the clients, units and persons of the benchmark."""

    system: System
    http: httpx.AsyncClient
    desk: Desk
    template: bytes
    people: list[Person]
    units: int = 0
    calls: list[float] = field(default_factory=list)

    def persons(self, count: int) -> list[Person]:
        """Return persons that no application has yet; ValueError when there are too few."""
        taken, self.people = self.people[:count], self.people[count:]
        if len(taken) != count:
            raise ValueError("too few people were invented")
        return taken

    async def accounts(self, count: int) -> list[dict[str, str]]:
        """Create units; returns their operators' accounts."""
        made = await make_units(self.system, self.units, count)
        self.units += count
        return made

    def case(self, account: dict[str, str]) -> Case:
        """Return the data of an application, its roster filled in."""
        people = self.persons(PERSONS)
        women = sum(int(person.number[16]) % 2 == 0 for person in people)
        return Case(account, fill(self.template, people), women)


@asynccontextmanager
async def opened(system: System, people: int) -> AsyncIterator[Office]:
    """Sign the reviewers and finance in; record the seconds of every HTTP call from here on."""
    calls: list[float] = []

    async def counted(response: httpx.Response) -> None:
        await response.aread()
        calls.append(response.elapsed.total_seconds())

    async with httpx.AsyncClient(
        base_url=system.address,
        timeout=120,
        limits=httpx.Limits(max_connections=200, max_keepalive_connections=200),
        event_hooks={"response": [counted]},
    ) as http:
        desk = await Desk.open(http, system.passwords())
        template = await desk.office.template()
        yield Office(system, http, desk, template, invent(people, seed=2026), calls=calls)


@dataclass
class Batch:
    """What one batch took; times in seconds, those in `steps` and `call` in milliseconds."""

    units: int
    seconds: float
    steps: dict[str, Any]
    calls: int
    call: dict[str, Any]
    events: int
    commits: int
    processors: dict[str, float]


async def batch(office: Office, units: int) -> Batch:
    """Run the ten steps for `units` units at once; returns the measurements."""
    system = office.system
    cases = [office.case(account) for account in await office.accounts(units)]
    await asyncio.sleep(SETTLE_SECONDS)
    events, commits = await counters.events(system), await counters.commits(system)
    office.calls.clear()
    busy = _processors(system)
    watch, calls = Stopwatch(), Stopwatch()
    began = perf_counter()
    async with asyncio.TaskGroup() as group:
        for case in cases:
            group.create_task(run_steps(case, office.desk, office.http, watch))
    seconds = perf_counter() - began
    after = _processors(system)
    calls.taken["call"] = list(office.calls)
    await asyncio.sleep(SETTLE_SECONDS)
    return Batch(
        units,
        seconds,
        {name: asdict(one) for name, one in watch.spreads().items()},
        len(office.calls),
        asdict(calls.spreads()["call"]),
        await counters.events(system) - events,
        await counters.commits(system) - commits,
        {name: after[name] - busy[name] for name in busy},
    )


def _processors(system: System) -> dict[str, float]:
    return {
        "system": processor_seconds(system.pids()),
        "client": processor_seconds({os.getpid()}),
        "machine": machine_seconds(),
    }


async def import_seconds(office: Office, sizes: Sequence[int]) -> dict[int, float]:
    """Return the seconds of the import step by number of persons, one application each."""
    taken = {}
    for size, account in zip(sizes, await office.accounts(len(sizes)), strict=True):
        content = fill(office.template, office.persons(size))
        operator = await Client.sign_in(
            office.http, account["username"], account["password"], CAPTCHA
        )
        number = await operator.draft(ZYYL_A=1, ZGZJ_36=1)
        await operator.settled(number)
        began = perf_counter()
        await imported(operator, number, content, size)
        taken[size] = perf_counter() - began
    return taken
