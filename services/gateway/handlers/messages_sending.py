"""Sending messages: each is recorded as being sent before its provider is called, once."""

import asyncio
from datetime import timedelta
from random import random

from prometheus_client import Counter

from services.gateway.adapters.mail import Mail
from services.gateway.adapters.outgoing import POLL_SECONDS, Outgoing
from services.gateway.adapters.sms import Sms
from services.gateway.domain.message_kinds import Channel
from services.gateway.domain.messages import BLANKED, Content, Message, Outcome, Result
from services.gateway.repository.messages import Messages
from shared.bus import Transaction, Transactions
from shared.runtime.faults import describe, until_database_answers
from shared.runtime.log import get_logger

log = get_logger(__name__)

AT_A_TIME = 8
"""Messages that one process sends at a time."""
GRACE_SECONDS = 4.0
"""For messages under way when the process stops; what takes longer has an unknown outcome."""
KEPT = timedelta(days=30)
"""How long it is known where a message went and what it said."""
ROWS_PER_TRANSACTION = 1000

attempts = Counter("messages_attempted_total", "Attempts to send a message", ["kind", "result"])


async def send_messages(transactions: Transactions) -> None:
    """Send what is queued until cancelled."""
    await MessageSender(transactions).run()


class MessageSender:
    """Sends from one process; several share the work by leases in the database."""

    def __init__(self, transactions: Transactions, at_a_time: int = AT_A_TIME) -> None:
        self._transactions = transactions
        self._at_a_time = at_a_time
        self.under_way: set[asyncio.Task[None]] = set()
        self._more = False
        """Whether there may be more that is due, for which there was no room."""

    async def run(self) -> None:
        """Send until cancelled; then give what is under way a moment to end."""
        outgoing = self._transactions.resources.tool(Outgoing)
        try:
            while True:
                ring = outgoing.listen()
                await until_database_answers(self.round)
                await self.progress(ring)
        finally:
            if self.under_way:
                await asyncio.wait(self.under_way, timeout=GRACE_SECONDS)
            for task in self.under_way:
                task.cancel()

    async def round(self) -> None:
        """Give up attempts without an end, and begin to send what is due."""
        self.under_way = {task for task in self.under_way if not task.done()}
        room = self._at_a_time - len(self.under_way)
        async with self._transactions.begin() as tx:
            begun = await _begin(room, tx) if room else []
        self._more = len(begun) == room
        for message, content in begun:
            self.under_way.add(asyncio.create_task(self.send(message, content)))

    async def progress(self, ring: asyncio.Event, seconds: float = POLL_SECONDS) -> None:
        """Return at the ring, when there is room for more, or after so many seconds."""
        ringing = asyncio.create_task(ring.wait())
        ending = self.under_way if self._more else ()
        await asyncio.wait({ringing, *ending}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        ringing.cancel()

    async def send(self, message: Message, content: Content | None) -> None:
        """Try to send a message, and record what came of it."""
        try:
            outcome = await self._outcome(message, content)

            async def settle() -> None:
                async with self._transactions.begin() as tx:
                    await _settle(message, outcome, tx)

            await until_database_answers(settle)
        except Exception as error:
            # Its lease ends, and its outcome is unknown.
            log.exception(
                "message_attempt_broken", message=str(message.message_id), reason=describe(error)
            )

    async def _outcome(self, message: Message, content: Content | None) -> Outcome:
        if content is None:
            return Outcome(Result.REFUSED, BLANKED)
        tool = self._transactions.resources.tool
        if message.channel is Channel.MAIL:
            mail: Mail = tool(Mail)  # type: ignore[type-abstract]
            return await mail.send(message.message_id, content)
        sms: Sms = tool(Sms)  # type: ignore[type-abstract]
        return await sms.send(message.message_id, content)


async def _begin(room: int, tx: Transaction) -> list[tuple[Message, Content | None]]:
    """Record which messages are being sent from now on; return them with their content."""
    messages = Messages(tx)
    for message in await messages.lost(tx.now):
        message.lose(tx.now)
        await messages.save(message)
        _log(message)
    begun = []
    for message in await messages.due(room, tx.now):
        if message.begin(tx.now):
            begun.append((message, await messages.content(message)))
        else:
            _log(message)
        await messages.save(message)
    return begun


async def _settle(sent: Message, outcome: Outcome, tx: Transaction) -> None:
    """Record what came of an attempt, unless another process has settled it meanwhile."""
    messages = Messages(tx)
    message = await messages.lock(sent.message_id)
    if message is None or not message.settle(sent.tries, outcome, tx.now, random()):  # noqa: S311 - spreads load
        return
    await messages.save(message)
    attempts.labels(message.kind, outcome.result).inc()
    _log(message)


def _log(message: Message) -> None:
    log.info(
        "message_ended" if message.due_at is None else "message_put_off",
        message=str(message.message_id),
        kind=message.kind,
        channel=message.channel,
        to=message.masked_to,
        state=message.state,
        tries=message.tries,
        error=message.error,
    )


async def blank_messages(tx: Transaction) -> bool:
    """Blank where old messages went and what they said; return whether there are more."""
    return await Messages(tx).blank(tx.now - KEPT, ROWS_PER_TRANSACTION)
