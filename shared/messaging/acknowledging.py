"""Acknowledgements by the batch: one frame says that everything up to a message is settled."""

import asyncio

from aio_pika import IncomingMessage
from aio_pika.exceptions import ChannelInvalidStateError
from aiormq.abc import AbstractChannel


class Acknowledger:
    """One consumer's: messages settle in any order, and are acknowledged in that of delivery.

    With a frame for each, RabbitMQ delivers one by one in return, and batches stay small.
    """

    def __init__(self) -> None:
        """Begin before the first message."""
        self._channel: AbstractChannel | None = None
        self._reached = 0
        self._settled: dict[int, bool] = {}

    async def settled(self, message: IncomingMessage) -> None:
        """Acknowledge a message with all that settle now, once everything before it has."""
        await self._note(message, acknowledge=True)

    async def refused(self, message: IncomingMessage) -> None:
        """Let RabbitMQ put a message aside that never reached the database."""
        await message.reject()
        await self._note(message, acknowledge=False)

    async def _note(self, message: IncomingMessage, *, acknowledge: bool) -> None:
        try:
            channel = message.channel
        except ChannelInvalidStateError:
            # It is delivered again on another one, and found to be done.
            return
        if channel is not self._channel:
            self._channel, self._reached, self._settled = channel, 0, {}
        self._settled[message.delivery_tag or 0] = acknowledge
        # All that settled together come by here before the first of them goes on.
        await asyncio.sleep(0)
        if channel is self._channel and (tag := self._advance()):
            await channel.basic_ack(tag, multiple=True)

    def _advance(self) -> int:
        """Go as far as all are settled; gives the last one to acknowledge, 0 when there is none.

        One that was refused is no more RabbitMQ's to count by.
        """
        last = 0
        while (tag := self._reached + 1) in self._settled:
            self._reached = tag
            if self._settled.pop(tag):
                last = tag
        return last
