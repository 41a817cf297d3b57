"""One broken and mended system for all faults."""

from collections.abc import AsyncIterator

import pytest

from tests.faults.world import World, open_world


@pytest.fixture(scope="session")
async def world() -> AsyncIterator[World]:
    """Run the whole system once; each fault leaves it whole."""
    async with open_world() as opened:
        yield opened
