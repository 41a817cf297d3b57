"""Acknowledging in batches: one frame for all messages up to one."""

import asyncio

from aio_pika import IncomingMessage
from aio_pika.exceptions import ChannelInvalidStateError
from aiormq.abc import AbstractChannel


class Acknowledger:
    """Acknowledges a consumer's messages, those that settle together by one frame up to a gap.

    With a frame for each, RabbitMQ delivers one by one in return, and batches stay small.
    """

    def __init__(self) -> None:
        self._begin(None)

    def _begin(self, channel: AbstractChannel | None) -> None:
        """Begin to count a channel's deliveries, numbered from 1."""
        self._channel = channel
        self._sending = False
        self._reached = 0
        self._now: dict[int, bool] = {}
        self._beyond: set[int] = set()

    async def settled(self, message: IncomingMessage) -> None:
        """Acknowledge a message with all that settle now."""
        await self._note(message, acknowledge=True)

    async def refused(self, message: IncomingMessage) -> None:
        """Reject a message that never reached the database: it becomes a dead letter."""
        await message.reject()
        await self._note(message, acknowledge=False)

    async def _note(self, message: IncomingMessage, *, acknowledge: bool) -> None:
        try:
            channel = message.channel
        except ChannelInvalidStateError:
            # It is delivered again on another channel, and found to be done.
            return
        if channel is not self._channel:
            self._begin(channel)
        self._now[message.delivery_tag or 0] = acknowledge
        # Let all that settled together get here first.
        await asyncio.sleep(0)
        if channel is self._channel and not self._sending:
            await self._send(channel)

    async def _send(self, channel: AbstractChannel) -> None:
        """Acknowledge what is due, and what becomes due meanwhile.

        One sender at a time: a frame for all up to a message must not pass by those that go singly.
        """
        self._sending = True
        try:
            while self._now and channel is self._channel:
                last, single = self._due()
                if last:
                    await channel.basic_ack(last, multiple=True)
                for tag in single:
                    await channel.basic_ack(tag)
        finally:
            if channel is self._channel:
                self._sending = False

    def _due(self) -> tuple[int, list[int]]:
        """Return what is due: the tag up to which all are settled (0: none), and tags beyond a gap.

        One that was refused is no more RabbitMQ's to count by.
        """
        last = 0
        while (tag := self._reached + 1) in self._now or tag in self._beyond:
            self._beyond.discard(tag)
            self._reached = tag
            if self._now.pop(tag, False):
                last = tag
        single = [tag for tag, acknowledge in self._now.items() if acknowledge]
        self._beyond.update(self._now)
        self._now.clear()
        return last, single
