"""The audit trail, as the office's administrator reads it: who did what, from where, what came."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from examples.client import API, ApiError, Client
from examples.people import invent
from shared.runtime.clock import OFFICE_ZONE, system_clock
from tests.flows.conftest import System
from tests.flows.receiver import api_client
from tests.flows.stories import LATE, Desk, in_a_month
from tests.processes import CAPTCHA

HERE = "127.0.0.1"


async def trail(system: System, **search: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any condition
    """Return all entries that are asked for, oldest first."""
    administrator = await system.client("administrator")
    found: list[dict[str, Any]] = []
    page: dict[str, Any] = {"next": None}
    while not found or page["next"]:
        more = {"cursor": page["next"]} if page["next"] else {}
        page = await administrator.get("/audit", limit=200, **search, **more)
        found += page["items"]
        if not page["items"]:
            break
    return found[::-1]


def summary(entry: dict[str, Any]) -> tuple[str, str, str, str | None]:
    """Return action, account, outcome and code of an entry."""
    return entry["action"], entry["account_id"], entry["outcome"], entry["code"]


async def try_to_sign_in(
    system: System, username: str, password: str, captcha: str = CAPTCHA
) -> httpx.Response:
    """Send the sign-in form, whatever comes of it."""
    question = (await system.http.post(f"{API}/auth/captcha")).json()
    form = {"username": username, "password": password, "captcha": captcha}
    return await system.http.post(
        f"{API}/auth/login", json={**form, "captcha_id": question["captcha_id"]}
    )


async def newcomer(system: System, first: int) -> tuple[str, str]:
    """Make a unit with an operator whom no other test knows; returns name and password."""
    output = await system.command("units", "1", "--first", str(first), "--by", "李工")
    username, password = output.split()[-2:]
    return username, password


async def test_an_applications_whole_life_is_in_the_trail(system: System) -> None:
    """Each step with its author, from where, and what came of it; the numbers that it made too."""
    desk = await Desk.of(system)
    number = await desk.approved(invent(2, seed=701), 25, 10, YWSH_20=1)
    invoice = await desk.invoice(number, "union_funds", {"YWSH-20": (2, "20.00")})
    await desk.operator.post(f"/billings/{number}/submit")
    await desk.finance.post(
        f"/billings/{number}/invoices/{invoice['invoice_id']}/void", {"reason": "抬头有误"}
    )
    first = await desk.finance.pay(number, "40.00", date(2026, 7, 7), in_a_month(), LATE)
    await desk.finance.post(f"/payments/{first['payment_id']}/reversal", {"reason": "重复登记"})
    confirmation_no = await desk.confirmed(number, date(2026, 7, 7), date(2026, 7, 7))
    await desk.office.archive(confirmation_no, b"%PDF-1.4\nscan")

    entries = await trail(system, subject=number)
    assert {entry["address"] for entry in entries} == {HERE}
    operator, finance = "A0000001", "A0000008"
    assert [summary(entry) for entry in entries] == [
        ("application.drafted", operator, "done", None),
        ("roster.imported", operator, "done", None),
        ("application.staff_changed", operator, "done", None),
        ("application.submitted", operator, "done", None),
        ("application.reviewed", "A0000004", "done", None),
        ("application.reviewed", "A0000007", "done", None),
        ("invoice.drafted", operator, "done", None),
        ("invoice.submitted", operator, "done", None),
        ("invoice.voided", finance, "done", None),
        ("payment.entered", finance, "done", None),
        ("payment.reversed", finance, "done", None),
        ("payment.entered", finance, "done", None),
        ("confirmation.archived", "A0000007", "done", None),
    ]
    assert entries[0]["subject"] == number
    assert {one["subject"] for one in entries[4:6]} == {f"{number}/approve"}
    assert entries[6]["subject"] == f"{number}/{invoice['invoice_id']}"
    assert entries[9]["subject"] == f"{number}/{first['payment_id']}"
    assert entries[9]["name"] == "办事处财务"
    [_, reversed_] = await trail(system, subject=first["payment_id"])
    assert summary(reversed_) == ("payment.reversed", finance, "done", None)
    [archived] = await trail(system, subject=confirmation_no)
    assert summary(archived) == ("confirmation.archived", "A0000007", "done", None)

    billing = await desk.finance.get(f"/billings/{number}")
    [gone, kept] = billing["payments"]
    assert (gone["entered_by"], gone["reversed_by"], gone["reversal_reason"]) == (
        finance,
        finance,
        "重复登记",
    )
    assert (kept["entered_by"], kept["reversed_by"], kept["reversal_reason"]) == (
        finance,
        None,
        None,
    )
    assert [one["voided_by"] for one in billing["invoices"]] == [finance]


async def test_signing_in_and_out_is_in_the_trail_and_so_is_failing(system: System) -> None:
    """Captcha, password, too many tries; under the account whose name was tried."""
    username, password = await newcomer(system, 7101)
    assert (await try_to_sign_in(system, username, password, "wrong")).status_code == 422
    for _ in range(5):
        assert (await try_to_sign_in(system, username, "not this one")).status_code == 422
    assert (await try_to_sign_in(system, username, password)).status_code == 429
    entries = await trail(system, actor=username)
    assert {entry["address"] for entry in entries} == {HERE}
    assert [summary(entry)[2:] for entry in entries] == [
        ("refused", "captcha_wrong"),
        *[("refused", "credentials_wrong")] * 5,
        ("refused", "too_many_tries"),
    ]
    assert {entry["action"] for entry in entries} == {"account.signed_in"}

    username, password = await newcomer(system, 7102)
    client = await Client.sign_in(system.http, username, password, CAPTCHA)
    await client.post("/auth/logout")
    await client.post("/auth/logout")
    assert [summary(entry) for entry in await trail(system, actor=username)] == [
        ("account.signed_in", client.account["account_id"], "done", None),
        ("account.signed_out", client.account["account_id"], "done", None),
    ]


async def test_what_was_typed_as_an_unknown_name_is_kept_nowhere(system: System) -> None:
    """It may be a password; that somebody tried, and from where, stays."""
    secret = f"my password {uuid4()}"
    assert (await try_to_sign_in(system, secret, "x")).status_code == 422
    entries = await trail(system, action="account.signed_in", outcome="refused")
    assert summary(entries[-1]) == ("account.signed_in", "", "refused", "credentials_wrong")
    assert (entries[-1]["name"], entries[-1]["address"], entries[-1]["subject"]) == (None, HERE, "")
    assert secret not in json.dumps(entries)


async def test_what_was_refused_says_so_with_its_code(system: System) -> None:
    """By whoever refused it: the gateway, the owner; before and after the body is read."""
    desk = await Desk.of(system, "2")
    number = await desk.operator.draft(YWSH_20=1)
    payment = {"application_no": number, "amount": "40.00", "received_on": "2026-07-07"}
    attempts = (
        ("PUT", f"/applications/{number}/staff", {"staff": -1, "women": 0}, "invalid_input"),
        ("POST", f"/applications/{number}/reviews", {"decision": "approve"}, "forbidden"),
        ("POST", "/payments", payment, "forbidden"),
        ("POST", f"/billings/{number}/submit", None, "not_found"),
        ("GET", f"/applications/{number}/attachments/{uuid4()}", None, "not_found"),
        ("POST", "/payment-notices/print", {"application_nos": [number] * 501}, "invalid_input"),
    )
    for method, path, body, code in attempts:
        with pytest.raises(ApiError) as refusal:
            await desk.operator.send(method, path, json=body)
        assert refusal.value.code == code, path
    found = [summary(entry) for entry in await trail(system, subject=number)]
    assert found[1:-1] == [
        ("application.staff_changed", "A0000002", "refused", "invalid_input"),
        ("application.reviewed", "A0000002", "refused", "forbidden"),
        ("payment.entered", "A0000002", "refused", "forbidden"),
        ("invoice.submitted", "A0000002", "refused", "not_found"),
        ("attachment.read", "A0000002", "refused", "not_found"),
    ]
    assert found[-1] == ("payment_notice.printed", "A0000002", "refused", "invalid_input")


async def test_an_address_that_leads_elsewhere_reads_nothing(system: System) -> None:
    """Dots would be folded on the way to the owner, whose other answer then passed for a paper."""
    desk = await Desk.of(system, "2")
    number = await desk.operator.draft(YWSH_20=1)
    url = httpx.URL(system.address).copy_with(
        raw_path=f"{API}/applications/{number}/attachments/%2e%2e".encode()
    )
    headers = {"Authorization": f"Bearer {desk.operator.token}"}
    async with httpx.AsyncClient() as http:
        answer = await http.get(url, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    [_, entry] = await trail(system, subject=number)
    assert summary(entry) == ("attachment.read", "A0000002", "refused", "not_found")
    assert entry["subject"] == f"{number}/?"


async def test_other_systems_are_in_the_trail_too(system: System) -> None:
    """Their tokens, given and refused; what they changed; who let them in and out."""
    client = await api_client(system, "短期系统")
    client_id = client.account["client_id"]
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": "x"}
    assert (await system.http.post(f"{API}/oauth/token", data=form)).status_code == 401
    with pytest.raises(ApiError):
        await client.post("/applications", {"lines": []})
    with pytest.raises(ApiError):
        await client.post("/webhooks", {"url": "ftp://example.org"})
    entries = await trail(system, actor=client_id)
    assert [summary(entry)[0::2] for entry in entries] == [
        ("client.token_granted", "done"),
        ("client.token_granted", "refused"),
        ("application.drafted", "refused"),
        ("webhook.added", "refused"),
    ]
    assert entries[1]["code"] == "invalid_client"
    assert {entry["address"] for entry in entries} == {HERE}
    await system.command("clients", "revoke", client_id, "--by", "王工")
    [added, revoked] = await trail(system, actor="operator:", subject=client_id)
    assert (added["action"], added["subject"]) == ("client.added", f"0012/{client_id}")
    assert summary(revoked) == ("client.revoked", "operator:王工", "done", None)


async def test_operators_commands_are_in_the_trail_with_who_gave_them(system: System) -> None:
    """By name, else by the login name; what was refused says so; looking leaves nothing."""
    who = f"王工 {uuid4().hex[:6]}"
    for command in (
        ("seed", "enrollment"),
        ("pause", "documents.events"),
        ("resume", "documents.events"),
        ("rebuild", "documents"),
        ("redeliver", "documents.events", "--subject", "PRT9999999999"),
    ):
        await system.command(*command, "--by", who)
    missing = str(uuid4())
    for refused in (
        ("rebuild", "enrollment"),
        ("messages", "replay", "roster", missing),
        ("clients", "revoke", "client-nobody"),
    ):
        code, _ = await system.attempt(*refused, "--by", who)
        assert code != 0
    await system.command("queues")
    await system.command("messages", "list", "roster")
    entries = await trail(system, actor=f"operator:{who}")
    assert [(one["action"], one["subject"], one["outcome"]) for one in entries] == [
        ("office_data.loaded", "enrollment", "done"),
        ("consumer.paused", "documents.events", "done"),
        ("consumer.resumed", "documents.events", "done"),
        ("copies.rebuilt", "documents", "done"),
        ("events.redelivered", "documents.events/PRT9999999999", "done"),
        ("copies.rebuilt", "enrollment", "refused"),
        ("message.replayed", f"roster/{missing}", "refused"),
        ("client.revoked", "client-nobody", "refused"),
    ]
    assert {one["address"] for one in entries} == {None}


async def test_a_command_goes_on_when_the_trail_is_out_of_reach(system: System) -> None:
    """It says so; the change is made all the same."""
    away = "postgresql://nobody@127.0.0.1:1/nothing"
    elsewhere = replace(system, environment=system.environment | {"GATEWAY_DATABASE_URL": away})
    output = await elsewhere.command("seed", "enrollment", "--by", "王工")
    assert "The audit trail could not be told of this" in output
    code, output = await system.attempt("pause", "documents.events", "--by", " ")
    assert code != 0
    assert "a name has 1 to 100 printable characters" in output


async def test_entries_are_found_and_leafed_through(system: System) -> None:
    """By day, action, outcome and number, page by page; nobody else reads them."""
    operator = await system.client("operator3")
    number = await operator.draft(YWSH_20=1)
    for staff in range(1, 4):
        await operator.put(f"/applications/{number}/staff", {"staff": staff, "women": 0})
    administrator = await system.client("administrator")
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    for _ in range(2):
        page = await administrator.get("/audit", subject=number.lower(), limit=2, **cursor)
        found += page["items"]
        cursor = {"cursor": page["next"]}
    assert page["next"] is None
    assert [one["action"] for one in found] == [
        *["application.staff_changed"] * 3,
        "application.drafted",
    ]
    changed = await trail(system, subject=number, action="application.staff_changed")
    assert len(changed) == 3
    today = system_clock().astimezone(OFFICE_ZONE).date()
    assert len(await trail(system, subject=number, at_from=today, at_to=today)) == 4
    assert await trail(system, subject=number, at_to=today - timedelta(days=1)) == []
    assert await trail(system, subject=number, outcome="refused") == []
    assert len(await trail(system, subject=number, actor="operator3")) == 4
    for name in ("operator", "agency", "office", "finance"):
        with pytest.raises(ApiError) as refusal:
            await (await system.client(name)).get("/audit")
        assert refusal.value.status == 403


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ({"at_from": "0001-01-01"}, "invalid_input"),
        ({"at_to": "9999-12-31"}, "invalid_input"),
        ({"at_from": "2026-11-02", "at_to": "2026-11-01"}, "days_reversed"),
    ],
)
async def test_days_that_no_trail_has_are_refused(
    system: System, days: dict[str, str], code: str
) -> None:
    """Too early, too late, or the end before the beginning."""
    with pytest.raises(ApiError) as refusal:
        await trail(system, **days)
    assert refusal.value.code == code
    assert await trail(system, at_from="2000-01-01", at_to="2999-12-31")
