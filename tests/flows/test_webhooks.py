"""Webhooks end to end: another system's receiver on this machine, fed by what people do."""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any

import pytest

from examples.client import ApiError, Client
from tests.flows.conftest import System
from tests.flows.receiver import api_client, receiving, seen, subscribed
from tests.flows.stories import LONGEST_WAIT

DRAFTED = "enrollment.application.drafted.v1"
CHANGED = "enrollment.application.staff_changed.v1"


async def staffed(operator: Client, number: str, *staff: int) -> None:
    """Change an application so often."""
    for one in staff:
        await operator.put(f"/applications/{number}/staff", {"staff": one, "women": 1})


async def test_what_happens_arrives_signed_and_in_order(system: System) -> None:
    """As in the feed, and nothing that was not asked for."""
    operator = await system.client("operator")
    client = await api_client(system)
    async with receiving() as receiver:
        webhook_id = await subscribed(client, receiver, "enrollment.application.*")
        number = await operator.draft(YWSH_20=1)
        await staffed(operator, number, 5, 6, 7)
        arrived = await receiver.has(4, number)
        assert [event["type"] for event in arrived] == [DRAFTED, CHANGED, CHANGED, CHANGED]
        assert [event["sequence"] for event in arrived] == sorted(
            event["sequence"] for event in arrived
        )
        feed, after = [], "0"
        while (page := await client.get("/event-feed", after=after))["items"]:
            feed += page["items"]
            after = page["next"]
        assert all(event in feed for event in arrived)
        assert all(event["type"].startswith("enrollment.application.") for event in receiver.took)
        assert receiver.forged == 0
        await client.send("DELETE", f"/webhooks/{webhook_id}")


async def test_an_event_is_not_lost_by_whatever_the_receiver_answers(system: System) -> None:
    """500, 404, 410, a redirect, no answer: it stays open, tried again; others go on."""
    operator = await system.client("operator")
    client = await api_client(system)
    numbers = [await operator.draft(YWSH_20=1) for _ in range(5)]
    for number in numbers:
        await seen(client, number)
    answers = dict(zip(numbers, (500, 404, 410, 302, 0), strict=True))
    async with receiving() as receiver:
        webhook_id = await subscribed(client, receiver, CHANGED, DRAFTED)
        receiver.answer = lambda event: answers.get(event["subject"], 204)
        for number in numbers:
            await staffed(operator, number, 5, 6)
        other = await operator.draft(YWSH_20=1)
        await receiver.has(1, other)
        async with asyncio.timeout(LONGEST_WAIT):
            while {event["subject"] for event in receiver.refused} != set(numbers):  # noqa: ASYNC110 - over HTTP nothing rings
                await asyncio.sleep(0.02)
        place = f"/webhooks/{webhook_id}"
        assert (await client.get(place))["state"] == "active"
        items = await _log_when(
            client, place, lambda items: _statuses(items) >= {500, 404, 410, 302}
        )
        assert _statuses(items) == {500, 404, 410, 302}
        states = {
            number: [item["state"] for item in items if item["subject"] == number]
            for number in numbers
        }
        assert all(state[0] == "queued" for state in states.values())
        assert all("delivered" not in state for state in states.values())
        answers.clear()
        await client.send("PATCH", place, json={"paused": False})
        for number in numbers[:4]:
            arrived = await receiver.has(2, number)
            assert [event["data"]["staff"] for event in arrived] == [5, 6]
        await client.send("DELETE", f"/webhooks/{webhook_id}")


def _statuses(items: list[dict[str, Any]]) -> set[int]:
    """Return what the receiver answered to the attempts that are noted."""
    return {
        attempt["status"]
        for item in items
        for attempt in item["attempts"]
        if attempt["outcome"] == "status"
    }


async def _log_when(
    client: Client, place: str, noted: Callable[[list[dict[str, Any]]], bool]
) -> list[dict[str, Any]]:
    """Return the log once what arrived is noted in it: the receiver knows a moment earlier."""
    limit = monotonic() + LONGEST_WAIT
    while True:
        items: list[dict[str, Any]] = (await client.get(f"{place}/deliveries", limit=200))["items"]
        if noted(items):
            return items
        assert monotonic() < limit, items
        await asyncio.sleep(0.05)


async def test_a_subscription_is_paused_resumed_and_sends_again(system: System) -> None:
    """Where it stopped it goes on; one event, or all since a position, on request."""
    operator = await system.client("operator")
    client = await api_client(system)
    async with receiving() as receiver:
        webhook_id = await subscribed(client, receiver, CHANGED)
        place = f"/webhooks/{webhook_id}"
        number = await operator.draft(YWSH_20=1)
        await staffed(operator, number, 5)
        [first] = await receiver.has(1, number)
        paused = (await client.send("PATCH", place, json={"paused": True})).json()
        assert paused["state"] == "paused"
        assert paused["paused_because"]
        await staffed(operator, number, 6, 7)
        resumed = (await client.send("PATCH", place, json={"paused": False})).json()
        assert (resumed["state"], resumed["paused_because"]) == ("active", None)
        await receiver.has(3, number)
        await client.post(f"{place}/deliveries/{first['id']}/resend")
        assert (await receiver.has(4, number))[3] == first
        log = await client.get(f"{place}/deliveries")
        position = log["items"][1]["position"]
        await client.post(f"{place}/resend-since", {"position": int(position)})
        again = await receiver.has(6, number)
        assert [event["data"]["staff"] for event in again] == [5, 6, 7, 5, 6, 7]
        whole = await _log_when(
            client, place, lambda items: all(item["delivered_at"] for item in items)
        )
        page = await client.get(f"{place}/deliveries", limit=2)
        rest = await client.get(f"{place}/deliveries", limit=2, cursor=page["next"])
        assert page["items"] + rest["items"] == whole
        await client.send("DELETE", place)


async def test_a_new_secret_takes_the_place_of_the_old_without_a_gap(system: System) -> None:
    """Both are good for a day; neither is ever shown again."""
    operator = await system.client("operator")
    client = await api_client(system)
    async with receiving() as receiver:
        webhook_id = await subscribed(client, receiver, DRAFTED)
        old = receiver.secret
        key = {"Idempotency-Key": "rotate-once"}
        new = await client.post(f"/webhooks/{webhook_id}/secret", headers=key)
        assert new == await client.post(f"/webhooks/{webhook_id}/secret", headers=key)
        assert new["secret"] != old
        for secret in (old, new["secret"]):
            receiver.secret = secret
            await receiver.has(1, await operator.draft(YWSH_20=1))
        assert receiver.forged == 0
        assert "secret" not in await client.get(f"/webhooks/{webhook_id}")
        tested = await client.post(f"/webhooks/{webhook_id}/test")
        assert (tested["outcome"], tested["status"]) == ("delivered", 204)
        assert receiver.took[-1]["type"] == "gateway.webhook.test.v1"
        await client.send("DELETE", f"/webhooks/{webhook_id}")


async def test_a_subscription_is_its_clients_own(system: System) -> None:
    """To another client it does not exist; sent twice with one key it is one."""
    mine, other = await api_client(system, "甲系统"), await api_client(system, "乙系统")
    body = {"url": "https://receiver.example/hook", "topics": [DRAFTED], "description": "统计"}
    key = {"Idempotency-Key": "once"}
    made = await mine.post("/webhooks", body, headers=key)
    assert await mine.post("/webhooks", body, headers=key) == made
    assert [one["webhook_id"] for one in (await mine.get("/webhooks"))["items"]] == [
        made["webhook_id"]
    ]
    assert (await other.get("/webhooks"))["items"] == []
    place = f"/webhooks/{made['webhook_id']}"
    for method, path, json in (
        ("GET", place, None),
        ("PATCH", place, {"paused": True}),
        ("DELETE", place, None),
        ("POST", f"{place}/secret", None),
        ("GET", f"{place}/deliveries", None),
        ("POST", f"{place}/deliveries/{made['webhook_id']}/resend", None),
        ("POST", f"{place}/resend-since", {"position": 1}),
        ("POST", f"{place}/test", None),
    ):
        with pytest.raises(ApiError) as refusal:
            await other.send(method, path, json=json)
        assert refusal.value.status == 404, (method, path)
    await mine.send("DELETE", place)
    with pytest.raises(ApiError):
        await mine.get(place)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "http://receiver.example/"}, "url"),
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"url": "https://user:pass@receiver.example/"}, "url"),
        ({"url": "https://receiver.example:22/"}, "url"),
        ({"url": "https://receiver.example/", "topics": ["enrolment.*"]}, "topics"),
        ({"url": "https://receiver.example/", "topics": []}, "topics"),
        ({"url": "https://receiver.example/", "topics": ["\u0000.*"]}, "topics"),
    ],
)
async def test_what_cannot_be_a_subscription_is_refused(
    system: System, body: dict[str, object], field: str
) -> None:
    """422, the field named, in Chinese."""
    client = await api_client(system)
    with pytest.raises(ApiError) as refusal:
        await client.post("/webhooks", body)
    assert (refusal.value.status, refusal.value.field) == (422, field)
