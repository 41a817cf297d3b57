"""The real bus: RabbitMQ through FastStream."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from aio_pika import IncomingMessage
from aio_pika.exceptions import AMQPException, DeliveryError
from faststream import AckPolicy
from faststream.exceptions import IncorrectState
from faststream.rabbit import Channel, ExchangeType, RabbitBroker, RabbitExchange, RabbitQueue
from faststream.rabbit.message import RabbitMessage

from shared.bus.subscriptions import Queue
from shared.bus.transports.base import BusUnavailable, Settle, Unroutable
from shared.bus.transports.rabbit.acknowledging import Acknowledger
from shared.bus.transports.rabbit.declaring import is_reachable, prepare_topology
from shared.bus.transports.rabbit.topology import ANNOUNCED_AS, Topology, prefixed
from shared.contracts.base import Envelope
from shared.contracts.events import EXCHANGE
from shared.runtime.ending import end
from shared.runtime.faults import describe
from shared.runtime.log import get_logger

log = get_logger(__name__)

AWAY = (AMQPException, ConnectionError, TimeoutError, RuntimeError, IncorrectState)
"""Raised by the libraries when there is no connection."""
STOP_SECONDS = 20.0
"""For messages that are being handled when the process is told to end."""
CLOSE_SECONDS = 5.0
"""For closing a connection that is given up."""
CHECK_SECONDS = 2.0
"""Between two checks of the connections."""
FAILED_CHECKS = 2
"""In a row, after which everything is opened anew."""
MEDIA_TYPE = "application/cloudevents+json"


async def _as_it_came(message: RabbitMessage) -> RabbitMessage:
    return message


class RabbitBus:
    """One process's connections: publishes with confirms, consumes from the queues it binds."""

    keeps_messages = True

    def __init__(
        self, url: str, topology: Topology, *, namespace: str = "", declares: bool = True
    ) -> None:
        """Take the broker's address, all services' queues and a prefix for a shared broker.

        Without `declares` everything must be there: a least privileged user may make nothing.
        """
        self._url = url
        self._topology = topology
        self._namespace = namespace
        self._declares = declares
        self._exchange = RabbitExchange(
            prefixed(namespace, EXCHANGE), type=ExchangeType.TOPIC, durable=True, declare=False
        )
        self._bound: list[tuple[Queue, Settle, int]] = []
        # A connection for each direction: RabbitMQ stops reading from one that publishes when its
        # memory runs out, and acknowledgements are what frees it.
        self._outgoing, self._incoming = self._new_broker(), self._new_broker()
        self._refused = False
        self._watching: asyncio.Task[None] | None = None

    def _new_broker(self) -> RabbitBroker:
        return RabbitBroker(
            self._url,
            reconnect_interval=0.5,
            default_channel=Channel(publisher_confirms=True, on_return_raises=True),
            decoder=_as_it_came,
            apply_types=False,
            graceful_timeout=STOP_SECONDS,
            logger=None,
        )

    def bind(self, queue: Queue, settle: Settle, *, prefetch: int) -> None:
        """Let a consumer take from a queue, unacknowledged until it has settled."""
        self._bound.append((queue, settle, prefetch))

    async def start(self) -> None:
        """Declare all queues, consume, and watch the connections."""
        await prepare_topology(self._url, self._topology, self._namespace, declares=self._declares)
        await self._open()
        self._watching = asyncio.create_task(self._watch())

    async def _open(self) -> None:
        outgoing, incoming = self._new_broker(), self._new_broker()
        for queue, settle, prefetch in self._bound:
            incoming.subscriber(
                RabbitQueue(prefixed(self._namespace, queue.name), durable=True, declare=False),
                channel=Channel(prefetch_count=prefetch),
                ack_policy=AckPolicy.MANUAL,
                # Ignore reply_to: it would let a sender choose where we publish.
                no_reply=True,
            )(_consumer(queue, settle))
        # Assigned before they are started, so that what fails half-way is closed too.
        self._outgoing, self._incoming = outgoing, incoming
        await outgoing.start()
        await incoming.start()
        self._refused = False

    async def _watch(self) -> None:
        """Open everything anew when RabbitMQ answers and the library does not reconnect.

        It restores channels one by one, and one that was closed again meanwhile stays closed.
        """
        failed = 0
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                failed = 0 if await self._well() else failed + 1
                if failed < FAILED_CHECKS or not await is_reachable(self._url):
                    continue
                log.warning("bus_opened_anew")
                await self._close(CLOSE_SECONDS)
                await self._open()
                failed = 0
            except Exception as error:  # noqa: BLE001 - the next look tries again
                log.warning("bus_away", reason=describe(error))

    async def _well(self) -> bool:
        """Return whether the last publish was confirmed and every consumer consumes."""
        if self._refused:
            return False
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                return all([await _consumes(one) for one in self._incoming.subscribers])
        except AWAY:
            return False

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
        except AWAY as error:
            # A time-out is no reason to open anew: RabbitMQ blocks publishers when out of memory.
            self._refused = not isinstance(error, TimeoutError)
            raise BusUnavailable from error
        self._refused = False

    async def stop(self) -> None:
        """Take no more messages, settle those taken, close."""
        if self._watching is not None:
            await end([self._watching])
        await self._close(STOP_SECONDS + CLOSE_SECONDS)

    async def _close(self, seconds: float) -> None:
        # Bounded: what is not acknowledged is delivered again, and a broker may not answer.
        # Nothing is being published once the consumed messages are settled.
        for broker, most in ((self._incoming, seconds), (self._outgoing, CLOSE_SECONDS)):
            connection = broker._connection  # noqa: SLF001 - to be closed even when stopping fails
            with suppress(*AWAY):
                async with asyncio.timeout(most):
                    await broker.stop()
            if connection is not None:
                # Otherwise it would reconnect by itself and take messages that nobody handles.
                with suppress(*AWAY):
                    async with asyncio.timeout(CLOSE_SECONDS):
                        await connection.close()


async def _consumes(subscriber: Any) -> bool:  # noqa: ANN401 - FastStream's, and what is asked is its own
    """Return whether a subscriber's channel is open and RabbitMQ delivers to it."""
    queue = subscriber._queue_obj  # noqa: SLF001 - told nowhere else
    if queue is None or queue.channel.is_closed:
        return False
    channel = await queue.channel.get_underlay_channel()
    return subscriber._consumer_tag in channel.consumers  # noqa: SLF001 - the same


def _require_own(envelope: Envelope, message: IncomingMessage) -> None:
    """Raise ValueError unless type and source are those of the routing key, which rights check."""
    key = message.routing_key if message.exchange else message.headers.get(ANNOUNCED_AS)
    if envelope.type != key or envelope.source != envelope.type.partition(".")[0]:
        raise ValueError("type and source are not what it was announced as")


def _consumer(queue: Queue, settle: Settle) -> Callable[[RabbitMessage], Awaitable[None]]:
    acknowledger = Acknowledger()

    async def consume(message: RabbitMessage) -> None:
        try:
            envelope = Envelope.from_wire(message.body)
            _require_own(envelope, message.raw_message)
        except ValueError as error:
            log.error("not_an_event", queue=queue.name, reason=describe(error))  # noqa: TRY400 - the trace would show the body
            await acknowledger.refused(message.raw_message)
            return
        await settle(envelope)
        await acknowledger.settled(message.raw_message)

    return consume
