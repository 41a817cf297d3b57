"""A system of its own for calls that nobody would make: what they leave disturbs no other test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.embedded import embedded_postgres
from tests.flows.conftest import System, embedded_system


@pytest.fixture(scope="session")
async def system(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    """Run a whole system in this process, whatever else is running."""
    with embedded_postgres(folder / "postgres-of-odd-calls") as url:
        async with embedded_system(tmp_path_factory.mktemp("odd"), url) as running:
            yield running
