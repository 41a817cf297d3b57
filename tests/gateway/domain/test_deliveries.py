from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.gateway.domain.accounts import Account
from services.gateway.domain.deliveries import Delivery, DeliveryState
from services.gateway.domain.events import hidden_from, topics_for
from services.gateway.domain.webhooks import WebhookSubscription
from shared.contracts.events import all_events
from shared.identity.caller import Caller
from shared.identity.permissions import Role
from tests.published import schema

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = datetime(2026, 3, 7, 9, tzinfo=UTC)
ONE = UUID(int=1)
WAITING = Delivery(ONE, 7, ONE, "enrollment.application.drafted.v1", "PRT1", AT, None, 0, [])


def _webhook(**more: object) -> WebhookSubscription:
    one = WebhookSubscription(ONE, "client-1", "https://receiver.example", ["*"], "", AT, 100)
    return replace(one, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("delivery", "state"),
    [
        (WAITING, "due"),
        (replace(WAITING, tries=1), "retrying"),
        (replace(WAITING, due_at=None), "queued"),
        (replace(WAITING, due_at=None, tries=3), "queued"),
        (replace(WAITING, delivered_at=AT, tries=2), "delivered"),
    ],
)
def test_a_delivery_says_how_it_stands(delivery: Delivery, state: str) -> None:
    """There; to be tried now, or again; behind an older event."""
    assert delivery.state == state


def test_a_delivery_is_in_a_state_that_clients_know() -> None:
    """The delivery log shows it."""
    assert list(DeliveryState) == schema("Delivery")["properties"]["state"]["enum"]


def test_other_systems_are_sent_public_events_only() -> None:
    """The office's own accounts see all."""
    client, finance = (
        Caller(account_id="1", name="", role=role, office_id="0012")
        for role in (Role.API_CLIENT, Role.FINANCE)
    )
    public = {event.topic for event in all_events() if event.public}
    assert topics_for(client) == public
    assert topics_for(finance) == {event.topic for event in all_events()} > public
    assert topics_for(client) | hidden_from(client) == topics_for(finance)
    assert hidden_from(finance) == frozenset()


@pytest.mark.parametrize("role", list(Role))
def test_an_account_is_a_client_or_a_person(role: Role) -> None:
    """What services know of it is its place, and it is active until it is closed."""
    one = Account("A1", "operator", "", "张三", role, "0012", "001201", "U1")
    assert one.is_client is (role is Role.API_CLIENT)
    assert one.active
    assert one.caller == Caller(
        account_id="A1",
        name="张三",
        role=role,
        office_id="0012",
        agency_id="001201",
        unit_id="U1",
    )


def test_a_subscription_that_is_paused_stays_so_for_its_reason() -> None:
    """Resumed, it begins to count anew."""
    one = _webhook()
    one.pause(AT)
    one.pause(LATER)
    assert (one.paused_at, one.paused_because) == (AT, "已手动暂停。")
    assert not one.fail(LATER, 5)
    assert (one.paused_at, one.failing_since) == (AT, LATER)
    one.resume()
    assert (one.paused_at, one.paused_because, one.failing_since) == (None, None, None)


def test_a_subscription_that_only_fails_is_paused_after_the_days() -> None:
    """Counted from its first failure; one success ends that."""
    one = _webhook()
    assert not one.fail(AT, 5)
    one.succeed()
    assert one.failing_since is None
    assert not one.fail(AT, 5)
    assert one.failing_since == AT
    assert one.fail(LATER, 5)
    assert one.paused_at == LATER
    assert (one.paused_because or "").startswith("连续5天投递全部失败")


@pytest.mark.parametrize(("first", "position"), [(50, 49), (101, 100), (500, 100)])
def test_a_subscription_reads_again_from_an_earlier_position_only(
    first: int, position: int
) -> None:
    """The event at that position is the first one that is sent again."""
    one = _webhook()
    one.rewind(first)
    assert one.position == position
