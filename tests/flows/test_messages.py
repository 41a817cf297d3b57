"""Who is told what, how one chooses, and what the administrator sees of messages, by the API."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any

import asyncpg
import pytest

from examples.client import ApiError, Client
from examples.people import invent
from tests.flows.conftest import System
from tests.flows.stories import Desk

LONGEST_WAIT = 30.0


async def eventually(read: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401 - whatever is read
    """Return what is read as soon as that is something."""
    limit = monotonic() + LONGEST_WAIT
    while not (found := await read()):
        assert monotonic() < limit
        await asyncio.sleep(0.05)
    return found


async def told(client: Client, number: str, kind: str) -> dict[str, Any]:
    """Return an account's notice of a kind about an application, once it is there."""

    async def look() -> list[dict[str, Any]]:
        page = await client.get("/notices", limit=200)
        return [one for one in page["items"] if (one["subject"], one["kind"]) == (number, kind)]

    [notice] = await eventually(look)
    found: dict[str, Any] = notice
    return found


async def sent(administrator: Client, number: str, kind: str) -> dict[str, Any]:
    """Return the text message of a kind about an application, once it was sent."""

    async def look() -> list[dict[str, Any]]:
        page = await administrator.get("/messages", subject=number, kind=kind)
        return [one for one in page["items"] if one["state"] == "sent"]

    [message] = await eventually(look)
    found: dict[str, Any] = message
    return found


async def refused(call: Awaitable[Any]) -> tuple[int, str]:
    """Return status and code of a call that is refused."""
    with pytest.raises(ApiError) as refusal:
        await call
    return refusal.value.status, refusal.value.code


async def lose(system: System, message_id: str) -> None:
    """Let nobody know what came of a message, as after a crash while it was sent."""
    connection = await asyncpg.connect(system.environment["GATEWAY_DATABASE_URL"])
    try:
        await connection.execute(
            "UPDATE messages SET state = 'unknown', error = 'interrupted', sent_at = NULL"
            " WHERE message_id = $1",
            message_id,
        )
    finally:
        await connection.close()


async def test_the_way_of_an_application_is_told_to_those_it_concerns(system: System) -> None:
    """To unit and agency, in their inboxes; each reads their own."""
    desk = await Desk.of(system, "2")
    number = await desk.approved(invent(1, seed=880), 5, 2, YWSH_20=1)
    approved = await told(desk.operator, number, "application_approved")
    assert approved["values"] == {"application_no": number, "payable": "20.00"}
    assert approved["read_at"] is None
    submitted = await told(desk.agency, number, "application_submitted")
    before = (await desk.operator.get("/notices/unread-count"))["unread"]
    read = await desk.operator.post(f"/notices/{approved['notice_id']}/read")
    assert read["read_at"] is not None
    assert (await desk.operator.get("/notices/unread-count"))["unread"] == before - 1
    unread = await desk.operator.get("/notices", unread=True, limit=200)
    assert approved["notice_id"] not in {one["notice_id"] for one in unread["items"]}
    others = desk.operator.post(f"/notices/{submitted['notice_id']}/read")
    assert await refused(others) == (404, "not_found")
    await desk.agency.post("/notices/read-all", {"notice_id": int(submitted["notice_id"])})
    assert (await told(desk.agency, number, "application_submitted"))["read_at"] is not None


async def test_the_log_shows_what_was_sent_to_the_administrator_alone(system: System) -> None:
    """Masked, without what it said; what arrived is not sent again."""
    desk = await Desk.of(system, "2")
    administrator = await system.client("administrator")
    number = await desk.approved(invent(1, seed=881), 5, 2, YWSH_20=1)
    message = await sent(administrator, number, "application_approved")
    assert message["to"].count("*") == 4
    assert (message["channel"], message["tries"], message["may_resend"]) == ("text", 1, False)
    assert number not in json.dumps({**message, "subject": ""})
    path = f"/messages/{message['message_id']}/resend"
    assert await refused(administrator.post(path)) == (409, "message_not_resendable")
    for client in (desk.operator, desk.agency, desk.office, desk.finance):
        assert await refused(client.get("/messages")) == (403, "forbidden")
        assert await refused(client.post(path)) == (403, "forbidden")


async def test_what_is_unknown_is_sent_again_by_hand_once(system: System) -> None:
    """Two administrators' clicks at once are one; the trail has who it was."""
    desk = await Desk.of(system, "2")
    administrator = await system.client("administrator")
    number = await desk.approved(invent(1, seed=882), 5, 2, YWSH_20=1)
    message = await sent(administrator, number, "application_approved")
    await lose(system, message["message_id"])
    page = await administrator.get("/messages", subject=number, state="unknown")
    assert [one["may_resend"] for one in page["items"]] == [True]
    path = f"/messages/{message['message_id']}/resend"
    answers = await asyncio.gather(
        *(administrator.post(path) for _ in range(2)), return_exceptions=True
    )
    resent = [one for one in answers if not isinstance(one, BaseException)]
    assert resent == [{"message_id": message["message_id"]}]
    again = await sent(administrator, number, "application_approved")
    assert again["tries"] == 2
    trail = await administrator.get("/audit", action="notification.resent")
    entries = [one for one in trail["items"] if one["subject"] == message["message_id"]]
    assert sorted(one["outcome"] for one in entries) == ["done", "refused"]


async def test_one_chooses_what_one_is_told_and_how(system: System) -> None:
    """Of what one's role is offered; a mail goes to the address that was given."""
    desk = await Desk.of(system, "3")
    before = await desk.operator.get("/notification-settings")
    assert {one["channel"] for one in before["choices"]} == {"inbox", "text", "mail"}
    must = {"choices": [{"kind": "code", "channel": "text", "on": False}]}
    assert await refused(desk.operator.put("/notification-settings", must)) == (
        422,
        "notification_not_offered",
    )
    chosen = {
        "choices": [{"kind": "application_approved", "channel": "inbox", "on": False}],
        "mails_to": "operator3@example.org",
    }
    try:
        await desk.operator.put("/notification-settings", chosen)
        number = await desk.approved(invent(1, seed=883), 5, 2, YWSH_20=1)
        await told(desk.operator, number, "application_submitted")
        page = await eventually(lambda: _mails(system, number))
        assert [one["to"] for one in page] == ["o***@example.org"]
        notices = await desk.operator.get("/notices", limit=200)
        kinds = {one["kind"] for one in notices["items"] if one["subject"] == number}
        assert kinds == {"application_submitted"}
    finally:
        await desk.operator.put("/notification-settings", before)
    assert await desk.operator.get("/notification-settings") == before


async def _mails(system: System, number: str) -> list[dict[str, Any]]:
    administrator = await system.client("administrator")
    page = await administrator.get("/messages", subject=number, state="sent")
    return [one for one in page["items"] if one["channel"] == "mail"]
