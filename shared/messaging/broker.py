"""RabbitMQ as operators see it: how long the queues are, and what it gave up by itself."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aio_pika.exceptions import ChannelNotFoundEntity

from shared.messaging.topology import DEAD_LETTERS, prefixed


@dataclass(frozen=True)
class Length:
    """A queue: messages that nobody has in hand yet, and processes that take from it."""

    ready: int
    consumers: int


@dataclass(frozen=True)
class DeadLetter:
    """A message that ended without reaching a database: its process died each time, say."""

    message_id: str
    queue: str
    reason: str
    topic: str
    body: bytes


async def lengths(url: str, namespace: str, queues: Iterable[str]) -> dict[str, Length | None]:
    """Measure queues; None for one that does not exist."""
    found: dict[str, Length | None] = {}
    async with await aio_pika.connect(url, timeout=10) as connection:
        for name in queues:
            channel = await connection.channel()
            try:
                queue = await channel.declare_queue(prefixed(namespace, name), passive=True)
            except ChannelNotFoundEntity:
                found[name] = None
                continue
            counted = queue.declaration_result
            found[name] = Length(counted.message_count or 0, counted.consumer_count or 0)
            await channel.close()
    return found


async def dead_letters(url: str, namespace: str) -> list[DeadLetter]:
    """List them, oldest first; they stay."""
    async with _taken(url, namespace) as (_, messages):
        return [_described(message, namespace) for message in messages]


async def replay_dead_letter(url: str, namespace: str, message_id: str) -> int:
    """Put a dead letter back into its queue; gives how many there were."""
    count = 0
    async with _taken(url, namespace) as (channel, messages):
        for message in messages:
            letter = _described(message, namespace)
            if letter.message_id != message_id:
                continue
            again = aio_pika.Message(
                message.body,
                content_type=message.content_type,
                message_id=message.message_id,
                correlation_id=message.correlation_id,
                type=message.type,
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            )
            queue = prefixed(namespace, letter.queue)
            await channel.default_exchange.publish(again, routing_key=queue)
            await message.ack()
            count += 1
    return count


async def drop_dead_letter(url: str, namespace: str, message_id: str) -> int:
    """Throw a dead letter away; gives how many there were."""
    count = 0
    async with _taken(url, namespace) as (_, messages):
        for message in messages:
            if message.message_id == message_id:
                await message.ack()
                count += 1
    return count


@asynccontextmanager
async def _taken(
    url: str, namespace: str
) -> AsyncIterator[tuple[AbstractChannel, list[AbstractIncomingMessage]]]:
    """Take all dead letters in hand; those that are not acknowledged go back at the end."""
    async with await aio_pika.connect(url, timeout=10) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        queue = await channel.declare_queue(prefixed(namespace, DEAD_LETTERS), passive=True)
        messages: list[AbstractIncomingMessage] = []
        while (message := await queue.get(no_ack=False, fail=False)) is not None:
            messages.append(message)
        yield channel, messages


def _described(message: AbstractIncomingMessage, namespace: str) -> DeadLetter:
    queue = str(message.headers.get("x-first-death-queue", ""))
    return DeadLetter(
        message_id=message.message_id or "",
        queue=queue.removeprefix(prefixed(namespace, "")),
        reason=str(message.headers.get("x-first-death-reason", "")),
        topic=message.type or message.routing_key or "",
        body=message.body,
    )
