from collections.abc import AsyncIterator

import pytest

from tests.faults.system import SystemUnderTest, open_system


@pytest.fixture(scope="session")
async def system() -> AsyncIterator[SystemUnderTest]:
    """Run one system for all faults; each repairs what it broke."""
    async with open_system() as opened:
        yield opened
