"""Measure rate, latency, several consumers, a long history and endurance of the bus."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from uuid import uuid4

import aio_pika
import asyncpg
import psutil

from bench.bus.pair import EACH, SIDE_BY_SIDE, BenchEvent, Place, new_place
from bench.bus.processes import (
    Process,
    consume,
    declare_raw,
    measure_latencies,
    publish_paced,
    raw_consumer,
    raw_lone,
    raw_publisher,
    relay,
    stopping,
)
from shared.bus.transports.rabbit.bus import RabbitBus
from shared.bus.transports.rabbit.declaring import remove_topology

SERVERS = ("beam.smp", "postgres")
PAUSE_SECONDS = 0.02


@dataclass(frozen=True)
class Servers:
    """The RabbitMQ and the PostgreSQL that both sides use."""

    bus_url: str
    postgres: str

    @asynccontextmanager
    async def place(self) -> AsyncIterator[Place]:
        """Create databases and queues; drop them after the body."""
        namespace = f"bench{uuid4().hex[:8]}"
        place = await new_place(self.postgres, self.bus_url, namespace)
        bus = RabbitBus(self.bus_url, place.topology, namespace=namespace)
        await bus.start()
        await bus.stop()
        try:
            yield place
        finally:
            await remove_topology(self.bus_url, place.topology, namespace)
            async with (
                await aio_pika.connect(self.bus_url) as connection,
                connection.channel() as channel,
            ):
                queue = await declare_raw(channel, place)
                await queue.delete(if_unused=False, if_empty=False)
            connection = await asyncpg.connect(self.postgres)
            for name in ("publisher", "consumer"):
                await connection.execute(f"DROP DATABASE {namespace}_{name} WITH (FORCE)")
            await connection.close()


def server_cpu() -> dict[str, float]:
    """Return the processor time of each server in seconds, with that of ended children."""
    used = dict.fromkeys(SERVERS, 0.0)
    for process in psutil.process_iter(["name", "cpu_times"]):
        if process.info["name"] in used and process.info["cpu_times"]:
            times = process.info["cpu_times"]
            used[process.info["name"]] += (
                times.user + times.system + times.children_user + times.children_system
            )
    return used


async def raw_rate(servers: Servers, count: int) -> float:
    """Return the messages per second of aio-pika alone, publishing and consuming at once."""
    async with servers.place() as place:
        publisher = Process(raw_publisher, place, count)
        consumer = Process(raw_consumer, place, count)
        with stopping(publisher, consumer):
            began = perf_counter()
            consumer.go()
            publisher.go()
            return float(count / (await consumer.result() - began))


async def our_rate(
    servers: Servers, count: int, pattern: str = SIDE_BY_SIDE
) -> tuple[float, dict[str, float]]:
    """Return the messages per second of the bus, and each process's share of a processor."""
    async with servers.place() as place:
        publisher, consumer = Process(relay, place, count, pattern), Process(consume, place)
        with stopping(publisher, consumer):
            before, used = server_cpu(), (publisher.cpu(), consumer.cpu())
            began = perf_counter()
            consumer.go()
            publisher.go()
            await until_effects(place, count)
            seconds = perf_counter() - began
            after = server_cpu()
            shares = {
                "publisher": (publisher.cpu() - used[0]) / seconds,
                "consumer": (consumer.cpu() - used[1]) / seconds,
            } | {name: (after[name] - before[name]) / seconds for name in SERVERS}
            return count / seconds, shares


async def effects_in(place: Place) -> int:
    """Return the number of effects."""
    connection = await asyncpg.connect(place.consumer)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM effects"))
    finally:
        await connection.close()


async def until_effects(place: Place, count: int, *, whole: bool = True) -> None:
    """Wait until `count` effects are there; `whole` checks that none is there twice."""
    connection = await asyncpg.connect(place.consumer)
    try:
        # The newest position is one look-up, where counting would read all rows.
        while (await connection.fetchval("SELECT max(position) FROM effects") or 0) < count:
            await asyncio.sleep(0.02)
        if whole:
            found = await connection.fetchval(
                "SELECT count(DISTINCT (subject, number)) FROM effects"
            )
            assert found == count, found
    finally:
        await connection.close()


async def ratio(servers: Servers, count: int, rounds: int) -> dict[str, object]:
    """Return the rates of bus and aio-pika, measured in turn, and the median of their ratios."""
    raw, ours, shares = [], [], []
    for _ in range(rounds):
        raw.append(await raw_rate(servers, count))
        rate, share = await our_rate(servers, count)
        ours.append(rate)
        shares.append(share)
    return {
        "messages": count,
        "raw_per_second": raw,
        "ours_per_second": ours,
        "ratio": median(one / other for one, other in zip(ours, raw, strict=True)),
        "shares": shares[-1],
    }


async def several_consumers(
    servers: Servers, count: int, consumers: int, pattern: str = SIDE_BY_SIDE
) -> dict[str, object]:
    """Return the rate at which `consumers` processes drain a filled queue."""
    async with servers.place() as place:
        publisher = Process(relay, place, count, pattern)
        with stopping(publisher):
            publisher.go()
            await publisher.result()
        processes = [Process(consume, place) for _ in range(consumers)]
        with stopping(*processes):
            for process in processes:
                process.go()
            # All are connected by then.
            await until_effects(place, count // 5, whole=False)
            before, used = server_cpu(), [process.cpu() for process in processes]
            began, done = perf_counter(), await effects_in(place)
            await until_effects(place, count)
            seconds = perf_counter() - began
            after = server_cpu()
            shares = {
                f"consumer {number + 1}": (process.cpu() - used[number]) / seconds
                for number, process in enumerate(processes)
            } | {name: (after[name] - before[name]) / seconds for name in SERVERS}
    return {
        "consumers": consumers,
        "pattern": pattern,
        "per_second": (count - done) / seconds,
        "shares": shares,
    }


async def lone_latency(servers: Servers, count: int) -> dict[str, float]:
    """Return latencies in ms, from an event's transaction to its effect's commit, one at a time."""
    async with servers.place() as place:
        raw = Process(raw_lone, place, count, PAUSE_SECONDS)
        with stopping(raw):
            raw.go()
            bare = sorted(await raw.result())
        consumer = Process(measure_latencies, place, count)
        publisher = Process(publish_paced, place, count, PAUSE_SECONDS)
        with stopping(consumer, publisher):
            consumer.go()
            publisher.go()
            ours = sorted(await consumer.result())

    def at(values: list[float], part: float) -> float:
        return values[int(part * (len(values) - 1))] * 1000

    return {
        "raw_p50_ms": at(bare, 0.5),
        "raw_p99_ms": at(bare, 0.99),
        "ours_p50_ms": at(ours, 0.5),
        "ours_p99_ms": at(ours, 0.99),
        "added_p99_ms": at(ours, 0.99) - at(bare, 0.5),
    }


HISTORY = """
INSERT INTO inbox (consumer, event_id, state, topic, source, subject, sequence)
SELECT 'consumer.events', gen_random_uuid(), 'done', $1, 'bench', 'h' || n / $2, n % $2 + 1
FROM generate_series(1::bigint, $3::bigint) AS n
"""
SEQUENCES = """
INSERT INTO {table} (stream, subject, sequence)
SELECT 'bench.thing', 'h' || n, $1 FROM generate_series(1::bigint, $2::bigint) AS n
"""


async def with_history(servers: Servers, count: int, history: int) -> float:
    """Return the messages per second of the bus after `history` earlier events."""
    async with servers.place() as place:
        for url, table in (
            (place.publisher, "published_positions"),
            (place.consumer, "consumed_positions"),
        ):
            connection = await asyncpg.connect(url)
            await connection.execute(SEQUENCES.format(table=table), EACH, history // EACH)
            if table == "consumed_positions":
                await connection.execute(HISTORY, BenchEvent.topic, EACH, history)
            else:
                # Earlier events leave dead rows in the outbox and its index.
                await connection.execute(
                    "INSERT INTO outbox (topic, subject, body)"
                    " SELECT $1, 'h' || n, decode(repeat('78', 700), 'hex')"
                    " FROM generate_series(1::bigint, $2::bigint) AS n",
                    BenchEvent.topic,
                    history,
                )
                await connection.execute("DELETE FROM outbox")
            # As autovacuum leaves it by the time that the history is so long.
            await connection.execute("VACUUM (ANALYZE)")
            await connection.execute("CHECKPOINT")
            await connection.close()
        publisher, consumer = (
            Process(relay, place, count, SIDE_BY_SIDE),
            Process(consume, place),
        )
        with stopping(publisher, consumer):
            began = perf_counter()
            consumer.go()
            publisher.go()
            await until_effects(place, count)
            return count / (perf_counter() - began)


async def endurance(servers: Servers, count: int, parts: int) -> list[dict[str, float]]:
    """Return the rate and both processes' memory in MB after each part of `count` messages."""
    async with servers.place() as place:
        publisher, consumer = (
            Process(relay, place, count, SIDE_BY_SIDE),
            Process(consume, place),
        )
        with stopping(publisher, consumer):
            found = []
            consumer.go()
            publisher.go()
            connection = await asyncpg.connect(place.consumer)
            began = perf_counter()
            for part in range(1, parts + 1):
                wanted = count * part // parts
                while (
                    await connection.fetchval("SELECT max(position) FROM effects") or 0
                ) < wanted:
                    await asyncio.sleep(0.2)
                now = perf_counter()
                found.append(
                    {
                        "messages": wanted,
                        "per_second": count / parts / (now - began),
                        "publisher_mb": publisher.memory() / 2**20,
                        "consumer_mb": consumer.memory() / 2**20,
                    }
                )
                began = now
            await connection.close()
            await until_effects(place, count)
    return found
