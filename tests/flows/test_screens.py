"""What the screens ask for that no step of the work needs."""

from datetime import date, datetime

import pytest

from examples.client import Refused
from examples.people import fill, invent, with_wrong_check
from tests.flows.conftest import System
from tests.flows.stories import Desk


async def test_failed_rows_can_be_read_with_what_was_written_and_why(system: System) -> None:
    """As in the workbook; only by whoever may have that, and noted in the audit trail."""
    desk = await Desk.of(system, "2")
    number = await desk.operator.draft(YWSH_20=1)
    right, wrong = invent(2, seed=81)
    wrong = with_wrong_check(wrong)
    content = fill(await desk.operator.template(), [right, wrong])
    import_id = await desk.operator.start_import(number, content)
    await desk.operator.finished_import(import_id)
    [row] = await desk.operator.get(f"/imports/{import_id}/failures")
    assert (row["name"], row["number"]) == (wrong.name, wrong.number)
    assert "原第 3 行" in row["why"]
    with pytest.raises(Refused) as refusal:
        await desk.agency.get(f"/imports/{import_id}/failures")
    assert refusal.value.status == 403
    other = await system.client("operator3")
    with pytest.raises(Refused) as refusal:
        await other.get(f"/imports/{import_id}/failures")
    assert refusal.value.status == 404
    trail = await (await system.client("administrator")).get("/audit")
    assert any(
        one["action"] == "failed_rows.read" and import_id in one["subject"]
        for one in trail["items"]
    )


async def test_a_receipt_is_previewed_while_it_is_filled_in(system: System) -> None:
    """Whatever is missing; nothing of it is kept."""
    desk = await Desk.of(system, "2")
    number = await desk.approved(invent(4, seed=82), 6, 3, YWSH_20=1)
    empty = await desk.operator.post(f"/billings/{number}/preview", {})
    assert (empty["total"], empty["total_in_words"], empty["items"]) == ("0.00", "零元整", [])
    line = {"plan": "YWSH-20", "persons": 4, "unit_price": "20.00"}
    preview = await desk.operator.post(
        f"/billings/{number}/preview", {"title": "示例", "lines": [line]}
    )
    assert (preview["payer"], preview["total_in_words"]) == ("示例", "捌拾元整")
    billing = await desk.operator.get(f"/billings/{number}")
    assert (billing["invoices"], billing["remaining"]) == ([], "80.00")


async def test_what_waits_is_counted_for_whoever_asks(system: System) -> None:
    """A unit's own; an agency's units'."""
    operator = await system.client("operator3")
    before = (await operator.get("/application-counts")).get("draft", 0)
    await operator.draft(YWSH_20=1)
    assert (await operator.get("/application-counts"))["draft"] == before + 1
    office = await (await system.client("office")).get("/application-counts")
    assert office["draft"] > before


async def test_an_application_remembers_when_it_came_into_each_state(system: System) -> None:
    """The way back is part of it; changes of a draft are none."""
    desk = await Desk.of(system, "2")
    number = await desk.drafted(invent(2, seed=87), 3, 1, YWSH_20=1)
    await desk.submitted(number)
    await desk.agency.post(
        f"/applications/{number}/reviews", {"decision": "return", "reason": "请补充"}
    )
    found = await desk.submitted(number)
    assert [stage["state"] for stage in found["history"]] == [
        "draft",
        "submitting",
        "first_review",
        "returned",
        "submitting",
        "first_review",
    ]
    times = [datetime.fromisoformat(stage["since"]) for stage in found["history"]]
    assert times == sorted(times)


async def test_finance_finds_the_billings_that_wait_for_it(system: System) -> None:
    """By how far the money is: what was reversed is awaited again."""
    desk = await Desk.of(system, "3")
    number = await desk.approved(invent(1, seed=88), 5, 2, YWSH_20=1)

    async def listed(standing: str) -> bool:
        page = await desk.finance.get("/billings", standing=standing, limit=200)
        assert {one["standing"] for one in page["items"]} <= {standing}
        return number in [one["application_no"] for one in page["items"]]

    await desk.finance.get(f"/billings/{number}")
    assert await listed("awaited")
    payment = await desk.finance.pay(number, "20.00", date(2026, 3, 2), date(2099, 1, 1))
    assert await listed("received")
    assert not await listed("awaited")
    await desk.finance.post(f"/payments/{payment['payment_id']}/reversal", {"reason": "重复"})
    assert await listed("awaited")
