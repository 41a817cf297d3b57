"""Child processes: publishers and consumers, with aio-pika alone and with the bus."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from time import perf_counter
from typing import Any

import aio_pika
import asyncpg
import psutil
import uvloop

from bench.bus.pair import Place, bench_event, latencies, run_service
from shared.runtime.log import configure_logging

BODY = b"x" * 700
WINDOW = 500
PREFETCH = 100
RAW = "raw"
POLL_SECONDS = 0.005


class Process:
    """A child process that starts its work on `go` and returns a result."""

    def __init__(self, act: Callable[..., Coroutine[Any, Any, Any]], *arguments: Any) -> None:  # noqa: ANN401 - picklable
        context = get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(
            target=_run, args=(act, theirs, arguments), daemon=True
        )
        self._process.start()
        assert self._ours.recv() == "ready"
        self._cpu = psutil.Process(self._process.pid)

    def go(self) -> None:
        """Start the work."""
        self._ours.send("go")

    def cpu(self) -> float:
        """Return the processor time that it has used, in seconds."""
        used = self._cpu.cpu_times()
        return float(used.user + used.system)

    def memory(self) -> int:
        """Return its resident memory, in bytes."""
        return int(self._cpu.memory_info().rss)

    async def result(self) -> Any:  # noqa: ANN401 - whatever it gives
        """Wait for its result; AssertionError when it dies."""
        while not self._ours.poll():
            assert self._process.is_alive()
            await asyncio.sleep(POLL_SECONDS)
        return self._ours.recv()

    def stop(self) -> None:
        """Terminate it."""
        self._process.terminate()
        self._process.join()


@contextmanager
def stopping(*processes: Process) -> Iterator[None]:
    """Terminate the processes after the body."""
    try:
        yield
    finally:
        for process in processes:
            process.stop()


def _run(
    act: Callable[..., Coroutine[Any, Any, Any]], pipe: Connection, arguments: tuple[Any, ...]
) -> None:
    configure_logging(json=False, level="ERROR")
    uvloop.run(act(pipe, *arguments))


async def _wait_for_go(pipe: Connection) -> None:
    pipe.send("ready")
    while not pipe.poll():
        await asyncio.sleep(POLL_SECONDS)
    pipe.recv()


async def raw_publisher(pipe: Connection, place: Place, count: int) -> None:
    """Publish with confirms and `mandatory`, many in flight; send the time of the end."""
    connection = await aio_pika.connect(place.bus_url)
    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
    window = asyncio.Semaphore(WINDOW)

    async def publish() -> None:
        async with window:
            message = aio_pika.Message(BODY, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
            await channel.default_exchange.publish(message, _raw_queue(place), mandatory=True)

    await _wait_for_go(pipe)
    await asyncio.gather(*(publish() for _ in range(count)))
    pipe.send(perf_counter())
    await asyncio.Event().wait()


async def raw_consumer(pipe: Connection, place: Place, count: int) -> None:
    """Consume and acknowledge; send the time of the end."""
    connection = await aio_pika.connect(place.bus_url)
    channel = await connection.channel()
    await channel.set_qos(prefetch_count=PREFETCH)
    queue = await declare_raw(channel, place)
    seen, whole = 0, asyncio.Event()

    async def take(message: aio_pika.abc.AbstractIncomingMessage) -> None:
        nonlocal seen
        await message.ack()
        seen += 1
        if seen == count:
            whole.set()

    await queue.consume(take)
    await _wait_for_go(pipe)
    await whole.wait()
    pipe.send(perf_counter())
    await asyncio.Event().wait()


def _raw_queue(place: Place) -> str:
    return f"{place.namespace}.{RAW}"


async def declare_raw(
    channel: aio_pika.abc.AbstractChannel, place: Place
) -> aio_pika.abc.AbstractQueue:
    """Declare the raw queue, a quorum queue as the bus has."""
    return await channel.declare_queue(
        _raw_queue(place), durable=True, arguments={"x-queue-type": "quorum"}
    )


async def relay(pipe: Connection, place: Place, count: int, pattern: str) -> None:
    """Write `count` events into the outbox, relay them on `go`; send the time of the end."""
    async with run_service(place, "publisher", started=False) as run:
        for first in range(0, count, 1000):
            async with run.transactions.begin() as tx:
                for number in range(first, min(first + 1000, count)):
                    tx.emit(bench_event(number, count, pattern))
    async with asyncpg.create_pool(place.publisher, min_size=1, max_size=1) as pool:
        await pool.execute("ANALYZE outbox")
        await _wait_for_go(pipe)
        async with run_service(place, "publisher"):
            while await pool.fetchval("SELECT count(*) FROM (SELECT FROM outbox LIMIT 1) AS one"):
                await asyncio.sleep(0.02)
            pipe.send(perf_counter())
            await asyncio.Event().wait()


async def consume(pipe: Connection, place: Place) -> None:
    """Consume from `go` on, one effect row per message."""
    await _wait_for_go(pipe)
    async with run_service(place, "consumer"):
        await asyncio.Event().wait()


async def publish_paced(pipe: Connection, place: Place, count: int, pause: float) -> None:
    """Emit one event every `pause` seconds, stamped with when its transaction began."""
    async with run_service(place, "publisher") as run:
        await asyncio.sleep(0.5)
        await _wait_for_go(pipe)
        for number in range(count):
            async with run.transactions.begin() as tx:
                tx.emit(bench_event(number, count, at=perf_counter()))
            await asyncio.sleep(pause)
        pipe.send("done")
        await asyncio.Event().wait()


async def measure_latencies(pipe: Connection, place: Place, count: int) -> None:
    """Send, per event, the seconds from its transaction's begin to its effect's commit."""
    async with run_service(place, "consumer"):
        await _wait_for_go(pipe)
        while len(latencies) < count:
            await asyncio.sleep(POLL_SECONDS)
        pipe.send(latencies)
        await asyncio.Event().wait()


async def raw_lone(pipe: Connection, place: Place, count: int, pause: float) -> None:
    """Send, per message, the seconds from publishing to consuming it, one at a time."""
    connection = await aio_pika.connect(place.bus_url)
    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
    queue = await declare_raw(channel, place)
    taken: list[float] = []

    async def take(message: aio_pika.abc.AbstractIncomingMessage) -> None:
        taken.append(perf_counter() - float(message.body[:20]))
        await message.ack()

    await queue.consume(take)
    await _wait_for_go(pipe)
    for _ in range(count):
        body = f"{perf_counter():020.9f}".encode() + BODY[20:]
        message = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, queue.name, mandatory=True)
        await asyncio.sleep(pause)
    pipe.send(taken)
    await asyncio.Event().wait()
