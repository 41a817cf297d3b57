"""The gateway's HTTP side before owners that answer what a test wants."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx

from services.gateway.adapters.concurrency_limit import ConcurrencyLimit
from services.gateway.adapters.services import Services
from services.gateway.app import UPSTREAMS
from services.gateway.domain.trail import Entry
from services.gateway.handlers.accounts import load_accounts
from services.gateway.handlers.sessions import admit
from services.gateway.repository.trail import AuditTrail, Search, found
from services.host.maintenance import embedded_settings
from services.host.registry import load
from services.host.running import bind_service
from shared.bus.transaction import Transactions
from shared.bus.transports.memory import MemoryBus
from shared.identity.token import TokenIssuer
from shared.runtime.resources import Resources, open_resources
from shared.service import Neighbours
from tests.gateway.conftest import Gateway
from tests.gateway.test_loading_accounts import ACCOUNT

PAYMENT = "7d444840-9dc0-11d1-b245-5ffdce74fad2"


@dataclass
class Owners:
    """The other services, as one that answers what the test wants."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)
    status: int | None = 200
    """None: the connection is cut off before the answer."""

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """Take a call, and answer when the test lets it."""
        self.reached.set()
        await self.goes_on.wait()
        if self.status is None:
            raise httpx.ReadError("cut off", request=request)
        return httpx.Response(self.status, json=[])

    @asynccontextmanager
    async def equip(self, resources: Resources, _: Neighbours) -> AsyncIterator[Resources]:
        """Be reached by the gateway instead of the services."""
        key = resources.settings.token_private_key
        assert key is not None
        async with httpx.AsyncClient(
            transport=httpx.MockTransport(self.answer), base_url="http://owners"
        ) as client:
            issuer = TokenIssuer(key.get_secret_value(), resources.clock)
            services = Services(dict.fromkeys(UPSTREAMS, client), issuer)
            yield replace(
                resources, tools={ConcurrencyLimit: ConcurrencyLimit(), Services: services}
            )


@dataclass
class Front:
    """The gateway's HTTP side before such owners, and its trail."""

    http: httpx.AsyncClient
    owners: Owners
    transactions: Transactions

    async def reverse(self) -> httpx.Response:
        """Send money back, as finance does."""
        return await self.http.post(f"/payments/{PAYMENT}/reversal", json={"reason": "重复"})

    async def last(self) -> Entry:
        """Return the newest entry."""
        async with self.transactions.begin() as tx:
            [entry] = await AuditTrail(tx).before(found("0012", Search()), None, 1)
        return entry


@asynccontextmanager
async def before(
    owners: Owners, gateway: Gateway, database: str, folder: Path
) -> AsyncIterator[Front]:
    """Sign finance in at a gateway before these owners."""
    async with gateway.transactions.begin() as tx:
        await load_accounts({"accounts": [ACCOUNT | {"role": "finance", "agency_id": None}]}, tx)
    admitted = await admit("agency", ACCOUNT["password"], gateway.transactions, client=False)
    assert admitted is not None
    resources = open_resources(embedded_settings(folder), gateway.clock)
    service = replace(load("gateway"), equip=owners.equip)
    async with (
        bind_service(service, database, resources, MemoryBus()) as run,
        httpx.AsyncClient(
            transport=httpx.ASGITransport(run.app, raise_app_exceptions=False),
            base_url="http://gateway/api/v1",
            headers={"Authorization": f"Bearer {admitted[1]}"},
        ) as http,
    ):
        yield Front(http, owners, run.transactions)
