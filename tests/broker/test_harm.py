"""Invalid messages do no harm, whoever published them."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from uuid import uuid4

import aio_pika
import pytest

from services.host.registry import NAMES
from services.host.topology import topology
from shared.bus.operations.definitions import ADMINISTRATOR, OPERATOR
from shared.bus.subscriptions import Queue
from shared.bus.transports.base import Settle
from shared.bus.transports.rabbit.broker import dead_letters, replay_dead_letters
from shared.bus.transports.rabbit.bus import RabbitBus
from shared.contracts.events import EXCHANGE
from shared.runtime.keys import new_keys
from tests.broker.conftest import Broker
from tests.commands import attempt, command

ROSTER = Queue("roster.events", frozenset(), {})


@pytest.fixture
async def settled(broker: Broker) -> AsyncIterator[list[str]]:
    """Run roster's consumer; returns the subjects of what reaches it."""
    await broker.empty()
    seen: list[str] = []

    async def settle(envelope: object) -> None:
        seen.append(envelope.subject)  # type: ignore[attr-defined]

    bus = RabbitBus(broker.url("roster"), topology(), declares=False)
    taking: Settle = settle
    bus.bind(ROSTER, taking, prefetch=10)
    async with AsyncExitStack() as stack:
        await bus.start()
        stack.push_async_callback(bus.stop)
        yield seen


async def test_what_is_no_event_is_put_aside_and_the_next_one_works(
    broker: Broker, settled: list[str], tmp_path: Path
) -> None:
    """Text, half an envelope, a false type: an operator sees and drops them."""
    began = datetime.now(UTC) - timedelta(seconds=1)  # RabbitMQ notes whole seconds
    topic = "enrollment.application.drafted.v1"
    good = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": "enrollment",
        "type": topic,
        "subject": "PRT0000000009",
        "time": "2026-11-25T00:00:00Z",
        "stream": "enrollment.application",
        "sequence": "0000000001",
        "correlationid": "c",
        "data": {},
    }
    approved = {"type": "enrollment.application.approved.v1"}
    bad = [
        b"\xff\x00 no event",
        b"{}",
        json.dumps(good | {"id": 7}).encode(),
        json.dumps(good | approved).encode(),
        json.dumps(good | {"source": "invoicing"}).encode(),
    ]
    async with (
        await aio_pika.connect(broker.url("enrollment")) as connection,
        connection.channel() as channel,
    ):
        exchange = await channel.get_exchange(EXCHANGE, ensure=False)
        for body in (*bad, json.dumps(good).encode()):
            named = str(uuid4()) if body in bad[:2] else "\x1b[31m"
            await exchange.publish(aio_pika.Message(body, message_id=named), topic)
    url, limit = broker.url(OPERATOR), monotonic() + 20
    while len(letters := await dead_letters(url, "")) < len(bad) or not settled:
        assert monotonic() < limit, (letters, settled)
        await asyncio.sleep(0.05)
    assert settled == ["PRT0000000009"]
    assert {letter.queue for letter in letters} == {"roster.events"}
    assert {letter.topic for letter in letters} == {topic}
    again = letters[-1].name
    administrator = broker.url(ADMINISTRATOR)
    assert await replay_dead_letters(administrator, "", lambda one: one.name == again) == 1
    while again not in {letter.name for letter in await dead_letters(url, "")}:
        assert monotonic() < limit, "put back, it is refused again"
        await asyncio.sleep(0.05)
    environment = {**os.environ, **new_keys(), "BUS_URL": url}
    output = await command(tmp_path, environment, "messages", "list", "dead-letters")
    _, line = output.splitlines()
    group, _, count, first, _, *shared = line.split()
    assert (count, shared) == ("5", ["roster.events", topic, "rejected"])
    assert datetime.fromisoformat(first) > began
    drop = ("messages", "drop", "dead-letters", group)
    code, output = await attempt(tmp_path, environment, *drop)
    assert (code, "nothing was done" in output) == (1, True)
    assert len(await dead_letters(url, "")) == len(bad)
    assert "dropped 5" in await command(tmp_path, environment, *drop, "--yes")
    assert await dead_letters(url, "") == []


def test_no_service_takes_commands_from_the_bus() -> None:
    """Every consumed topic is an event of one of the five services."""
    for name, topics in topology().items():
        for topic in topics:
            if topic != "#":
                assert topic.split(".")[0] in NAMES, name
