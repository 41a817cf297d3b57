"""What is left of a call whose process dies, or whose owner does not answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

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


@pytest.fixture
async def front(gateway: Gateway, gateway_database: str, tmp_path: Path) -> AsyncIterator[Front]:
    """Sign finance in at a gateway."""
    async with gateway.transactions.begin() as tx:
        await load_accounts({"accounts": [ACCOUNT | {"role": "finance", "agency_id": None}]}, tx)
    admitted = await admit("agency", ACCOUNT["password"], gateway.transactions, client=False)
    assert admitted is not None
    owners = Owners()
    resources = open_resources(embedded_settings(tmp_path), gateway.clock)
    service = replace(load("gateway"), equip=owners.equip)
    async with (
        bind_service(service, gateway_database, resources, MemoryBus()) as run,
        httpx.AsyncClient(
            transport=httpx.ASGITransport(run.app, raise_app_exceptions=False),
            base_url="http://gateway/api/v1",
            headers={"Authorization": f"Bearer {admitted[1]}"},
        ) as http,
    ):
        yield Front(http, owners, run.transactions)


async def test_a_process_that_ends_in_a_call_leaves_its_outcome_unknown(front: Front) -> None:
    """The entry is there before the owner is asked; nobody is left to say what came of it."""
    call = asyncio.create_task(front.reverse())
    await front.owners.reached.wait()
    before = await front.last()
    assert (before.action, before.subject, before.outcome) == (
        "payment.reversed",
        PAYMENT,
        "unknown",
    )
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    front.owners.goes_on.set()
    assert (await front.last()).outcome == "unknown"


async def test_an_answer_comes_after_its_outcome(front: Front) -> None:
    """Whoever has the answer finds it in the trail."""
    front.owners.goes_on.set()
    assert (await front.reverse()).status_code == 200
    row = await front.last()
    assert (row.outcome, row.account_id, row.address) == ("done", "A0000004", "127.0.0.1")


@pytest.mark.parametrize(("status", "outcome"), [(500, "failed"), (409, "refused")])
async def test_what_the_owner_answers_is_noted(front: Front, status: int, outcome: str) -> None:
    """Refusals and faults are two things."""
    front.owners.status = status
    front.owners.goes_on.set()
    assert (await front.reverse()).status_code == status
    assert (await front.last()).outcome == outcome


async def test_a_change_whose_owner_does_not_answer_stays_unknown(front: Front) -> None:
    """It may have been made, and only the answer lost."""
    front.owners.status = None
    front.owners.goes_on.set()
    answer = await front.reverse()
    assert (answer.status_code, answer.json()["code"]) == (503, "service_away")
    assert front.owners.reached.is_set()
    row = await front.last()
    assert (row.outcome, row.code) == ("unknown", "service_away")


async def test_a_trail_that_cannot_be_written_stops_the_call(
    front: Front, gateway: Gateway
) -> None:
    """Nothing is done that nobody would know of."""
    front.owners.goes_on.set()
    async with gateway.transactions.begin() as tx:
        await tx.session.execute(text("ALTER TABLE audit RENAME TO audit_away"))
    try:
        assert (await front.reverse()).status_code == 500
    finally:
        async with gateway.transactions.begin() as tx:
            await tx.session.execute(text("ALTER TABLE audit_away RENAME TO audit"))
    assert not front.owners.reached.is_set()
