"""Strangers before a system of the flow tests, each at an address of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

import httpx

from tests.flows.conftest import System
from tests.phones import Phone
from tests.strangers import Stranger

_numbers = count(1)


@asynccontextmanager
async def stranger(system: System, *, proven: bool = True) -> AsyncIterator[Stranger]:
    """Return somebody who has proved a mobile for a registration, unless said so."""
    transport = httpx.AsyncHTTPTransport(local_address=f"127.0.77.{next(_numbers)}")
    async with httpx.AsyncClient(
        transport=transport,
        base_url=system.address,
        timeout=60,
        event_hooks={"response": [system.description.check]},
    ) as http:
        someone = Stranger(http, Phone(system.var))
        if proven:
            await someone.prove()
        yield someone
