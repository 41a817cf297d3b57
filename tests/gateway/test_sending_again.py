"""Sending again, changing secrets, and what is forgotten when."""

import asyncio
from uuid import UUID

import pytest

from services.gateway.domain.webhooks import MOST_SECRETS
from services.gateway.handlers import webhooks
from services.gateway.handlers.deliveries import EVENTS_PER_QUERY, WebhookDispatcher
from services.gateway.handlers.forgetting import DELIVERY_DAYS, forget_deliveries, forget_events
from services.gateway.repository.accounts import AccountRepository
from services.gateway.repository.events import EventLog
from shared.errors import Conflict, Gone
from tests.gateway.conftest import Gateway


async def test_an_event_is_sent_again_when_asked(gateway: Gateway) -> None:
    """One that arrived, and at once one that waits for its next try."""
    caller = await gateway.client()
    webhook_id = await gateway.webhook(caller)
    event_id = await gateway.happens("a")

    async def again() -> None:
        async with gateway.transactions.begin() as tx:
            await webhooks.resend(caller, webhook_id, UUID(event_id), tx)
        await gateway.rounds()

    await gateway.rounds()
    gateway.receivers.refused["*"] = "status"
    await again()
    gateway.receivers.refused.clear()
    await again()
    assert gateway.receivers.ids() == [event_id] * 3
    assert len((await gateway.log(webhook_id))[0].attempts) == 3


async def test_everything_since_a_position_or_a_time_is_sent_again(gateway: Gateway) -> None:
    """In order per subject, also what happened before the subscription."""
    caller = await gateway.client()
    early = [await gateway.happens("a"), await gateway.happens("a")]
    gateway.clock.forward(hours=1)
    webhook_id = await gateway.webhook(caller)
    late = await gateway.happens("a")
    await gateway.rounds()
    async with gateway.transactions.begin() as tx:
        await webhooks.resend_since(caller, webhook_id, None, gateway.clock(), tx)
    await gateway.rounds()
    assert gateway.receivers.ids() == [late, late]
    async with gateway.transactions.begin() as tx:
        [first, *_], _ = await EventLog(tx).after(caller, 0, 10)
        await webhooks.resend_since(caller, webhook_id, first.position, None, tx)
    await gateway.rounds()
    assert gateway.receivers.ids()[2:] == [*early, late]


async def test_after_a_change_of_secret_both_sign_for_a_day(gateway: Gateway) -> None:
    """Also after two changes within the day; then only the newest."""
    caller = await gateway.client()
    webhook_id = await gateway.webhook(caller)

    async def signatures(after_hours: float) -> int:
        gateway.clock.forward(hours=after_hours)
        await gateway.happens("a")
        await gateway.rounds()
        return len(gateway.receivers.sent[-1].headers["webhook-signature"].split())

    await gateway.rotate(caller, webhook_id)
    assert await signatures(1) == 2
    await gateway.rotate(caller, webhook_id)
    assert await signatures(22.5) == 3
    assert await signatures(1) == 2
    assert await signatures(1) == 1


async def test_a_header_has_five_signatures_at_most(gateway: Gateway) -> None:
    """Who changes the secret again and again is asked to wait until the oldest has ended."""
    caller = await gateway.client()
    webhook_id = await gateway.webhook(caller)

    for _ in range(MOST_SECRETS - 1):
        await gateway.rotate(caller, webhook_id)
    with pytest.raises(Conflict) as refusal:
        await gateway.rotate(caller, webhook_id)
    assert refusal.value.code == "too_many_secrets"
    await gateway.happens("a")
    await gateway.rounds()
    assert len(gateway.receivers.sent[-1].headers["webhook-signature"].split()) == MOST_SECRETS
    gateway.clock.forward(hours=25)
    await gateway.rotate(caller, webhook_id)


async def test_one_that_is_far_behind_does_not_hold_the_others_up(gateway: Gateway) -> None:
    """Its deliveries are recorded a part at a time, and the others are sent to in between."""
    patient, quick = await gateway.client(), await gateway.client()
    await gateway.happen(2 * EVENTS_PER_QUERY, "a")
    far = await gateway.webhook(patient)
    await gateway.webhook(quick)
    async with gateway.transactions.begin() as tx:
        await webhooks.resend_since(patient, far, 1, None, tx)
    new = await gateway.happens("b")
    dispatcher = WebhookDispatcher(gateway.transactions)
    assert await dispatcher.look(), "there is more for the one that is far behind"
    while new not in gateway.receivers.ids():
        await dispatcher.landed(asyncio.Event())
    assert len(await gateway.log(far)) == EVENTS_PER_QUERY
    while dispatcher.under_way:
        await dispatcher.landed(asyncio.Event())


async def test_a_revoked_client_is_sent_nothing_more(gateway: Gateway) -> None:
    """From that moment."""
    caller = await gateway.client()
    await gateway.webhook(caller)
    async with gateway.transactions.begin() as tx:
        accounts = AccountRepository(tx)
        assert await accounts.revoke_client(caller.account_id)
    await gateway.happens("a")
    await gateway.rounds()
    assert gateway.receivers.sent == []


async def test_the_log_forgets_by_age_but_nothing_that_is_undelivered(gateway: Gateway) -> None:
    """Events after their days, deliveries after theirs; who asks for what is gone is told."""
    caller = await gateway.client()
    webhook_id = await gateway.webhook(caller)
    arrived = await gateway.happens("arrived")
    stuck = await gateway.happens("stuck")
    gateway.receivers.refused[stuck] = "status"
    await gateway.rounds()
    gateway.clock.forward(days=DELIVERY_DAYS + 1)
    async with gateway.transactions.begin() as tx:
        await forget_deliveries(tx)
    assert [str(row.event_id) for row in await gateway.log(webhook_id)] == [stuck]
    gateway.clock.forward(days=gateway.transactions.resources.settings.event_log_days)
    young = await gateway.happens("young")
    async with gateway.transactions.begin() as tx:
        assert await forget_events(tx) is False
        rows, _ = await EventLog(tx).after(caller, 0, 10)
        horizon = await EventLog(tx).horizon()
    assert [str(row.event_id) for row in rows] == [stuck, young]
    assert arrived not in [str(row.event_id) for row in rows]
    with pytest.raises(Gone):
        async with gateway.transactions.begin() as tx:
            await webhooks.resend_since(caller, webhook_id, horizon, None, tx)
    gateway.receivers.refused.clear()
    await gateway.rounds()
    assert stuck in gateway.receivers.ids()[2:]
