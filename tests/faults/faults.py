"""What can happen to a system while it works; each is over when its function returns."""

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
"""Seconds for which something stays away."""
JOBS_IN_HAND = (
    "SELECT 1 FROM pg_locks JOIN pg_database ON database = pg_database.oid"
    " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
)
"""A worker holds a lock for as long as it has a job in hand."""
TIMEOUT_SECONDS = 120.0
"""Seconds within which something must happen in a system that works."""


async def kill_each_service(system: SystemUnderTest, random: Random) -> None:
    """Power cut of one process after another, a document worker too."""
    for name in random.sample([*NAMES, "worker"], len(NAMES) + 1):
        system.processes[name].kill()
        await asyncio.sleep(random.uniform(0, OUTAGE_SECONDS / 2))
        await system.start(name)


async def kill_workers_at_work(system: SystemUnderTest, random: Random) -> None:
    """Power cut of both that draw papers, just when one of them is drawing."""
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
    """Announce what is no event or says it is another: put aside once per queue, then dropped."""
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
    """Pause consumers and make documents' copies anew, as an operator may, in the middle."""
    consumers = random.sample(["documents.events", "documents.render", "gateway.events"], 2)
    for consumer in consumers:
        await system.command("pause", consumer)
    await asyncio.sleep(OUTAGE_SECONDS)
    await system.command("rebuild", "documents")
    for consumer in consumers:
        await system.command("resume", consumer)


async def restart_rabbitmq(system: SystemUnderTest, _: Random) -> None:
    """RabbitMQ stops, stays away, and comes back."""
    await system.servers.run("stop", "rabbitmq")
    await asyncio.sleep(OUTAGE_SECONDS)
    await system.servers.run("start", "rabbitmq")


async def cut_connections(system: SystemUnderTest, random: Random) -> None:
    """Lose connections in the network, with confirms under way."""
    for _ in range(4):
        await system.proxy.cut_before_answers(random.uniform(0.05, 0.5))
        await asyncio.sleep(random.uniform(0.5, 1.5))


async def raise_memory_alarm(system: SystemUnderTest, _: Random) -> None:
    """RabbitMQ runs out of memory and blocks who publishes."""
    await system.servers.run("ctl", "set_vm_memory_high_watermark", "0")
    await asyncio.sleep(OUTAGE_SECONDS * 2)
    await system.servers.run("ctl", "set_vm_memory_high_watermark", "0.6")


async def restart_postgres(system: SystemUnderTest, _: Random) -> None:
    """PostgreSQL stops, stays away, and comes back."""
    await system.servers.run("stop", "postgres")
    await asyncio.sleep(OUTAGE_SECONDS)
    await system.servers.run("start", "postgres")


async def stop_consumers(system: SystemUnderTest, random: Random) -> None:
    """Two services are down for a while; their queues fill."""
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
    """Every event comes twice more, late and in another order."""
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
    """Machines disagree by a minute and a half about what time it is."""
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
