"""RabbitMQ as operators see it: lengths of queues, and dead letters."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aio_pika.exceptions import ChannelNotFoundEntity

from shared.bus.transports.rabbit.topology import ANNOUNCED_AS, DEAD_LETTER_QUEUE, prefixed


@dataclass(frozen=True)
class Length:
    """A queue: messages not yet delivered, and its consumers."""

    ready: int
    consumers: int


@dataclass(frozen=True)
class DeadLetter:
    """A message that RabbitMQ gave up: its process died each time, for example."""

    name: str
    """Its message id if that is a UUID, else one made of its content."""
    queue: str
    reason: str
    topic: str
    """Its first routing key."""
    at: datetime | None
    """When it was given up."""
    body: bytes


async def lengths(url: str, namespace: str, queues: Iterable[str]) -> dict[str, Length | None]:
    """Return the length of each queue; None for one that does not exist."""
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
    """Return the dead letters, oldest first; they stay."""
    async with _taken(url, namespace) as (_, messages):
        return [_described(message, namespace) for message in messages]


Wanted = Callable[[DeadLetter], bool]


async def replay_dead_letters(url: str, namespace: str, wanted: Wanted) -> int:
    """Put dead letters back into their queues; return how many there were."""
    count = 0
    async with _taken(url, namespace) as (channel, messages):
        for message in messages:
            letter = _described(message, namespace)
            if not wanted(letter):
                continue
            again = aio_pika.Message(
                message.body,
                content_type=message.content_type,
                message_id=message.message_id,
                correlation_id=message.correlation_id,
                type=message.type,
                headers={ANNOUNCED_AS: letter.topic},
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            )
            queue = prefixed(namespace, letter.queue)
            await channel.default_exchange.publish(again, routing_key=queue)
            await message.ack()
            count += 1
    return count


async def drop_dead_letters(url: str, namespace: str, wanted: Wanted) -> int:
    """Delete dead letters; return how many there were."""
    count = 0
    async with _taken(url, namespace) as (_, messages):
        for message in messages:
            if wanted(_described(message, namespace)):
                await message.ack()
                count += 1
    return count


@asynccontextmanager
async def _taken(
    url: str, namespace: str
) -> AsyncIterator[tuple[AbstractChannel, list[AbstractIncomingMessage]]]:
    """Get all dead letters; those that the body does not acknowledge are requeued at the end."""
    async with await aio_pika.connect(url, timeout=10) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        queue = await channel.declare_queue(prefixed(namespace, DEAD_LETTER_QUEUE), passive=True)
        messages: list[AbstractIncomingMessage] = []
        while (message := await queue.get(no_ack=False, fail=False)) is not None:
            messages.append(message)
        yield channel, messages


def _described(message: AbstractIncomingMessage, namespace: str) -> DeadLetter:
    queue = str(message.headers.get("x-first-death-queue", ""))
    return DeadLetter(
        name=_name(message),
        queue=queue.removeprefix(prefixed(namespace, "")),
        reason=str(message.headers.get("x-first-death-reason", "")),
        topic=_announced_as(message),
        at=_given_up_at(message),
        body=message.body,
    )


def _name(message: AbstractIncomingMessage) -> str:
    try:
        return str(UUID(message.message_id or ""))
    except ValueError:
        return "body-" + sha256(message.body).hexdigest()[:16]


def _announced_as(message: AbstractIncomingMessage) -> str:
    """Return the routing key that a message first had, also when it was replayed since."""
    kept = message.headers.get(ANNOUNCED_AS)
    if kept is not None:
        return str(kept)
    keys = _deaths(message)[-1].get("routing-keys") or [""]
    return str(keys[0])


def _given_up_at(message: AbstractIncomingMessage) -> datetime | None:
    time = _deaths(message)[0].get("time")
    return time.astimezone(UTC) if isinstance(time, datetime) else None


def _deaths(message: AbstractIncomingMessage) -> list[dict[str, Any]]:
    """Return RabbitMQ's records of a message's deaths, the last one first."""
    deaths: Any = message.headers.get("x-death") or [{}]
    return list(deaths)
