"""The real bus: RabbitMQ through FastStream."""

import asyncio
from contextlib import suppress

import aio_pika
from aio_pika.exceptions import AMQPException, ChannelNotFoundEntity, DeliveryError
from faststream import AckPolicy
from faststream.exceptions import RejectMessage
from faststream.rabbit import (
    Channel,
    ExchangeType,
    RabbitBroker,
    RabbitExchange,
    RabbitQueue,
)
from faststream.rabbit.message import RabbitMessage
from pydantic import ValidationError

from shared.contracts.base import Envelope
from shared.log import get_logger
from shared.messaging.bus import BusUnavailable, Settle, Unroutable
from shared.messaging.faults import describe
from shared.messaging.subscriptions import Queue
from shared.messaging.topology import (
    DEAD_LETTERS,
    EXCHANGE,
    Topology,
    prefixed,
    queue_arguments,
)

log = get_logger(__name__)

STOP = 20.0
"""Seconds that messages in hand have when a process is told to end."""
MEDIA_TYPE = "application/cloudevents+json"
MEDIA_TYPE = "application/cloudevents+json"


class TopologyMissing(Exception):  # noqa: N818 - a state of the broker
    """A queue does not exist, and this process is not to make it."""


async def _as_it_came(message: RabbitMessage) -> bytes:
    return message.body


class RabbitBus:
    """One process's connection: publishes with confirms, consumes from the queues it binds."""

    keeps_messages = True

    def __init__(
        self, url: str, topology: Topology, *, namespace: str = "", declares: bool = True
    ) -> None:
        """Take the broker's address, all services' queues and a prefix for a shared broker.

        Without `declares` everything must be there: a least privileged user may make nothing.
        """
        self._topology = topology
        self._namespace = namespace
        self._declares = declares
        self._exchange = RabbitExchange(
            prefixed(namespace, EXCHANGE), type=ExchangeType.TOPIC, durable=True, declare=declares
        )
        # A connection for each direction: RabbitMQ stops reading from one that publishes when its
        # memory runs out, and acknowledgements are what frees it.
        self._outgoing, self._incoming = (
            RabbitBroker(
                url,
                reconnect_interval=0.5,
                default_channel=Channel(publisher_confirms=True, on_return_raises=True),
                decoder=_as_it_came,
                apply_types=False,
                graceful_timeout=STOP,
                logger=None,
            )
            for _ in range(2)
        )

    def bind(self, queue: Queue, settle: Settle, *, prefetch: int) -> None:
        """Let a consumer take from a queue, unacknowledged until it has settled."""

        async def consume(body: bytes) -> None:
            try:
                envelope = Envelope.from_wire(body)
            except ValidationError as error:
                log.error("not_an_event", queue=queue.name, reason=describe(error))  # noqa: TRY400 - the trace would show the body
                raise RejectMessage from None
            await settle(envelope)

        self._incoming.subscriber(
            RabbitQueue(prefixed(self._namespace, queue.name), durable=True, declare=False),
            channel=Channel(prefetch_count=1 if queue.long else prefetch),
            ack_policy=AckPolicy.NACK_ON_ERROR,
        )(consume)

    async def start(self) -> None:
        """Declare every service's queues, then consume."""
        await self._outgoing.start()
        await (self.declare_topology() if self._declares else self._expect_topology())
        await self._incoming.start()

    async def _expect_topology(self) -> None:
        """Make sure that all queues exist; TopologyMissing names the one that does not."""
        for name in [DEAD_LETTERS, *self._topology]:
            queue = RabbitQueue(prefixed(self._namespace, name), declare=False)
            try:
                await self._outgoing.declare_queue(queue)
            except ChannelNotFoundEntity:
                raise TopologyMissing(name) from None

    async def declare_topology(self) -> None:
        """Make the exchange and all queues: who starts later has lost nothing."""
        exchange = await self._outgoing.declare_exchange(self._exchange)
        for name in [DEAD_LETTERS, *self._topology]:
            queue = await self._outgoing.declare_queue(
                RabbitQueue(  # type: ignore[call-overload]
                    prefixed(self._namespace, name),
                    durable=True,
                    arguments=queue_arguments(name, self._namespace),
                )
            )
            for topic in self._topology.get(name, ()):
                await queue.bind(exchange, routing_key=topic)

    async def publish(self, envelope: Envelope) -> None:
        """Return when RabbitMQ has confirmed that at least one queue holds the event."""
        try:
            await self._outgoing.publish(
                envelope.to_wire(),
                exchange=self._exchange,
                routing_key=envelope.type,
                mandatory=True,
                persist=True,
                content_type=MEDIA_TYPE,
                message_id=str(envelope.id),
                correlation_id=envelope.correlationid,
                headers={"traceparent": envelope.traceparent} if envelope.traceparent else None,
                message_type=envelope.type,
                timeout=30,
            )
        except DeliveryError as error:
            raise Unroutable(envelope.type) from error
        except (AMQPException, ConnectionError, TimeoutError, RuntimeError) as error:
            raise BusUnavailable from error

    async def stop(self) -> None:
        """Take no more, finish what is in hand, close."""
        # Bounded: what is not acknowledged comes again, and a broker may have stopped to answer.
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP + 5):
                await self._incoming.stop()
                await self._outgoing.stop()


async def remove_topology(url: str, topology: Topology, namespace: str) -> None:
    """Delete a namespace's exchange and queues; for tests and the end of a trial."""
    connection = await aio_pika.connect(url)
    async with connection, connection.channel() as channel:
        for name in [*topology, DEAD_LETTERS]:
            await channel.queue_delete(prefixed(namespace, name))
        await channel.exchange_delete(prefixed(namespace, EXCHANGE))
