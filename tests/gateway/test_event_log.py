"""The cursor of the event feed, with several gateways writing at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.gateway.adapters.concurrency_limit import ConcurrencyLimit
from services.gateway.adapters.live import Live
from services.gateway.adapters.webhook_client import WebhookClient
from services.gateway.handlers.clients import add_client
from services.gateway.repository.events import EventLog
from services.host.maintenance import embedded_settings
from services.host.registry import load
from services.host.running import BoundService, bind_service, run_services
from shared.bus.transports.memory import MemoryBus
from shared.contracts.base import Envelope
from shared.runtime.clock import system_clock
from shared.runtime.resources import Resources, open_resources
from shared.service import Neighbours
from tests.gateway.conftest import TOPIC, Gateway, Receivers

API = "/api/v1"


@dataclass(frozen=True)
class Replica:
    """One of several gateways on one database."""

    run: BoundService
    bus: MemoryBus
    http: httpx.AsyncClient

    async def consumes(self, subject: str, *, topic: str = TOPIC) -> str:
        """Consume an event from the bus; returns its id."""
        envelope = Envelope(
            id=uuid4(),
            source=topic.partition(".")[0],
            type=topic,
            subject=subject,
            time=system_clock(),
            correlationid="0" * 32,
            data={"office_id": "0012"},
        )
        await self.bus.publish(envelope)
        return str(envelope.id)

    async def feed(self, **query: Any) -> Any:  # noqa: ANN401 - JSON
        """Read the feed."""
        response = await self.http.get(f"{API}/event-feed", params=query)
        assert response.status_code == 200, response.text
        return response.json()


@asynccontextmanager
async def tools(resources: Resources, _: Neighbours) -> AsyncIterator[Resources]:
    """Return what recording and delivering need."""
    yield replace(
        resources,
        tools={ConcurrencyLimit: ConcurrencyLimit(), Live: Live(), WebhookClient: Receivers()},
    )


@pytest.fixture
async def replicas(
    gateway: Gateway, gateway_database: str, tmp_path: Path
) -> AsyncIterator[list[Replica]]:
    """Run three gateways, each on a bus of its own, and let a client in at each."""
    async with gateway.transactions.begin() as tx:
        client_id, secret = await add_client("市总工会统计系统", "0012", tx)
    resources = open_resources(embedded_settings(tmp_path))
    service = replace(load("gateway"), equip=tools, extend=None)
    async with AsyncExitStack() as stack:
        found = []
        for _ in range(3):
            bus = MemoryBus()
            run = await stack.enter_async_context(
                bind_service(service, gateway_database, resources, bus)
            )
            await stack.enter_async_context(run_services([run], bus))
            http = await stack.enter_async_context(
                httpx.AsyncClient(transport=httpx.ASGITransport(run.app), base_url="http://gateway")
            )
            answer = await http.post(
                f"{API}/oauth/token",
                data={"grant_type": "client_credentials"},
                auth=(client_id, secret),
            )
            http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
            found.append(Replica(run, bus, http))
        yield found


async def test_a_cursor_never_skips_an_event_however_many_write_at_once(
    replicas: list[Replica],
) -> None:
    """Thirty writers at three gateways, a reader that pages all the while: all, once, in order."""
    chance = Random(7)  # noqa: S311 - a test's dice
    written: list[str] = []

    async def write(replica: Replica, subject: str) -> None:
        for _ in range(20):
            written.append(await replica.consumes(subject))
            await asyncio.sleep(chance.random() / 200)

    async def read(until: asyncio.Event) -> list[str]:
        seen: list[str] = []
        after = "0"
        while True:
            last = until.is_set()
            page = await replicas[0].feed(after=after)
            after = page["next"]
            seen += [item["id"] for item in page["items"] if item["type"] == TOPIC]
            if last and not page["items"]:
                return seen

    done = asyncio.Event()
    reading = asyncio.create_task(read(done))
    await asyncio.gather(
        *(write(replicas[number % 3], f"subject {number}") for number in range(30))
    )
    done.set()
    seen = await reading
    assert len(seen) == len(set(seen)) == 600
    assert set(seen) == set(written)


@pytest.mark.parametrize("writer", [0, 1], ids=["same process", "another process"])
async def test_who_waits_is_answered_as_soon_as_something_happens(
    replicas: list[Replica], writer: int
) -> None:
    """By another process's event too, and long before the wait would end by itself."""
    after = (await replicas[0].feed())["next"]
    waiting = asyncio.create_task(replicas[0].feed(after=after, wait=20, topics=["invoicing.*"]))
    await replicas[writer].consumes("unwanted", topic="roster.import.started.v1")
    event_id = await replicas[writer].consumes("wanted")
    async with asyncio.timeout(15):
        page = await waiting
    assert [item["id"] for item in page["items"]] == [event_id]


async def test_who_is_further_behind_than_the_log_is_told_to_start_anew(
    replicas: list[Replica],
) -> None:
    """410 instead of a silent gap; from 0 the feed begins with the oldest that is kept."""
    first = replicas[0]
    await first.consumes("old")
    behind = (await first.feed())["next"]
    await first.consumes("old too")
    boundary = system_clock()
    young = await first.consumes("young")
    async with first.run.transactions.begin() as tx:
        assert await EventLog(tx).forget(boundary, 1000) is False
    answer = await first.http.get(f"{API}/event-feed", params={"after": behind})
    assert (answer.status_code, answer.json()["code"]) == (410, "events_forgotten")
    answer = await first.http.get(f"{API}/events", headers={"Last-Event-ID": behind})
    assert answer.status_code == 410
    page = await first.feed(after=0, topics=[TOPIC])
    assert [item["id"] for item in page["items"]] == [young]
    assert int(page["oldest"]) > int(behind)
    assert (await first.feed(after=int(page["oldest"]) - 1, topics=[TOPIC])) == page


async def test_a_position_from_another_system_is_refused(replicas: list[Replica]) -> None:
    """After a restore, say: waiting there would miss whatever happens until then."""
    first = replicas[0]
    await first.consumes("newest")
    answer = await first.http.get(f"{API}/event-feed", params={"after": 10**9, "wait": 20})
    assert (answer.status_code, answer.json()["code"]) == (410, "position_unknown")


async def test_the_feed_can_be_asked_for_some_topics(replicas: list[Replica]) -> None:
    """Whole names or beginnings; a name that no event has is refused, not silently empty."""
    first = replicas[0]
    opened = await first.consumes("a")
    drafted = await first.consumes("b", topic="enrollment.application.drafted.v1")
    for topics, wanted in (
        ([TOPIC], [opened]),
        (["enrollment.*"], [drafted]),
        (["enrollment.application.*", TOPIC], [opened, drafted]),
        (["documents.*"], []),
    ):
        page = await first.feed(topics=topics)
        assert [item["id"] for item in page["items"]] == wanted
    answer = await first.http.get(f"{API}/event-feed", params={"topics": "invoicing.bill.opened"})
    assert (answer.status_code, answer.json()["code"]) == (422, "topic_unknown")
