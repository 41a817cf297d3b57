"""A system with two offices, things at four places in them, and callers of every role."""

import asyncio
from collections.abc import AsyncIterator
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any

import httpx
import pytest

from examples.client import Client
from shared.runtime.embedded_postgres import embedded_postgres
from tests.flows.conftest import System, embedded_system
from tests.flows.receiver import api_client
from tests.flows.stories import Desk
from tests.permissions.offices import ROLES, two_offices
from tests.permissions.places import CLIENTS, PLACES
from tests.permissions.table import NOBODY, Place
from tests.permissions.walking import Walk, Walker
from tests.schema.things import Things, confirmed_things_of

Operations = dict[str, tuple[str, str, dict[str, Any]]]


@pytest.fixture(scope="session")
async def system(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    """Run a whole system in this process, beside any other."""
    with embedded_postgres(folder / "postgres-of-two-offices") as url:
        var = tmp_path_factory.mktemp("two-offices")
        async with embedded_system(var, url, two_offices()) as running:
            yield running


@pytest.fixture(scope="session")
def operations(system: System) -> Operations:
    """Return method, path and description of all operations by their ids."""
    return {
        call["operationId"]: (method.upper(), path, call)
        for path, calls in system.description.document["paths"].items()
        for method, call in calls.items()
    }


@pytest.fixture(scope="session")
async def walk(system: System, operations: Operations) -> AsyncIterator[Walk]:
    """Return the calls of the system, by clients that keep no cookies."""
    nowhere = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    async with httpx.AsyncClient(base_url=system.address, timeout=60, cookies=nowhere) as http:
        yield Walk(system, http, operations)


@pytest.fixture(scope="session")
async def things_at(system: System) -> dict[str, Things]:
    """Return a confirmed application, and all else that calls name, at each place."""
    office, finance = await system.client("office"), await system.client("finance")
    agency = await system.client("agency")
    far = {role: await system.client(f"far-{role}") for role in ROLES}
    desks = {
        "own": await Desk.of(system),
        "another unit's": Desk(await system.client("neighbour-operator"), agency, office, finance),
        "another agency's": await Desk.of(system, "2"),
        "another office's": Desk(
            far["operator"], far["agency_reviewer"], far["office_reviewer"], far["finance"]
        ),
    }
    administrators = dict.fromkeys(PLACES, await system.client("administrator"))
    administrators["another office's"] = far["administrator"]
    clients = {place: await api_client(system, *CLIENTS[place]) for place in PLACES}
    made = await asyncio.gather(
        *(
            confirmed_things_of(
                system, desks[place], clients[place], administrators[place], 970 + 2 * number
            )
            for number, place in enumerate(PLACES)
        )
    )
    return dict(zip(PLACES, made, strict=True))


@pytest.fixture(scope="session")
async def walkers(walk: Walk) -> list[Walker]:
    """Return a caller of each role at the first demo unit, its agency and office."""
    client = await api_client(walk.system, *CLIENTS["own"])
    stands = Place("0012", owner=CLIENTS["own"][0])
    return [
        Walker(NOBODY, Place(""), Client(walk.http)),
        *[await walk.sign_in(f"walker-{role}") for role in ROLES],
        Walker("api_client", stands, client),
    ]


@pytest.fixture(scope="session")
async def neighbours(walk: Walk) -> list[Walker]:
    """Return callers of the other places."""
    names = ("neighbour-operator", "far-operator", "far-agency_reviewer", "far-auditor")
    return [await walk.sign_in(name) for name in names]
