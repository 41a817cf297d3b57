"""A connection that the library has given up is opened again."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic
from uuid import uuid4

import pytest

from services.host.topology import topology
from shared.bus.subscriptions import Queue
from shared.bus.transports.base import BusUnavailable
from shared.bus.transports.rabbit.bus import RabbitBus
from shared.contracts.base import Envelope
from tests.broker.conftest import Broker

TIMEOUT_SECONDS = 30.0


def _envelope(subject: str) -> Envelope:
    return Envelope.model_validate(
        {
            "id": str(uuid4()),
            "source": "roster",
            "type": "roster.import.started.v1",
            "subject": subject,
            "time": "2026-11-25T00:00:00Z",
            "correlationid": "c",
            "data": {},
        }
    )


@pytest.fixture
async def bus(broker: Broker) -> AsyncIterator[tuple[RabbitBus, list[str]]]:
    """Run a bus; returns it with the subjects that it consumes."""
    await broker.empty()
    seen: list[str] = []

    async def settle(envelope: Envelope) -> None:
        seen.append(envelope.subject)

    made = RabbitBus(broker.url("roster"), topology(), declares=False)
    made.bind(Queue("roster.import", frozenset(), {}, is_job=True), settle, prefetch=1)
    await made.start()
    yield made, seen
    await made.stop()


async def test_a_consumer_that_does_not_come_back_is_started_again(
    bus: tuple[RabbitBus, list[str]],
) -> None:
    """What was published meanwhile arrives."""
    running, seen = bus
    await running._incoming.stop()
    await running.publish(_envelope("PRT0000000001"))
    limit = monotonic() + TIMEOUT_SECONDS
    while not seen:
        assert monotonic() < limit
        await asyncio.sleep(0.05)
    assert seen == ["PRT0000000001"]


async def test_a_publisher_that_does_not_come_back_is_opened_again(
    bus: tuple[RabbitBus, list[str]],
) -> None:
    """Until then publishing raises BusUnavailable."""
    running, seen = bus
    await running._outgoing.stop()
    limit = monotonic() + TIMEOUT_SECONDS
    refused = 0
    while True:
        try:
            await running.publish(_envelope("PRT0000000002"))
            break
        except BusUnavailable:
            refused += 1
        assert monotonic() < limit
        await asyncio.sleep(0.2)
    assert refused
    while not seen:
        assert monotonic() < limit
        await asyncio.sleep(0.05)
    assert seen == ["PRT0000000002"]
