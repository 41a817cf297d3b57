"""What can happen to a system while it works; each is over when its function returns."""

import asyncio
from random import Random

import aio_pika

from services.house import NAMES
from shared.messaging.topology import EXCHANGE
from tests.faults.world import NAMESPACE, World

AWAY = 2.0
"""Seconds for which something stays away."""
PATIENCE = 120.0
"""Seconds within which something must happen in a system that works."""


async def kill_each_service(world: World, random: Random) -> None:
    """Power cut of one process after another, a document worker too."""
    for name in random.sample([*NAMES, "worker"], len(NAMES) + 1):
        world.processes[name].kill()
        await asyncio.sleep(random.uniform(0, AWAY / 2))
        await world.start(name)


async def restart_rabbitmq(world: World, _: Random) -> None:
    """RabbitMQ stops, stays away, and comes back."""
    await world.servers.run("stop", "rabbitmq")
    await asyncio.sleep(AWAY)
    await world.servers.run("start", "rabbitmq")


async def cut_connections(world: World, random: Random) -> None:
    """Lose connections in the network, with confirms under way."""
    for _ in range(4):
        await world.proxy.cut_before_answers(random.uniform(0.05, 0.5))
        await asyncio.sleep(random.uniform(0.5, 1.5))


async def raise_memory_alarm(world: World, _: Random) -> None:
    """RabbitMQ runs out of memory and blocks who publishes."""
    await world.servers.run("ctl", "set_vm_memory_high_watermark", "0")
    await asyncio.sleep(AWAY * 2)
    await world.servers.run("ctl", "set_vm_memory_high_watermark", "0.6")


async def restart_postgres(world: World, _: Random) -> None:
    """PostgreSQL stops, stays away, and comes back."""
    await world.servers.run("stop", "postgres")
    await asyncio.sleep(AWAY)
    await world.servers.run("start", "postgres")


async def stop_consumers(world: World, random: Random) -> None:
    """Two services are down for a while; their queues fill."""
    for name in random.sample(["roster", "invoicing", "documents", "gateway"], 2):
        await world.stop(name)
        await asyncio.sleep(AWAY)
        await world.start(name)


async def repeat_and_shuffle(world: World, random: Random) -> None:
    """Every event comes twice more, late and in another order."""
    async with (
        await aio_pika.connect(world.servers.bus_url) as connection,
        connection.channel() as channel,
    ):
        exchange = await channel.get_exchange(f"{NAMESPACE}.{EXCHANGE}")
        spy = await channel.declare_queue(exclusive=True)
        await spy.bind(exchange, "#")
        kept: list[aio_pika.abc.AbstractIncomingMessage] = []

        async def keep(message: aio_pika.abc.AbstractIncomingMessage) -> None:
            kept.append(message)

        await spy.consume(keep, no_ack=True)
        await asyncio.sleep(AWAY * 3)
        async with asyncio.timeout(PATIENCE):
            while not kept:
                await asyncio.sleep(AWAY)
        again = [message for message in kept for _ in range(2)]
        random.shuffle(again)
        for message in again:
            copy = aio_pika.Message(
                message.body, content_type=message.content_type, message_id=message.message_id
            )
            await exchange.publish(copy, message.routing_key or "")


async def put_clocks_wrong(world: World, random: Random) -> None:
    """Machines disagree by a minute and a half about what time it is."""
    for name in random.sample(NAMES, len(NAMES)):
        await world.stop(name)
        await world.start(name, CLOCK_OFFSET=str(random.choice((-90, 90))))
    await asyncio.sleep(AWAY)
    for name in NAMES:
        await world.stop(name)
        await world.start(name)


INJURIES = (
    kill_each_service,
    restart_rabbitmq,
    cut_connections,
    raise_memory_alarm,
    restart_postgres,
    stop_consumers,
    repeat_and_shuffle,
    put_clocks_wrong,
)
