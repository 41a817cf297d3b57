"""TLS by setting: the bus's URL has the scheme `amqps` and the authority to trust."""

import aio_pika
import pytest
from aio_pika.exceptions import AMQPConnectionError

from services.host.topology import topology
from shared.bus.operations.definitions import OPERATOR, VHOST
from shared.bus.transports.rabbit.broker import lengths
from shared.bus.transports.rabbit.bus import RabbitBus
from shared.bus.transports.rabbit.declaring import TopologyMissing
from shared.contracts.base import Envelope
from tests.broker.conftest import Broker


def _secure(broker: Broker, user: str, authority: str) -> str:
    file = broker.certificates / f"{authority}.pem"
    return f"amqps://{user}:{user[::-1]}@localhost:{broker.tls_port}/{VHOST}?cafile={file}"


async def test_a_service_speaks_tls_when_its_address_says_so(broker: Broker) -> None:
    """It connects, finds its queues and publishes; operators' commands connect too."""
    bus = RabbitBus(_secure(broker, "roster", "ca"), topology(), declares=False)
    await bus.start()
    try:
        await bus.publish(
            Envelope.model_validate(
                {
                    "id": "0b0e1d6e-3f3a-4c53-9f0a-111111111111",
                    "source": "roster",
                    "type": "roster.import.progressed.v1",
                    "subject": "PRT0000000001",
                    "time": "2026-11-25T00:00:00Z",
                    "correlationid": "c",
                    "data": {},
                }
            )
        )
    finally:
        await bus.stop()
    found = await lengths(_secure(broker, OPERATOR, "ca"), "", ["gateway.events"])
    assert found["gateway.events"] is not None


async def test_a_broker_whose_certificate_nobody_vouches_for_is_not_spoken_to(
    broker: Broker,
) -> None:
    """A certificate of another authority is refused."""
    with pytest.raises(AMQPConnectionError):
        await aio_pika.connect(_secure(broker, "roster", "other"))


async def test_a_service_that_may_make_nothing_says_what_is_missing(broker: Broker) -> None:
    """It names the queue, instead of starting without it."""
    bus = RabbitBus(broker.url("roster"), topology() | {"roster.new": []}, declares=False)
    with pytest.raises(TopologyMissing, match=r"roster\.new"):
        await bus.start()
    await bus.stop()
