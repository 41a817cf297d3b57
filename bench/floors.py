"""The floors: what PostgreSQL and RabbitMQ do on their own."""

import asyncio
from time import perf_counter
from typing import Any
from uuid import uuid4

import aio_pika
import asyncpg

from bench.figures import spread

BODY = b"x" * 700
"""As many bytes as an event has."""

ROWS, MESSAGES, WINDOW = 1500, 3000, 100


async def insert_floor(postgres: str) -> dict[str, Any]:
    """Insert rows on one connection, each in its own transaction.

    Returns the median latency in ms and rows per second.
    """
    table = f"bench_{uuid4().hex[:8]}"
    connection = await asyncpg.connect(postgres)
    try:
        await connection.execute(f"CREATE TABLE {table} (id bigint PRIMARY KEY, body bytea)")
        insert = await connection.prepare(f"INSERT INTO {table} VALUES ($1, $2)")  # noqa: S608 - our own name
        taken = []
        for number in range(ROWS):
            began = perf_counter()
            await insert.fetch(number, BODY)
            taken.append(perf_counter() - began)
    finally:
        await connection.execute(f"DROP TABLE IF EXISTS {table}")
        await connection.close()
    return {"p50_ms": spread(taken).p50, "per_second": ROWS / sum(taken)}


async def bus_floor(bus_url: str) -> dict[str, Any]:
    """Publish with confirms to a quorum queue and consume from it, in one process.

    Returns the median latency of a confirm in ms and messages per second.
    """
    connection = await aio_pika.connect(bus_url)
    async with connection, connection.channel() as outgoing, connection.channel() as incoming:
        await incoming.set_qos(prefetch_count=WINDOW)
        queue = await incoming.declare_queue(
            f"bench.{uuid4().hex[:8]}", durable=True, arguments={"x-queue-type": "quorum"}
        )
        try:
            return await _exchanged(outgoing, queue)
        finally:
            await queue.delete(if_unused=False, if_empty=False)


async def _exchanged(
    outgoing: aio_pika.abc.AbstractChannel, queue: aio_pika.abc.AbstractQueue
) -> dict[str, Any]:
    arrived = asyncio.Semaphore(0)
    window = asyncio.Semaphore(WINDOW)
    taken: list[float] = []

    async def take(message: aio_pika.abc.AbstractIncomingMessage) -> None:
        await message.ack()
        arrived.release()

    async def give() -> None:
        async with window:
            began = perf_counter()
            message = aio_pika.Message(BODY, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
            await outgoing.default_exchange.publish(message, queue.name, mandatory=True)
            taken.append(perf_counter() - began)

    tag = await queue.consume(take)
    began = perf_counter()
    async with asyncio.timeout(60):
        await asyncio.gather(*(give() for _ in range(MESSAGES)))
        for _ in range(MESSAGES):
            await arrived.acquire()
    seconds = perf_counter() - began
    await queue.cancel(tag)
    return {"p50_ms": spread(taken).p50, "per_second": MESSAGES / seconds}
