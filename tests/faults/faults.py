"""Faults of a working system; each is over when its function returns."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from uuid import UUID

import aio_pika
from aio_pika.abc import AbstractChannel

from services.host.registry import NAMES
from services.host.topology import topology
from shared.bus.subscriptions import takes
from shared.bus.transports.rabbit.broker import dead_letters, drop_dead_letters
from shared.contracts.base import Envelope
from shared.contracts.events import EXCHANGE
from shared.runtime.clock import system_clock
from tests.faults.system import NAMESPACE, SystemUnderTest
from tests.faults.verification import QUEUES

OUTAGE_SECONDS = 2.0
"""How long something is unavailable."""
JOBS_IN_HAND = (
    "SELECT 1 FROM pg_locks JOIN pg_database ON database = pg_database.oid"
    " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
)
"""A worker holds an advisory lock while it has a job."""
BESIDE_A_REBUILD = (
    "documents.events",
    "documents.render",
    "documents.bulk_render",
    "gateway.events",
)
"""Consumers that may be paused while documents' copies are made anew."""
TIMEOUT_SECONDS = 120.0
"""Within this a working system must react."""


async def kill_each_service(system: SystemUnderTest, random: Random) -> None:
    """Kill one process after another, a document worker too, and start it again."""
    for name in random.sample([*NAMES, "worker"], len(NAMES) + 1):
        system.processes[name].kill()
        await asyncio.sleep(random.uniform(0, OUTAGE_SECONDS / 2))
        await system.start(name)


async def kill_workers_at_work(system: SystemUnderTest, random: Random) -> None:
    """Kill both processes that render documents while one of them is rendering."""
    workers = ("documents", "worker")
    for already in range(3):
        async with asyncio.timeout(TIMEOUT_SECONDS):
            while not await system.records.rows("documents", JOBS_IN_HAND):
                if already and len(system.traffic.confirmed) == system.traffic.started:
                    return
                await asyncio.sleep(0.005)
        for name in workers:
            system.processes[name].kill()
        await asyncio.sleep(random.uniform(0, OUTAGE_SECONDS / 2))
        for name in workers:
            await system.start(name)


async def put_poison_among_the_events(system: SystemUnderTest, random: Random) -> None:
    """Publish invalid events and one with a false type: each queue's dead letters, then dropped."""
    topic = "enrollment.application.drafted.v1"
    false = Envelope(
        id=UUID(int=random.getrandbits(128)),
        source="enrollment",
        type="enrollment.application.approved.v1",
        subject="PRT0000000000",
        time=system_clock(),
        stream="enrollment.application",
        sequence=1,
        correlationid="poison",
        data={},
    )
    poison = [random.randbytes(50), b"{}", false.to_wire()]
    queues = [name for name in QUEUES if takes(topology()[name], topic)]
    async with _channel(system) as channel:
        exchange = await channel.get_exchange(f"{NAMESPACE}.{EXCHANGE}")
        for body in poison:
            await exchange.publish(aio_pika.Message(body), topic)
    where = (system.servers.bus_url, NAMESPACE)
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while len(letters := await dead_letters(*where)) < len(poison) * len(queues):
            await asyncio.sleep(OUTAGE_SECONDS / 4)
    assert Counter(letter.queue for letter in letters) == dict.fromkeys(queues, len(poison))
    assert await drop_dead_letters(*where, lambda one: one in letters) == len(letters)


async def rebuild_while_paused(system: SystemUnderTest, random: Random) -> None:
    """Pause consumers and rebuild documents' copies meanwhile, as an operator may."""
    consumers = random.sample(BESIDE_A_REBUILD, 2)
    for consumer in consumers:
        await system.command("pause", consumer)
    await asyncio.sleep(OUTAGE_SECONDS)
    await system.command("rebuild", "documents")
    for consumer in consumers:
        await system.command("resume", consumer)


async def restart_rabbitmq(system: SystemUnderTest, _: Random) -> None:
    """Stop RabbitMQ and start it again."""
    await system.servers.run("stop", "rabbitmq")
    await asyncio.sleep(OUTAGE_SECONDS)
    await system.servers.run("start", "rabbitmq")


async def cut_connections(system: SystemUnderTest, random: Random) -> None:
    """Cut the connections to RabbitMQ while confirms are under way."""
    for _ in range(4):
        await system.proxy.cut_before_answers(random.uniform(0.05, 0.5))
        await asyncio.sleep(random.uniform(0.5, 1.5))


async def raise_memory_alarm(system: SystemUnderTest, _: Random) -> None:
    """Raise RabbitMQ's memory alarm, which blocks publishers, and clear it."""
    await system.servers.run("ctl", "set_vm_memory_high_watermark", "0")
    await asyncio.sleep(OUTAGE_SECONDS * 2)
    await system.servers.run("ctl", "set_vm_memory_high_watermark", "0.6")


async def restart_postgres(system: SystemUnderTest, _: Random) -> None:
    """Stop PostgreSQL and start it again."""
    await system.servers.run("stop", "postgres")
    await asyncio.sleep(OUTAGE_SECONDS)
    await system.servers.run("start", "postgres")


async def stop_consumers(system: SystemUnderTest, random: Random) -> None:
    """Stop two services so that their queues fill, and start them again."""
    for name in random.sample(["roster", "invoicing", "documents", "gateway"], 2):
        await system.stop(name)
        await asyncio.sleep(OUTAGE_SECONDS)
        await system.start(name)


@asynccontextmanager
async def _channel(system: SystemUnderTest) -> AsyncIterator[AbstractChannel]:
    async with (
        await aio_pika.connect(system.servers.bus_url) as connection,
        connection.channel() as channel,
    ):
        yield channel


async def repeat_and_shuffle(system: SystemUnderTest, random: Random) -> None:
    """Publish every event twice more, late and in random order."""
    async with _channel(system) as channel:
        exchange = await channel.get_exchange(f"{NAMESPACE}.{EXCHANGE}")
        spy = await channel.declare_queue(exclusive=True)
        await spy.bind(exchange, "#")
        kept: list[aio_pika.abc.AbstractIncomingMessage] = []

        async def keep(message: aio_pika.abc.AbstractIncomingMessage) -> None:
            kept.append(message)

        await spy.consume(keep, no_ack=True)
        await asyncio.sleep(OUTAGE_SECONDS * 3)
        async with asyncio.timeout(TIMEOUT_SECONDS):
            while not kept:
                await asyncio.sleep(OUTAGE_SECONDS)
        again = [message for message in kept for _ in range(2)]
        random.shuffle(again)
        for message in again:
            copy = aio_pika.Message(
                message.body, content_type=message.content_type, message_id=message.message_id
            )
            await exchange.publish(copy, message.routing_key or "")


async def put_clocks_wrong(system: SystemUnderTest, random: Random) -> None:
    """Set each service's clock wrong by 90 seconds for a while."""
    for name in random.sample(NAMES, len(NAMES)):
        await system.stop(name)
        await system.start(name, CLOCK_OFFSET=str(random.choice((-90, 90))))
    await asyncio.sleep(OUTAGE_SECONDS)
    for name in NAMES:
        await system.stop(name)
        await system.start(name)


FAULTS = (
    kill_each_service,
    kill_workers_at_work,
    put_poison_among_the_events,
    rebuild_while_paused,
    restart_rabbitmq,
    cut_connections,
    raise_memory_alarm,
    restart_postgres,
    stop_consumers,
    repeat_and_shuffle,
    put_clocks_wrong,
)
