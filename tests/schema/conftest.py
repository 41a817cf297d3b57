"""A separate system for invented calls: what they leave disturbs no other test."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from shared.runtime.embedded_postgres import embedded_postgres
from tests.flows.conftest import System, embedded_system
from tests.schema.things import Things, things_of


@pytest.fixture(scope="session")
async def system(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    """Run a whole system in this process, beside any other."""
    with embedded_postgres(folder / "postgres-of-odd-calls") as url:
        async with embedded_system(tmp_path_factory.mktemp("odd"), url) as running:
            yield running


@pytest.fixture(scope="session")
async def things(system: System) -> Things:
    """Return the first unit's applications and ids."""
    return await things_of(system, "", seed=900)


@pytest.fixture(scope="session")
def operations(system: System) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Return method, path and description of all operations by their ids."""
    return {
        call["operationId"]: (method.upper(), path, call)
        for path, calls in system.description.document["paths"].items()
        for method, call in calls.items()
    }
