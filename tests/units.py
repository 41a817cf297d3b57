"""Fixtures of handler tests: a database per service with its tables, made once."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.documents.handlers.receiving_accounts import load_receiving_accounts
from services.enrollment.handlers.catalogue import load_catalogue
from services.host.maintenance import embedded_settings
from services.host.registry import load
from services.invoicing.handlers.receipt_books import load_receipt_books
from shared.runtime.database import open_engine
from shared.runtime.embedded_postgres import create_databases
from shared.runtime.resources import open_resources
from tests.handling import Handling, handling

SEED = Path(__file__).parents[1] / "deploy" / "seed" / "qingdao.json"
Open = Callable[..., AbstractAsyncContextManager[Handling]]


@pytest.fixture(scope="session")
async def open_service(postgres: str, namespace: str, folder: Path) -> AsyncIterator[Open]:
    """Return how to bootstrap a service by its name, with tools of the test's."""
    resources = open_resources(embedded_settings(folder / "units"))
    engines: dict[str, AsyncEngine] = {}
    async with AsyncExitStack() as stack:

        async def engine_of(name: str) -> AsyncEngine:
            if name not in engines:
                database = f"{namespace}_{name}_handlers"
                url = (await create_databases(postgres, [database]))[database]
                engines[name] = open_engine(url)
                stack.push_async_callback(engines[name].dispose)
                async with engines[name].begin() as connection:
                    await connection.run_sync(load(name).metadata.create_all)
            return engines[name]

        @asynccontextmanager
        async def opened(
            name: str, tools: dict[type, Any] | None = None
        ) -> AsyncIterator[Handling]:
            async with handling(name, await engine_of(name), resources, tools) as service:
                yield service

        yield opened


@pytest.fixture
async def enrollment(open_service: Open) -> AsyncIterator[Handling]:
    """Return enrollment, with the demo office in it."""
    async with open_service("enrollment") as service:
        async with service.transaction() as tx:
            await load_catalogue(demo_office(), tx)
        await service.announced()
        yield service


@pytest.fixture
async def roster(open_service: Open) -> AsyncIterator[Handling]:
    """Return roster, empty."""
    async with open_service("roster") as service:
        yield service


@pytest.fixture
async def invoicing(open_service: Open) -> AsyncIterator[Handling]:
    """Return invoicing, with the demo office's receipt book."""
    async with open_service("invoicing") as service:
        async with service.transaction() as tx:
            await load_receipt_books(demo_office(), tx)
        yield service


@pytest.fixture
async def documents(open_service: Open) -> AsyncIterator[Handling]:
    """Return documents, with the demo office's account; papers are drawn as their first words."""
    async with open_service("documents") as service:
        service.hands.instead["draw"] = lambda *papers: repr(papers).encode()
        service.hands.instead["draw_some"] = lambda *papers: (
            [service.hands.instead["draw"](paper)] for paper in papers
        )
        service.hands.instead["draw_batch"] = lambda *papers: iter(
            [*range(1, len(papers) + 1), repr(papers).encode()]
        )
        async with service.transaction() as tx:
            await load_receiving_accounts(demo_office(), tx)
        yield service


def demo_office() -> dict[str, Any]:
    """Return the data of the demo office."""
    data: dict[str, Any] = json.loads(SEED.read_text(encoding="utf-8"))
    return data
