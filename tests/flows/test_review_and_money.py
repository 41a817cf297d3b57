"""What comes back is corrected; money that does not fit is refused; receipts reach the payer."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from stat import S_IMODE
from time import monotonic
from typing import Any

import asyncpg
import pytest

from examples.client import ApiError
from examples.people import invent
from tests.flows.conftest import System
from tests.flows.stories import LATE, LONGEST_WAIT, Desk, in_a_month

RECEIVED, CONFIRMED = date(2026, 3, 2), date(2026, 3, 3)
OWNER_ONLY = 0o600


async def until(find: Callable[[], Awaitable[str | None]]) -> str:
    """Wait until something is found."""
    limit = monotonic() + LONGEST_WAIT
    while (found := await find()) is None:
        assert monotonic() < limit
        await asyncio.sleep(0.05)
    return found


async def until_there(folder: Path, pattern: str) -> Path:
    """Wait for a file that a background job writes."""
    for _ in range(200):
        found = await asyncio.to_thread(lambda: list(folder.glob(pattern)))
        if found:
            return found[0]
        await asyncio.sleep(0.05)
    raise AssertionError(f"{pattern} never came")


async def test_a_returned_application_is_corrected_and_submitted_again(system: System) -> None:
    """The reviewer's reason shows; the roster is open again; the second round goes through."""
    desk = await Desk.of(system, "3")
    number = await desk.drafted(invent(3, seed=30), 5, 2, YWSH_20=1)
    await desk.submitted(number)
    with pytest.raises(ApiError) as refusal:
        await desk.agency.post(f"/applications/{number}/reviews", {"decision": "return"})
    assert refusal.value.code == "reason_missing"
    await desk.agency.post(
        f"/applications/{number}/reviews", {"decision": "return", "reason": "请核对人员"}
    )
    found = await desk.operator.get(f"/applications/{number}")
    assert (found["state"], found["reviews"][-1]["reason"]) == ("returned", "请核对人员")
    [person, *_] = (await desk.operator.get(f"/applications/{number}/lines/YWSH-20/persons"))[
        "items"
    ]
    await desk.operator.send(
        "DELETE", f"/applications/{number}/lines/YWSH-20/persons/{person['person_id']}"
    )
    again = await desk.submitted(number)
    assert (again["state"], again["lines"][0]["persons"]) == ("first_review", 2)


async def test_what_someone_else_changed_meanwhile_is_not_overwritten(system: System) -> None:
    """If-Match with an old version: 412, and the newer content stays."""
    operator = await system.client("operator3")
    number = await operator.draft(YWSH_20=1)
    version = (await operator.send("GET", f"/applications/{number}")).headers["etag"]
    staff = {"staff": 9, "women": 3}
    path = f"/applications/{number}/staff"
    await operator.put(path, staff, headers={"If-Match": version})
    with pytest.raises(ApiError) as refusal:
        await operator.put(path, {"staff": 1, "women": 0}, headers={"If-Match": version})
    assert (refusal.value.status, refusal.value.code) == (412, "changed_meanwhile")
    assert (await operator.get(f"/applications/{number}"))["staff"] == 9


async def test_after_submission_nothing_moves_any_more(system: System) -> None:
    """Lines, staff, roster and a second submission are refused with the state."""
    desk = await Desk.of(system, "3")
    number = await desk.drafted(invent(2, seed=31), 5, 2, YWSH_20=1)
    await desk.submitted(number)
    [person, *_] = (await desk.operator.get(f"/applications/{number}/lines/YWSH-20/persons"))[
        "items"
    ]
    lines = {"lines": [{"plan": "YWSH-20", "shares": 3}]}
    place = f"/applications/{number}/lines/YWSH-20/persons/{person['person_id']}"
    calls: list[Any] = [
        desk.operator.put(f"/applications/{number}/lines", lines),
        desk.operator.put(f"/applications/{number}/staff", {"staff": 9, "women": 1}),
        desk.operator.post(f"/applications/{number}/submit", {}),
        desk.operator.start_import(number, b"x"),
        desk.operator.send("PATCH", place, json={"name": "王某"}),
        desk.operator.send("DELETE", f"/applications/{number}"),
    ]
    for call in calls:
        with pytest.raises(ApiError) as refusal:
            await call
        assert refusal.value.status == 409


async def test_money_that_does_not_fit_is_refused(system: System) -> None:
    """Another amount, the future, twice; what fits is taken and can be reversed until confirmed."""
    desk = await Desk.of(system, "3")
    number = await desk.approved(invent(1, seed=32), 5, 2, YWSH_20=1)
    for amount, received_on, code in (
        ("19.99", RECEIVED, "amount_differs"),
        ("20.00", date(2099, 1, 1), "received_in_future"),
    ):
        with pytest.raises(ApiError) as refusal:
            await desk.finance.pay(number, amount, received_on, reason=LATE)
        assert refusal.value.code == code
    with pytest.raises(ApiError) as refusal:
        await desk.finance.pay(number, "20.00", RECEIVED, date(2099, 1, 1), LATE)
    assert (refusal.value.code, refusal.value.field) == ("confirmed_too_late", "confirmed_on")
    payment = await desk.finance.pay(number, "20.00", RECEIVED, in_a_month(), LATE)
    assert payment["state"] == "received"
    assert (await desk.operator.get(f"/applications/{number}"))["state"] == "paid"
    with pytest.raises(ApiError) as refusal:
        await desk.finance.pay(number, "20.00", RECEIVED, reason=LATE)
    assert refusal.value.code == "already_paid"
    path = f"/payments/{payment['payment_id']}/reversal"
    reversed_ = await desk.finance.post(path, {"reason": "银行退回"})
    assert reversed_["state"] == "reversed"
    await desk.operator.until(f"/applications/{number}", ("approved",))
    await desk.finance.pay(number, "20.00", RECEIVED, CONFIRMED, LATE)
    assert (await desk.operator.get(f"/applications/{number}"))["state"] == "confirmed"


async def test_what_a_payment_would_do_is_said_before_it_is_entered(system: System) -> None:
    """The days, the cover, or the refusal that would come; asking changes nothing."""
    desk = await Desk.of(system, "3")
    number = await desk.approved(invent(1, seed=35), 5, 2, YWSH_20=1)
    money = {"application_no": number, "amount": "20.00", "received_on": RECEIVED.isoformat()}
    for more, code in (
        ({}, "reason_missing"),
        ({"reason": LATE, "amount": "20.01"}, "amount_differs"),
        ({"reason": "长" * 201}, "invalid_input"),
    ):
        with pytest.raises(ApiError) as refusal:
            await desk.finance.post("/payments/preview", money | more)
        assert refusal.value.code == code
    for more, confirmed_on, at_once in (
        ({"confirmed_on": CONFIRMED.isoformat()}, CONFIRMED, True),
        ({"confirmed_on": in_a_month().isoformat()}, in_a_month(), False),
    ):
        asked = money | {"reason": LATE} | more
        preview = await desk.finance.post("/payments/preview", asked)
        assert preview == {
            "amount": "20.00",
            "received_on": RECEIVED.isoformat(),
            "confirmable_on": RECEIVED.isoformat(),
            "confirmed_on": confirmed_on.isoformat(),
            "confirmed_at_once": at_once,
            "effective_on": RECEIVED.isoformat(),
        }
    with pytest.raises(ApiError) as refusal:
        await desk.operator.post("/payments/preview", money)
    assert refusal.value.status == 403
    assert (await desk.finance.get(f"/billings/{number}"))["payments"] == []


async def test_invoices_never_take_more_than_there_is(system: System) -> None:
    """Too much, too many persons, a wrong tax number: refused; only nothing left submits."""
    desk = await Desk.of(system, "3")
    number = await desk.approved(invent(2, seed=33), 5, 2, YWSH_20=1)
    for lines, more, code in (
        ({"YWSH-20": (2, "20.01")}, {}, "amount_exceeds_remaining"),
        ({"YWSH-20": (3, "1.00")}, {}, "persons_exceed"),
        ({"ZGZJ-36": (1, "1.00")}, {}, "plan_not_billed"),
        ({"YWSH-20": (1, "1.001")}, {}, "invalid_input"),
        (
            {"YWSH-20": (1, "1.00")},
            {"tax_no_kind": "credit_code", "tax_no": "12370203ICD6QC276Q"},
            "tax_no_invalid",
        ),
        ({"YWSH-20": (1, "1.00")}, {"other": "长" * 41}, "invalid_input"),
        ({"YWSH-20": (1, "1.00")}, {"email": "nowhere"}, "invalid_input"),
    ):
        with pytest.raises(ApiError) as refusal:
            await desk.invoice(number, "member_paid", lines, **more)
        assert refusal.value.code == code
    draft = await desk.invoice(number, "member_paid", {"YWSH-20": (2, "10.00")})
    with pytest.raises(ApiError) as refusal:
        await desk.operator.post(f"/billings/{number}/submit")
    assert (refusal.value.code, "20.00" in refusal.value.detail) == ("remaining_not_zero", True)
    body = {
        "funding_source": "union_funds",
        "title": "青岛示例单位工会委员会",
        "email": "operator@example.org",
        "lines": [{"plan": "YWSH-20", "persons": 2, "unit_price": "20.00"}],
    }
    place = f"/billings/{number}/invoices/{draft['invoice_id']}"
    await desk.operator.put(place, body)
    submitted = await desk.operator.post(f"/billings/{number}/submit")
    assert submitted["remaining"] == "0.00"
    with pytest.raises(ApiError) as refusal:
        await desk.operator.put(place, body)
    assert refusal.value.status == 409


async def test_the_receipt_is_mailed_once_money_and_invoice_are_there(system: System) -> None:
    """And a voided invoice can be issued anew."""
    desk = await Desk.of(system, "3")
    number = await desk.approved(invent(1, seed=34), 5, 2, YWSH_20=1)
    first = await desk.invoice(number, "union_funds", {"YWSH-20": (1, "20.00")})
    await desk.operator.post(f"/billings/{number}/submit")
    await desk.confirmed(number, RECEIVED, CONFIRMED)
    mail = await until_there(system.var / "outgoing" / "mail", f"{first['invoice_id']}.eml")
    content = await asyncio.to_thread(mail.read_text)
    assert "To: operator@example.org" in content
    assert S_IMODE(mail.stat().st_mode) == OWNER_ONLY
    place = f"/billings/{number}/invoices/{first['invoice_id']}"
    with pytest.raises(ApiError) as refusal:
        await desk.operator.post(f"{place}/void", {"reason": "抬头错误"})
    assert refusal.value.status == 403
    billing = await desk.finance.post(f"{place}/void", {"reason": "抬头错误"})
    assert billing["remaining"] == "20.00"
    again = await desk.invoice(number, "union_funds", {"YWSH-20": (1, "20.00")})
    issued = await desk.operator.post(f"/billings/{number}/submit")
    receipt = issued["invoices"][-1]["receipt"]
    assert (len(receipt["code"]), len(receipt["number"]), len(receipt["check_code"])) == (8, 10, 6)
    await until_there(system.var / "outgoing" / "mail", f"{again['invoice_id']}.eml")


async def test_an_outage_of_the_mail_server_is_mended_by_one_command(system: System) -> None:
    """Each invoice says whether it was mailed; what was refused is one line, and tried anew."""
    desk = await Desk.of(system, "3")
    folder = system.var / "outgoing" / "mail"
    with _closed(folder):
        numbers = []
        for seed in (351, 352):
            number = await desk.approved(invent(1, seed=seed), 5, 2, YWSH_20=1)
            await desk.invoice(number, "union_funds", {"YWSH-20": (1, "20.00")})
            await desk.operator.post(f"/billings/{number}/submit")
            await desk.confirmed(number, RECEIVED, CONFIRMED)
            numbers.append(number)
        group = await until(partial(_refused, system, 2))
        await _put_off(system)
        assert [await _mailed(desk, number) for number in numbers] == [None, None]
    await system.command("messages", "replay", "invoicing", group)
    for number in numbers:
        await until(partial(_mailed, desk, number))
    assert group not in await system.command("messages", "list", "invoicing")


@contextmanager
def _closed(folder: Path) -> Iterator[None]:
    """Let no mail be left: a file stands where the folder of mails was."""
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder.rename(folder.with_name("aside"))
    folder.touch()
    yield
    folder.unlink()
    aside.rename(folder)


async def _refused(system: System, count: int) -> str | None:
    """Return the group of so many mails that have failed for one reason."""
    output = await system.command("messages", "list", "invoicing", "--consumer", "invoicing.mail")
    for line in output.splitlines():
        group, waiting, *_ = line.split()
        if "Error" in line and waiting == str(count):
            return group
    return None


async def _put_off(system: System) -> None:
    """Let mails wait as long as they do after many tries: nobody else is to send them."""
    await system.command("pause", "invoicing.mail")
    connection = await asyncpg.connect(system.environment["INVOICING_DATABASE_URL"])
    await connection.execute(
        "UPDATE inbox SET retry_at = now() + interval '1 hour'"
        " WHERE consumer = 'invoicing.mail' AND state = 'waiting'"
    )
    await connection.close()
    await system.command("resume", "invoicing.mail")


async def _mailed(desk: Desk, number: str) -> str | None:
    [invoice] = (await desk.operator.get(f"/billings/{number}"))["invoices"]
    at: str | None = invoice["mailed_at"]
    return at


async def test_the_operator_gets_a_text_message_on_approval(system: System) -> None:
    """It names the application and what is due, in a file for whoever sends it alone."""
    desk = await Desk.of(system, "3")
    number = await desk.approved(invent(1, seed=35), 5, 2, YWSH_20=1)
    folder = system.var / "outgoing" / "sms"

    def read() -> list[tuple[str, int]]:
        return [
            (path.read_text(encoding="utf-8"), path.stat().st_mode)
            for path in folder.glob("*.json")
        ]

    for _ in range(200):
        for text, mode in await asyncio.to_thread(read):
            if number in text and "20.00" in text:
                assert S_IMODE(mode) == OWNER_ONLY
                return
        await asyncio.sleep(0.05)
    raise AssertionError("no message came")
