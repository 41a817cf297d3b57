"""Several processes send side by side, on real connections; one that stops leaves nothing open."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from services.gateway.adapters.mail import Mail
from services.gateway.adapters.outgoing import POLL_SECONDS, Outgoing
from services.gateway.adapters.sms import Sms, open_sms
from services.gateway.domain.message_kinds import MessageKind
from services.gateway.domain.messages import MessageState
from services.gateway.handlers.messages import queue_text
from services.gateway.handlers.messages_resending import resend
from services.gateway.handlers.messages_sending import AT_A_TIME, MessageSender, send_messages
from services.gateway.repository.messages import Messages
from services.host.maintenance import embedded_settings
from shared.bus.transaction import Transactions
from shared.identity.permissions import Role
from shared.runtime.clock import system_clock
from shared.runtime.ending import end
from shared.runtime.polling import poll
from tests.gateway.conftest import Gateway
from tests.gateway.outside import MOBILE, Provider
from tests.gateway.provider import provider_settings, providing
from tests.handling import caller

VALUES = {"application_no": "PRT0000000001", "payable": "95.00"}


def process(gateway: Gateway, sms: Sms) -> Transactions:
    """Return the transactions of a process that sends to that provider."""
    resources = gateway.transactions.resources
    tools: dict[type, Any] = {
        **resources.tools,
        Sms: sms,
        Mail: Provider(),
        Outgoing: Outgoing(),
    }
    return Transactions(gateway.transactions.sessions, replace(resources, tools=tools))


async def queue(transactions: Transactions, count: int) -> list[UUID]:
    """Queue so many messages; return their ids."""
    ids = [uuid4() for _ in range(count)]
    async with transactions.begin() as tx:
        for one in ids:
            kind = MessageKind.APPLICATION_APPROVED
            await queue_text(kind, one, MOBILE, VALUES, tx, office_id="0012")
    return ids


async def state(transactions: Transactions, message_id: UUID) -> MessageState:
    """Return how a message stands."""
    async with transactions.begin() as tx:
        message = await Messages(tx).lock(message_id)
    assert message is not None
    return message.state


async def test_two_processes_send_each_message_once(gateway: Gateway) -> None:
    """Both at the same time, as fast as they can."""
    sms = Provider()
    both = [process(gateway, sms), process(gateway, sms)]
    ids = await queue(both[0], 40)
    loops = [asyncio.create_task(send_messages(one)) for one in both]

    async def all_sent() -> bool | None:
        states = [await state(both[0], one) for one in ids]
        return all(one is MessageState.SENT for one in states) or None

    assert await poll(all_sent, 20)
    await end(loops)
    assert sorted(sms.ids) == sorted(ids)


async def test_a_process_sends_no_more_at_a_time_than_it_may(gateway: Gateway) -> None:
    """The others stay queued for whoever has room."""
    sms = Provider()
    sms.goes_on.clear()
    transactions = process(gateway, sms)
    await queue(transactions, AT_A_TIME + 1)
    sender = MessageSender(transactions)
    await sender.round()
    await sender.round()
    assert len(sender.under_way) == AT_A_TIME
    sms.goes_on.set()
    await asyncio.gather(*sender.under_way)
    assert len(sms.ids) == AT_A_TIME


async def test_what_had_no_room_goes_as_soon_as_there_is(gateway: Gateway) -> None:
    """Nobody rings for it: it was due before."""
    sms = Provider()
    transactions = process(gateway, sms)
    ids = await queue(transactions, 2 * AT_A_TIME + 1)
    loop = asyncio.create_task(send_messages(transactions))

    async def all_sent() -> bool | None:
        return len(sms.ids) == len(ids) or None

    assert await poll(all_sent, POLL_SECONDS / 2)
    await end([loop])


async def test_what_is_under_way_when_a_process_stops_is_recorded(gateway: Gateway) -> None:
    """It is given a moment: its outcome is known, and not lost with the process."""
    sms = Provider()
    sms.goes_on.clear()
    transactions = process(gateway, sms)
    [message_id] = await queue(transactions, 1)
    loop = asyncio.create_task(send_messages(transactions))

    async def begun() -> bool | None:
        return bool(sms.ids) or None

    assert await poll(begun, 10)
    loop.cancel()
    await asyncio.sleep(0)
    sms.goes_on.set()
    await end([loop])
    assert await state(transactions, message_id) is MessageState.SENT


async def test_a_provider_that_takes_it_and_never_says_so_delivers_it_once(
    gateway: Gateway, tmp_path: Path
) -> None:
    """Late, never, twice: nothing is sent again by itself, and by hand under the same id."""
    async with providing() as provider:
        settings = embedded_settings(tmp_path, **provider_settings(provider.url))
        async with open_sms(settings, system_clock, 0.3) as sms:
            transactions = process(gateway, sms)
            [message_id] = await queue(transactions, 1)
            provider.hangs = True
            assert await after_a_round(transactions, message_id) is MessageState.UNKNOWN
            gateway.clock.forward(hours=1)
            assert await after_a_round(transactions, message_id) is MessageState.UNKNOWN
            assert len(provider.calls) == 1
            provider.hangs = False
            async with transactions.begin() as tx:
                await resend(caller(Role.ADMINISTRATOR), message_id, tx)
            assert await after_a_round(transactions, message_id) is MessageState.SENT
        assert len(provider.calls) == 2
        assert provider.delivered == {str(message_id)}


async def test_a_provider_that_is_busy_is_asked_again_when_it_says(
    gateway: Gateway, tmp_path: Path
) -> None:
    """And not before."""
    async with providing() as provider:
        settings = embedded_settings(tmp_path, **provider_settings(provider.url))
        provider.answers = [(429, {"code": "busy"}, {"Retry-After": "60"})]
        async with open_sms(settings, system_clock) as sms:
            transactions = process(gateway, sms)
            [message_id] = await queue(transactions, 1)
            assert await after_a_round(transactions, message_id) is MessageState.QUEUED
            gateway.clock.forward(seconds=59)
            assert await after_a_round(transactions, message_id) is MessageState.QUEUED
            assert len(provider.calls) == 1
            gateway.clock.forward(seconds=1)
            assert await after_a_round(transactions, message_id) is MessageState.SENT


async def after_a_round(transactions: Transactions, message_id: UUID) -> MessageState:
    """Let all that is due be sent; return how a message stands then."""
    sender = MessageSender(transactions)
    await sender.round()
    await asyncio.gather(*sender.under_way)
    return await state(transactions, message_id)
