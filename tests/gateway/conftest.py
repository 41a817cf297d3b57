"""The gateway's event log and webhooks on a database, with a clock and receivers of the test's."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete

from services.gateway.adapters.concurrency_limit import ConcurrencyLimit
from services.gateway.adapters.live import POLL_SECONDS, Live
from services.gateway.adapters.webhook_client import Outcome, WebhookClient
from services.gateway.domain.deliveries import Delivery
from services.gateway.domain.webhooks import WebhookSubscription
from services.gateway.handlers.clients import add_client
from services.gateway.handlers.deliveries import WebhookDispatcher
from services.gateway.handlers.events import record_event
from services.gateway.handlers.webhooks import rotate, subscribe
from services.gateway.repository.accounts import AccountRepository
from services.gateway.repository.deliveries import Deliveries
from services.gateway.repository.webhooks import Webhooks
from services.gateway.tables import metadata
from services.host.maintenance import embedded_settings
from services.host.registry import load
from shared.bus.tables import outbox
from shared.bus.transaction import Transactions
from shared.contracts.base import Envelope, Event
from shared.identity.caller import Caller
from shared.runtime.database import open_engine, sessions_of
from shared.runtime.embedded_postgres import create_databases
from shared.runtime.migrations import migrate
from shared.runtime.resources import open_resources

TOPIC = "invoicing.billing.opened.v1"
BEGIN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class HandClock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        """Return the instant."""
        return self.now

    def forward(self, **more: float) -> None:
        """Let time pass."""
        self.now += timedelta(**more)


@dataclass(frozen=True)
class Message:
    """What a receiver was sent."""

    url: str
    headers: Mapping[str, str]
    body: bytes


class Receivers:
    """All receivers at once: they note what comes, and answer as told."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.refused: dict[str, str] = {}
        """Outcome per event id, or per `*`."""
        self.held: dict[str, asyncio.Event] = {}
        """Receivers that answer only when the test lets them."""

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Note and answer."""
        self.sent.append(Message(url, headers, body))
        if url in self.held:
            await self.held[url].wait()
        outcome = self.refused.get(headers["webhook-id"]) or self.refused.get("*", "delivered")
        status = {"delivered": 204, "status": 500}.get(outcome)
        return Outcome(outcome, status, 1)

    def ids(self, url: str | None = None) -> list[str]:
        """Return the ids of the events sent, in order."""
        return [one.headers["webhook-id"] for one in self.sent if url in (None, one.url)]


@dataclass
class Gateway:
    """A gateway without its HTTP side."""

    transactions: Transactions
    clock: HandClock
    receivers: Receivers

    async def client(self, office_id: str = "0012") -> Caller:
        """Make an API client."""
        async with self.transactions.begin() as tx:
            client_id, _ = await add_client("市总工会统计系统", office_id, tx)
        async with self.transactions.begin() as tx:
            row = await AccountRepository(tx).by_username(client_id)
        assert row is not None
        return row.caller

    async def webhook(
        self, caller: Caller, *topics: str, url: str = "https://receiver.example/hook"
    ) -> UUID:
        """Subscribe."""
        async with self.transactions.begin() as tx:
            webhook_id, _ = await subscribe(caller, url, list(topics) or ["*"], "", tx)
        return webhook_id

    async def happens(
        self, subject: str, *, topic: str = TOPIC, office_id: str | None = "0012"
    ) -> str:
        """Record an event; returns its id."""
        [event_id] = await self.happen(1, subject, topic=topic, office_id=office_id)
        return event_id

    async def happen(
        self, count: int, subject: str, *, topic: str = TOPIC, office_id: str | None = "0012"
    ) -> list[str]:
        """Record so many events at once; returns their ids."""
        envelopes = [
            Envelope(
                id=uuid4(),
                source=topic.partition(".")[0],
                type=topic,
                subject=subject,
                time=self.clock(),
                correlationid="0" * 32,
                data={"application_no": subject, "office_id": office_id, "payable": "95.00"},
            )
            for _ in range(count)
        ]
        async with self.transactions.begin() as tx:
            for envelope in envelopes:
                await record_event(envelope, tx)
        return [str(envelope.id) for envelope in envelopes]

    async def rounds(self, dispatcher: WebhookDispatcher | None = None) -> None:
        """Let a dispatcher work until nothing is due at this instant."""
        dispatcher = dispatcher or WebhookDispatcher(self.transactions)
        while True:
            more = await dispatcher.round()
            if not more and not dispatcher.under_way:
                return
            await dispatcher.progress(asyncio.Event(), 0 if more else POLL_SECONDS)

    async def rotate(self, caller: Caller, webhook_id: UUID) -> None:
        """Change a subscription's secret."""
        async with self.transactions.begin() as tx:
            await rotate(caller, webhook_id, tx)

    async def announced(self) -> list[Event]:
        """Return what was announced since the last time, in its order."""
        async with self.transactions.begin() as tx:
            rows = await tx.session.execute(
                delete(outbox).returning(outbox.c.position, outbox.c.body)
            )
            return [Envelope.from_wire(row.body).event() for row in sorted(rows)]

    async def row(self, webhook_id: UUID) -> WebhookSubscription:
        """Return a subscription as it is kept."""
        async with self.transactions.begin() as tx:
            row = await Webhooks(tx).lock(webhook_id)
        assert row is not None
        return row

    async def log(self, webhook_id: UUID) -> list[Delivery]:
        """Return a subscription's deliveries, oldest first."""
        async with self.transactions.begin() as tx:
            return (await Deliveries(tx).page(webhook_id, None, 1000))[::-1]


@pytest.fixture(scope="session")
async def gateway_database(postgres: str, namespace: str) -> str:
    """Return a database that the gateway's migrations have made."""
    name = f"{namespace}_webhooks"
    url = (await create_databases(postgres, [name]))[name]
    engine = open_engine(url)
    await migrate(engine, load("gateway").migrations)
    await engine.dispose()
    return url


@pytest.fixture
async def gateway(gateway_database: str, tmp_path: Path) -> AsyncIterator[Gateway]:
    """Return a gateway on an empty database."""
    clock, receivers = HandClock(), Receivers()
    resources = open_resources(embedded_settings(tmp_path), clock)
    tools: dict[type, Any] = {
        ConcurrencyLimit: ConcurrencyLimit(),
        Live: Live(),
        WebhookClient: receivers,
    }
    engine = open_engine(gateway_database)
    transactions = Transactions(sessions_of(engine), replace(resources, tools=tools))
    yield Gateway(transactions, clock, receivers)
    async with transactions.begin() as tx:
        for table in reversed(metadata.sorted_tables):
            await tx.session.execute(delete(table))
    await engine.dispose()
