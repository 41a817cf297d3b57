"""Declaring what exists on RabbitMQ, or checking it, on a connection of its own.

A robust channel would declare everything again whenever it comes back.
"""

import aio_pika
from aio_pika.exceptions import AMQPException, ChannelNotFoundEntity

from shared.bus.transports.rabbit.topology import (
    DEAD_LETTER_QUEUE,
    Topology,
    prefixed,
    queue_arguments,
)
from shared.contracts.events import EXCHANGE

TIMEOUT_SECONDS = 10


class TopologyMissing(Exception):  # noqa: N818 - a state of the broker
    """A queue does not exist, and this process may not declare it."""


async def prepare_topology(url: str, topology: Topology, namespace: str, *, declares: bool) -> None:
    """Declare the exchange and all queues, so that services that start later lose nothing.

    Without `declares` only look; TopologyMissing names the queue that is not there.
    """
    async with await aio_pika.connect(url, timeout=TIMEOUT_SECONDS) as connection:
        channel = await connection.channel()
        if not declares:
            for name in [DEAD_LETTER_QUEUE, *topology]:
                try:
                    await channel.declare_queue(prefixed(namespace, name), passive=True)
                except ChannelNotFoundEntity:
                    raise TopologyMissing(name) from None
            return
        exchange = await channel.declare_exchange(
            prefixed(namespace, EXCHANGE), aio_pika.ExchangeType.TOPIC, durable=True
        )
        for name in [DEAD_LETTER_QUEUE, *topology]:
            queue = await channel.declare_queue(
                prefixed(namespace, name), durable=True, arguments=queue_arguments(name, namespace)
            )
            for topic in topology.get(name, ()):
                await queue.bind(exchange, topic)


async def is_reachable(url: str) -> bool:
    """Return whether RabbitMQ answers just now."""
    try:
        await (await aio_pika.connect(url, timeout=TIMEOUT_SECONDS)).close()
    except (AMQPException, OSError, TimeoutError):
        return False
    return True


async def remove_topology(url: str, topology: Topology, namespace: str) -> None:
    """Delete a namespace's exchange and queues; for tests and the end of a trial."""
    async with await aio_pika.connect(url, timeout=TIMEOUT_SECONDS) as connection:
        channel = await connection.channel()
        for name in [*topology, DEAD_LETTER_QUEUE]:
            await channel.queue_delete(prefixed(namespace, name))
        await channel.exchange_delete(prefixed(namespace, EXCHANGE))
