"""RabbitMQ is told of what is settled, by the batch, and never of what is not."""

import asyncio
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, cast

from aio_pika import IncomingMessage
from aio_pika.exceptions import ChannelInvalidStateError
from hypothesis import given
from hypothesis import strategies as st

from shared.bus.transports.rabbit.acknowledging import Acknowledger


class Channel:
    """Keeps what RabbitMQ would have delivered and not seen acknowledged."""

    def __init__(self, count: int) -> None:
        """Deliver `count` messages."""
        self.outstanding = set(range(1, count + 1))
        self.frames = 0
        self.asked, self.way = asyncio.Event(), asyncio.Event()
        """A frame was sent; cleared: frames are on their way and do not arrive."""
        self.way.set()

    async def basic_ack(self, tag: int, *, multiple: bool = False) -> None:
        """Refuse a tag that is not outstanding, as RabbitMQ does: it closes the channel."""
        self.asked.set()
        await self.way.wait()
        assert tag in self.outstanding
        self.frames += 1
        self.outstanding -= set(range(1 if multiple else tag, tag + 1))


def message(channel: Channel, tag: int) -> IncomingMessage:
    """Make a delivered message."""

    async def reject() -> None:
        channel.outstanding.remove(tag)

    found = SimpleNamespace(channel=channel, delivery_tag=tag, reject=reject)
    return cast("IncomingMessage", found)


async def settle(acknowledger: Acknowledger, messages: Iterable[IncomingMessage]) -> None:
    """Settle messages at the same moment."""
    await asyncio.gather(*(acknowledger.settled(one) for one in messages))


async def test_a_batch_is_acknowledged_with_one_frame() -> None:
    """A hundred that settle together take one frame."""
    channel = Channel(100)
    await settle(Acknowledger(), [message(channel, tag) for tag in range(100, 0, -1)])
    assert (channel.outstanding, channel.frames) == (set(), 1)


async def test_nobody_waits_for_a_frame_of_another() -> None:
    """What settles while a frame is on its way shares the next one; nobody stands in line."""
    channel, acknowledger = Channel(100), Acknowledger()
    channel.way.clear()
    first = asyncio.create_task(settle(acknowledger, [message(channel, 1)]))
    await channel.asked.wait()
    async with asyncio.timeout(5):
        await settle(acknowledger, [message(channel, tag) for tag in range(2, 101)])
    channel.way.set()
    await first
    assert (channel.outstanding, channel.frames) == (set(), 2)


async def test_what_is_not_settled_is_not_acknowledged() -> None:
    """One that is still in hand stays; what came after it need not wait for it."""
    channel, acknowledger = Channel(5), Acknowledger()
    await settle(acknowledger, [message(channel, tag) for tag in (1, 2, 4, 5)])
    assert channel.outstanding == {3}
    await settle(acknowledger, [message(channel, 3)])
    assert channel.outstanding == set()


@given(st.permutations(range(1, 13)), st.sets(st.integers(1, 12)), st.integers(1, 12))
def test_in_whatever_order_they_settle_or_are_refused_nothing_is_left(
    order: list[int], refused: set[int], together: int
) -> None:
    """Every order and every refusal ends with nothing outstanding, and no unknown tag."""

    async def act() -> set[int]:
        channel, acknowledger = Channel(12), Acknowledger()
        for first in range(0, 12, together):
            await asyncio.gather(
                *(
                    (acknowledger.refused if tag in refused else acknowledger.settled)(
                        message(channel, tag)
                    )
                    for tag in order[first : first + together]
                )
            )
        return channel.outstanding

    assert asyncio.run(act()) == set()


async def test_a_new_channel_counts_anew() -> None:
    """After a reconnection the numbers of the old channel mean nothing."""
    acknowledger, first, second = Acknowledger(), Channel(3), Channel(2)
    await settle(acknowledger, [message(first, 1), message(first, 2)])
    await settle(acknowledger, [message(second, 1)])
    assert (first.outstanding, second.outstanding) == ({3}, {2})


async def test_a_channel_that_goes_while_a_frame_is_on_its_way_holds_up_nobody() -> None:
    """The new channel acknowledges by itself, however long the old one's frame takes."""
    acknowledger, first, second = Acknowledger(), Channel(1), Channel(2)
    first.way.clear()
    old = asyncio.create_task(settle(acknowledger, [message(first, 1)]))
    await first.asked.wait()
    await settle(acknowledger, [message(second, 1)])
    first.way.set()
    await old
    await settle(acknowledger, [message(second, 2)])
    assert second.outstanding == set()


async def test_what_settles_after_its_channel_has_gone_comes_again_and_harms_nobody() -> None:
    """RabbitMQ has long taken it back; the next channel is not disturbed."""

    class Gone:
        delivery_tag = 1

        @property
        def channel(self) -> Any:  # noqa: ANN401 - it has none
            raise ChannelInvalidStateError

    acknowledger, channel = Acknowledger(), Channel(1)
    await acknowledger.settled(cast("IncomingMessage", Gone()))
    await settle(acknowledger, [message(channel, 1)])
    assert channel.outstanding == set()
