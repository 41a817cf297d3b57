"""Clients as the gateway sees them: by themselves, or through a proxy that it trusts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from tests.flows.conftest import System
from tests.processes import PROXY


@asynccontextmanager
async def through_proxy(system: System, **forwarded: str) -> AsyncIterator[httpx.AsyncClient]:
    """Speak from the trusted proxy's address, with what it says: `x_forwarded_for="…"`."""
    async with _from(PROXY, system, forwarded) as http:
        yield http


@asynccontextmanager
async def by_itself(system: System, **forwarded: str) -> AsyncIterator[httpx.AsyncClient]:
    """Speak from an address that nobody trusts, whatever is said."""
    async with _from("127.0.0.3", system, forwarded) as http:
        yield http


@asynccontextmanager
async def _from(
    address: str, system: System, forwarded: dict[str, str]
) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.AsyncHTTPTransport(local_address=address)
    headers = {name.replace("_", "-"): value for name, value in forwarded.items()}
    async with httpx.AsyncClient(
        transport=transport, base_url=system.address, headers=headers, timeout=60
    ) as http:
        yield http
