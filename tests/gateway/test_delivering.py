"""What webhooks promise, by a clock that the test moves."""

import asyncio
import json

import pytest

from services.gateway.domain.webhooks import PAUSES, SPREAD, signature
from services.gateway.handlers import webhooks
from services.gateway.handlers.deliveries import DELIVERIES_PER_WEBHOOK, LEASE, WebhookDispatcher
from services.gateway.repository.deliveries import Deliveries
from services.gateway.repository.events import EventLog
from services.gateway.repository.webhooks import Webhooks
from shared.contracts.gateway import WebhookPaused
from shared.errors import Invalid
from tests.gateway.conftest import Gateway

FIRST = PAUSES[0].total_seconds() * (1 + SPREAD)
OTHER = "https://other.example/hook"


async def test_an_event_arrives_once_as_it_stands_in_the_feed(gateway: Gateway) -> None:
    """Body, id and a signature that the secret checks."""
    caller = await gateway.client()
    webhook_id = await gateway.webhook(caller)
    event_id = await gateway.happens("PRT0000000001")
    await gateway.rounds()
    await gateway.rounds()
    [message] = gateway.receivers.sent
    async with gateway.transactions.begin() as tx:
        [row], _ = await EventLog(tx).after(caller, 0, 10)
        [secret] = await Webhooks(tx).secrets(webhook_id, tx.now)
    assert json.loads(message.body) == row.envelope
    assert message.headers["webhook-id"] == event_id
    stamp = int(message.headers["webhook-timestamp"])
    assert stamp == int(gateway.clock().timestamp())
    assert message.headers["webhook-signature"] == signature(secret, event_id, stamp, message.body)
    [delivery] = await gateway.log(webhook_id)
    assert delivery.delivered_at == gateway.clock()


async def test_only_what_the_client_may_see_and_wants_is_sent(gateway: Gateway) -> None:
    """Its office, its topics, from the subscription on."""
    caller = await gateway.client()
    await gateway.happens("before")
    await gateway.webhook(caller, "roster.*", "invoicing.billing.opened.v1")
    await gateway.happens("elsewhere", office_id="0099")
    await gateway.happens("nobody's", office_id=None)
    await gateway.happens("unwanted", topic="enrollment.application.drafted.v1")
    wanted = [
        await gateway.happens("wanted"),
        await gateway.happens("wanted too", topic="roster.roster.frozen.v1"),
    ]
    await gateway.rounds()
    assert sorted(gateway.receivers.ids()) == sorted(wanted)


async def test_work_of_the_services_is_not_sent_to_other_systems(gateway: Gateway) -> None:
    """Public events only, also to who asks for all; an internal topic is refused by name."""
    caller = await gateway.client()
    await gateway.webhook(caller, "*")
    await gateway.happens("work", topic="documents.document.render_requested.v1")
    fact = await gateway.happens("fact", topic="documents.document.rendered.v1")
    await gateway.rounds()
    assert gateway.receivers.ids() == [fact]
    with pytest.raises(Invalid, match="没有主题"):
        await gateway.webhook(caller, "documents.document.render_requested.v1")


async def test_a_failing_event_holds_back_its_own_subject_only(gateway: Gateway) -> None:
    """The others go on; when it arrives, what stood behind it follows in order."""
    webhook_id = await gateway.webhook(await gateway.client())
    bad = await gateway.happens("a")
    behind = [await gateway.happens("a"), await gateway.happens("a")]
    others = [await gateway.happens("b"), await gateway.happens("b")]
    gateway.receivers.refused[bad] = "status"
    await gateway.rounds()
    assert sorted(gateway.receivers.ids()) == sorted([bad, *others])
    assert [one for one in gateway.receivers.ids() if one in others] == others
    gateway.receivers.refused.clear()
    gateway.clock.forward(seconds=FIRST)
    await gateway.rounds()
    assert gateway.receivers.ids()[3:] == [bad, *behind]
    assert all(row.delivered_at for row in await gateway.log(webhook_id))


async def test_what_fails_is_tried_again_ever_more_seldom_and_never_lost(
    gateway: Gateway,
) -> None:
    """Not before its time; each attempt stands in the log."""
    webhook_id = await gateway.webhook(await gateway.client())
    await gateway.happens("a")
    gateway.receivers.refused["*"] = "timeout"
    for tries, pause in enumerate((*PAUSES, PAUSES[-1]), start=1):
        await gateway.rounds()
        [row] = await gateway.log(webhook_id)
        assert row.due_at is not None
        assert (len(row.attempts), row.tries) == (tries, tries)
        assert abs(row.due_at - gateway.clock() - pause) <= pause * SPREAD
        gateway.clock.now = row.due_at
        gateway.clock.forward(seconds=-1)
        await gateway.rounds()
        assert len(gateway.receivers.sent) == tries
        gateway.clock.forward(seconds=1)
    gateway.receivers.refused.clear()
    await gateway.rounds()
    [row] = await gateway.log(webhook_id)
    assert row.attempts[-1].outcome == "delivered"


@pytest.mark.parametrize("outcome", ["status", "timeout", "unreachable", "address_refused"])
async def test_days_of_nothing_but_failure_pause_and_resuming_goes_on_there(
    gateway: Gateway, outcome: str
) -> None:
    """After five days with a reason; nothing is lost meanwhile, nothing sent twice after."""
    caller = await gateway.client()
    webhook_id = await gateway.webhook(caller)
    first = await gateway.happens("a")
    gateway.receivers.refused["*"] = outcome
    await gateway.rounds()
    gateway.clock.forward(days=4, hours=23)
    await gateway.rounds()
    assert (await gateway.row(webhook_id)).paused_at is None
    gateway.clock.forward(days=1)
    await gateway.rounds()
    row = await gateway.row(webhook_id)
    assert row.paused_at == gateway.clock()
    assert await gateway.announced() == [
        WebhookPaused(
            webhook_id=str(webhook_id), account_id=caller.account_id, office_id=caller.office_id
        )
    ]
    assert "5天" in (row.paused_because or "")
    meanwhile = [await gateway.happens("a"), await gateway.happens("b")]
    tries = len(gateway.receivers.sent)
    gateway.clock.forward(days=30)
    await gateway.rounds()
    assert len(gateway.receivers.sent) == tries
    gateway.receivers.refused.clear()
    async with gateway.transactions.begin() as tx:
        await webhooks.change(caller, webhook_id, None, None, None, tx, paused=False)
    await gateway.rounds()
    assert sorted(gateway.receivers.ids()[tries:]) == sorted([first, *meanwhile])


async def test_one_success_begins_the_days_anew(gateway: Gateway) -> None:
    """Only failure without a break pauses."""
    webhook_id = await gateway.webhook(await gateway.client())
    bad = await gateway.happens("a")
    gateway.receivers.refused[bad] = "status"
    await gateway.rounds()
    gateway.clock.forward(days=4)
    await gateway.happens("b")
    await gateway.rounds()
    gateway.clock.forward(days=2)
    await gateway.rounds()
    assert (await gateway.row(webhook_id)).paused_at is None


async def test_two_gateways_deliver_each_event_once_and_in_order(gateway: Gateway) -> None:
    """Both look at the same time, again and again."""
    await gateway.webhook(await gateway.client())
    sent = {name: [await gateway.happens(name) for _ in range(6)] for name in "abcd"}
    dispatchers = [WebhookDispatcher(gateway.transactions) for _ in range(3)]
    await asyncio.gather(*(gateway.rounds(dispatcher) for dispatcher in dispatchers))
    await gateway.rounds()
    arrived = gateway.receivers.ids()
    assert len(arrived) == 24
    for ids in sent.values():
        assert [one for one in arrived if one in ids] == ids


async def test_what_a_killed_process_had_in_hand_is_sent_by_another(gateway: Gateway) -> None:
    """When its lease has ended; not before, so that nothing is sent twice."""
    webhook_id = await gateway.webhook(await gateway.client())
    event_id = await gateway.happens("a")
    await WebhookDispatcher(gateway.transactions).follow(webhook_id)
    async with gateway.transactions.begin() as tx:
        assert len(await Deliveries(tx).take(webhook_id, 5, tx.now, LEASE)) == 1
    await gateway.rounds()
    assert gateway.receivers.ids() == []
    gateway.clock.forward(seconds=LEASE.total_seconds())
    await gateway.rounds()
    assert gateway.receivers.ids() == [event_id]


async def test_a_process_told_to_stop_gives_back_what_it_has_in_hand(gateway: Gateway) -> None:
    """Its successor need not wait for the lease."""
    await gateway.webhook(await gateway.client())
    await gateway.happens("a")
    gateway.receivers.held["https://receiver.example/hook"] = asyncio.Event()
    running = asyncio.create_task(WebhookDispatcher(gateway.transactions).run())
    async with asyncio.timeout(10):
        while not gateway.receivers.sent:  # noqa: ASYNC110 - the task under test runs meanwhile
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    gateway.receivers.held.clear()
    await gateway.rounds()
    assert len(gateway.receivers.sent) == 2


async def test_a_receiver_that_hangs_holds_up_nobody_else(gateway: Gateway) -> None:
    """And gets no more than a few messages at once itself."""
    caller = await gateway.client()
    slow = await gateway.webhook(caller, url=OTHER)
    await gateway.webhook(caller)
    count = 3 * DELIVERIES_PER_WEBHOOK
    ids = [await gateway.happens(f"subject {number}") for number in range(count)]
    gateway.receivers.held[OTHER] = asyncio.Event()
    dispatcher = WebhookDispatcher(gateway.transactions)
    async with asyncio.timeout(20):
        while len(gateway.receivers.ids("https://receiver.example/hook")) < len(ids):
            await dispatcher.round()
            await dispatcher.progress(asyncio.Event())
    assert len(gateway.receivers.ids(OTHER)) == DELIVERIES_PER_WEBHOOK
    gateway.receivers.held[OTHER].set()
    await gateway.rounds(dispatcher)
    assert all(row.delivered_at for row in await gateway.log(slow))
