"""Permissions on RabbitMQ: services have the least they need, other systems only read."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import ChannelNotFoundEntity, ProbableAuthenticationError
from aiormq.exceptions import ChannelAccessRefused

from services.host.cli.subscribers import chosen_topics
from services.host.registry import NAMES
from shared.bus.operations.definitions import KEPT_BYTES, KEPT_MESSAGES, KEPT_MILLISECONDS, OPERATOR
from shared.bus.operations.management import USERS
from shared.bus.transports.rabbit.broker import dead_letters, drop_dead_letters, lengths
from shared.bus.transports.rabbit.topology import STREAM
from shared.contracts.events import EXCHANGE
from shared.errors import Conflict, NotFound
from tests.broker.conftest import Broker

TOPIC = "enrollment.application.approved.v1"
Attempt = Callable[[AbstractChannel], Awaitable[object]]


@asynccontextmanager
async def channel_of(url: str) -> AsyncIterator[AbstractChannel]:
    """Open a channel."""
    async with await aio_pika.connect(url) as connection:
        yield await connection.channel()


async def publish(channel: AbstractChannel, exchange: str, topic: str, body: bytes = b"{}") -> None:
    """Publish, and wait for the confirm."""
    to = (
        await channel.get_exchange(exchange, ensure=False) if exchange else channel.default_exchange
    )
    await to.publish(aio_pika.Message(body), topic)


async def refused(url: str, attempt: Attempt) -> bool:
    """Return whether RabbitMQ refuses an attempt."""
    async with channel_of(url) as channel:
        try:
            await attempt(channel)
        except ChannelAccessRefused:
            return True
    return False


async def subscriber(broker: Broker, *, stream: bool = False) -> tuple[str, str]:
    """Add another system; returns its user's URL and its queue."""
    name = f"s{uuid4().hex[:8]}"
    user = f"subscriber-{name}"
    async with broker.management() as management:
        queue = await management.add_subscriber(
            name, chosen_topics("enrollment.#"), user[::-1], stream=stream
        )
    return broker.url(user), queue


async def test_another_system_reads_its_queue_and_only_what_it_asked_for(broker: Broker) -> None:
    """Events of enrollment arrive, those of invoicing do not."""
    url, queue = await subscriber(broker)
    async with channel_of(broker.url("enrollment")) as channel:
        await publish(channel, EXCHANGE, TOPIC, b"first")
    async with channel_of(broker.url("invoicing")) as channel:
        await publish(channel, EXCHANGE, "invoicing.payment.received.v1", b"second")
    async with channel_of(url) as channel:
        own = await channel.get_queue(queue, ensure=False)
        message = await own.get(timeout=10)
        assert message.body == b"first"
        await message.ack()
        assert await own.get(fail=False) is None


async def test_another_system_can_write_bind_and_make_nothing(broker: Broker) -> None:
    """Neither exchange, queue nor binding is writable; services' queues are not readable."""
    url, queue = await subscriber(broker, stream=True)

    async def bind(channel: AbstractChannel) -> object:
        own = await channel.get_queue(queue, ensure=False)
        return await own.bind(EXCHANGE, "#")

    async def read_ours(channel: AbstractChannel) -> object:
        return await (await channel.get_queue("roster.events", ensure=False)).get(fail=False)

    async def purge(channel: AbstractChannel) -> object:
        return await (await channel.get_queue("roster.events", ensure=False)).purge()

    async def remove(channel: AbstractChannel) -> object:
        return await channel.queue_delete("roster.events")

    attempts: list[Attempt] = [
        lambda channel: publish(channel, EXCHANGE, TOPIC),
        lambda channel: publish(channel, "", "roster.events"),
        lambda channel: channel.declare_queue("mine", durable=True),
        lambda channel: channel.declare_exchange("mine"),
        bind,
        read_ours,
        purge,
        remove,
    ]
    for attempt in attempts:
        assert await refused(url, attempt)


@pytest.mark.parametrize("service", NAMES)
async def test_a_service_announces_its_own_topics_and_no_others(
    broker: Broker, service: str
) -> None:
    """Nor can it write into a queue directly, or declare one."""
    url = broker.url(service)
    other = "roster" if service != "roster" else "invoicing"
    async with channel_of(url) as channel:
        await publish(channel, EXCHANGE, f"{service}.thing.happened.v1")
    attempts: list[Attempt] = [
        lambda channel: publish(channel, EXCHANGE, f"{other}.thing.happened.v1"),
        lambda channel: publish(channel, "", f"{other}.events"),
        lambda channel: channel.declare_queue("more", durable=True),
    ]
    for attempt in attempts:
        assert await refused(url, attempt)


async def test_a_wrong_password_opens_nothing(broker: Broker) -> None:
    """Nor does a user without one."""
    for url in (
        broker.url("enrollment").replace("tnemllorne", "guess"),
        broker.url("nobody"),
        broker.url("enrollment").replace(":tnemllorne", ":"),
    ):
        with pytest.raises(ProbableAuthenticationError):
            await aio_pika.connect(url)


async def test_a_dead_subscriber_cannot_fill_the_broker(broker: Broker) -> None:
    """Its queue is limited in length, bytes and age; the oldest go first."""
    _, queue = await subscriber(broker)
    async with asyncio.timeout(30), broker.management() as management:
        while True:
            [found] = [one for one in await management.subscribers() if one["name"] == queue]
            if found.get("effective_policy_definition"):
                break
            await asyncio.sleep(0.5)
    assert found["effective_policy_definition"] == {
        "max-length": KEPT_MESSAGES,
        "max-length-bytes": KEPT_BYTES,
        "message-ttl": KEPT_MILLISECONDS,
        "overflow": "drop-head",
    }


async def test_a_subscriber_is_made_once_and_can_be_taken_away(broker: Broker) -> None:
    """A second one of that name is refused; removed, its user and its queue are gone."""
    url, queue = await subscriber(broker)
    name = queue.removeprefix("subscribers.")
    async with broker.management() as management:
        with pytest.raises(Conflict):
            await management.add_subscriber(name, [TOPIC], "again", stream=False)
        await management.remove_subscriber(name)
        with pytest.raises(NotFound):
            await management.remove_subscriber(name)
    with pytest.raises(ProbableAuthenticationError):
        await aio_pika.connect(url)
    async with channel_of(broker.url(OPERATOR)) as channel:
        with pytest.raises(ChannelNotFoundEntity):
            await channel.declare_queue(queue, passive=True)


async def test_a_subscriber_that_was_half_made_is_taken_away_and_made_anew(
    broker: Broker,
) -> None:
    """As when the command is killed between queue and user; the refusal says what to do."""
    _, queue = await subscriber(broker)
    name = queue.removeprefix("subscribers.")
    async with broker.management() as management:
        await management._send("DELETE", f"users/{USERS}{name}")
        with pytest.raises(Conflict) as refusal:
            await management.add_subscriber(name, [TOPIC], "again", stream=False)
        assert f"`subscribers remove {name}`, then add it again" in refusal.value.message
        await management.remove_subscriber(name)
        assert await management.add_subscriber(name, [TOPIC], "again", stream=False) == queue
        await management.remove_subscriber(name)


async def test_the_stream_gives_what_was_announced_before_the_subscriber_came(
    broker: Broker,
) -> None:
    """From its beginning, and again; a subscriber without the stream cannot read it."""
    marks = [uuid4().hex.encode() for _ in range(3)]
    async with channel_of(broker.url("enrollment")) as channel:
        for mark in marks:
            await publish(channel, EXCHANGE, TOPIC, mark)
    url, _ = await subscriber(broker, stream=True)
    for _ in range(2):
        assert await _read_stream(url, "first", marks[-1]) >= set(marks)
    without, _ = await subscriber(broker)

    async def read(channel: AbstractChannel) -> object:
        await channel.set_qos(10)
        stream = await channel.get_queue(STREAM, ensure=False)
        return await stream.consume(_never, arguments={"x-stream-offset": "first"})

    assert await refused(without, read)


async def _never(message: aio_pika.abc.AbstractIncomingMessage) -> None:
    raise AssertionError(message)


async def _read_stream(url: str, offset: str, last: bytes) -> set[bytes]:
    seen: set[bytes] = set()
    whole = asyncio.Event()

    async def take(message: aio_pika.abc.AbstractIncomingMessage) -> None:
        seen.add(message.body)
        await message.ack()
        if message.body == last:
            whole.set()

    async with channel_of(url) as channel:
        await channel.set_qos(100)
        stream = await channel.get_queue(STREAM, ensure=False)
        await stream.consume(take, arguments={"x-stream-offset": offset})
        async with asyncio.timeout(20):
            await whole.wait()
    return seen


async def test_an_operator_sees_lengths_and_dead_letters(broker: Broker) -> None:
    """An operator reads every queue and puts dead letters back, but declares nothing."""
    url = broker.url(OPERATOR)
    found = await lengths(url, "", ["roster.events", "no.such.queue"])
    assert found["roster.events"] is not None
    assert found["no.such.queue"] is None
    assert await dead_letters(url, "") == []
    assert await drop_dead_letters(url, "", lambda _: True) == 0
