"""What the screens ask for that no step of the work needs."""

import asyncio
from datetime import date, datetime
from typing import Any

import pytest

from examples.client import ApiError
from examples.people import fill, invent, with_wrong_check
from tests.flows.conftest import System
from tests.flows.stories import LATE, Desk, in_a_month, women

PLANS = {"YWSH-20": "意外伤害（会费20元）", "ZGZJ-36": "职工重疾（会费36元）"}


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
    with pytest.raises(ApiError) as refusal:
        await desk.agency.get(f"/imports/{import_id}/failures")
    assert refusal.value.status == 403
    other = await system.client("operator3")
    with pytest.raises(ApiError) as refusal:
        await other.get(f"/imports/{import_id}/failures")
    assert refusal.value.status == 404
    trail = await (await system.client("administrator")).get("/audit")
    assert any(
        one["action"] == "failed_rows.read" and import_id in one["subject"]
        for one in trail["items"]
    )


async def test_a_batch_whose_failures_were_corrected_says_so(system: System) -> None:
    """By the page, which says which batch it corrects, or by the workbook that came back."""
    desk = await Desk.of(system, "2")
    number = await desk.operator.draft(YWSH_20=1, ZGZJ_36=1)
    people = invent(4, seed=83)
    wrong = [with_wrong_check(one) for one in people]
    template = await desk.operator.template()

    async def imported(content: bytes, corrects: str | None = None) -> dict[str, Any]:
        batch = await desk.operator.start_import(number, content, corrects=corrects)
        return await desk.operator.finished_import(batch)

    first = await imported(fill(template, wrong[:2]))
    assert first["plan_names"] == {"YWSH-20": PLANS["YWSH-20"], "ZGZJ-36": PLANS["ZGZJ-36"]}
    assert (first["has_failed_rows"], first["corrected_by"]) == (True, None)
    unreadable = await imported(b"no workbook", first["import_id"])
    assert unreadable["state"] == "failed"
    place = f"/imports/{first['import_id']}"
    assert (await desk.operator.get(place))["corrected_by"] is None
    second = await imported(fill(template, people[:2]), first["import_id"])
    assert (await desk.operator.get(place))["corrected_by"] == second["import_id"]

    third = await imported(fill(template, wrong[2:]))
    place = f"/imports/{third['import_id']}"
    workbook = await desk.operator.file(f"{place}/failed-rows")
    fourth = await imported(workbook)
    assert (await desk.operator.get(place))["corrected_by"] == fourth["import_id"]
    assert fourth["has_failed_rows"]

    again_wrong = await imported(fill(template, wrong[:2]))
    place = f"/imports/{again_wrong['import_id']}"
    await imported(fill(template, wrong[:1]), again_wrong["import_id"])
    assert (await desk.operator.get(place))["corrected_by"] is None, "one of two rows came back"
    of_both = await desk.operator.file(f"{place}/failed-rows")
    one_plan = await desk.operator.start_import(number, of_both, lines="YWSH-20")
    await desk.operator.finished_import(one_plan)
    assert (await desk.operator.get(place))["corrected_by"] is None, "into one of two plans"

    again = await imported(fill(template, people[:1]))
    [row, *_] = await desk.operator.get(f"/imports/{again['import_id']}/failures")
    assert PLANS["ZGZJ-36"] in row["why"]
    assert "ZGZJ-36" not in row["why"]
    with pytest.raises(ApiError) as refusal:
        await imported(fill(template, people), second["import_id"])
    assert refusal.value.code == "batch_unknown"
    other = await system.client("operator3")
    with pytest.raises(ApiError) as refusal:
        await other.start_import(
            await other.draft(YWSH_20=1), workbook, corrects=third["import_id"]
        )
    assert refusal.value.code == "batch_unknown"


async def test_a_reason_of_one_plan_names_it(system: System) -> None:
    """Among several plans; whoever corrects the row knows which of them it is about."""
    desk = await Desk.of(system, "2")
    man = next(one for one in invent(20, seed=87) if int(one.number[16]) % 2)
    number = await desk.operator.draft(NGTB_2025=1, YWSH_20=1)
    batch = await desk.operator.start_import(number, fill(await desk.operator.template(), [man]))
    await desk.operator.finished_import(batch)
    [row] = await desk.operator.get(f"/imports/{batch}/failures")
    assert "女工特病2025版（标准版）（会费25元）：" in row["why"]
    assert PLANS["YWSH-20"] not in row["why"]
    alone = await desk.operator.start_import(
        number, fill(await desk.operator.template(), [man]), lines="NGTB-2025"
    )
    await desk.operator.finished_import(alone)
    [row] = await desk.operator.get(f"/imports/{alone}/failures")
    assert "女工特病" not in row["why"]


async def test_an_attachment_is_opened_by_its_id_and_removed_while_open(
    system: System, a_pdf: bytes
) -> None:
    """What is opened is what was meant, whatever was removed before; nothing goes in review."""
    desk = await Desk.of(system, "2")
    number = await desk.drafted(invent(2, seed=84), 5, 3, YWSH_20=1)
    for name in ("甲.pdf", "乙.pdf", "丙.pdf"):
        await desk.operator.attach(number, "other", a_pdf + name.encode(), name)
    place = f"/applications/{number}/attachments"
    first, second, third = [one["attachment_id"] for one in await _attached(desk, number)]
    await desk.operator.send("DELETE", f"{place}/{second}")
    assert [one["attachment_id"] for one in await _attached(desk, number)] == [first, third]
    assert (await desk.operator.file(f"{place}/{third}")).endswith("丙.pdf".encode())
    for method in ("GET", "DELETE"):
        with pytest.raises(ApiError) as refusal:
            await desk.operator.send(method, f"{place}/{second}")
        assert refusal.value.status == 404
    with pytest.raises(ApiError) as refusal:
        await (await system.client("operator3")).send("DELETE", f"{place}/{first}")
    assert refusal.value.status == 404
    await desk.submitted(number)
    assert (await desk.agency.file(f"{place}/{first}")).endswith("甲.pdf".encode())
    for client, status in ((desk.operator, 409), (desk.agency, 403)):
        with pytest.raises(ApiError) as refusal:
            await client.send("DELETE", f"{place}/{first}")
        assert refusal.value.status == status


async def test_an_attachment_is_called_what_it_is(system: System, a_pdf: bytes) -> None:
    """Whatever its sender called it: nothing unseen in the name, the extension that of a PDF."""
    desk = await Desk.of(system, "2")
    number = await desk.drafted(invent(2, seed=85), 5, 3, YWSH_20=1)
    await desk.operator.attach(number, "other", a_pdf, "证明\u202efdp.exe")
    [found] = await _attached(desk, number)
    assert found["file_name"] == "证明fdp.pdf"
    place = f"/applications/{number}/attachments/{found['attachment_id']}"
    answer = await desk.operator.send("GET", place)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].endswith("%E8%AF%81%E6%98%8Efdp.pdf")


async def test_attachments_are_read_by_the_unit_and_reviewers_only(
    system: System, a_pdf: bytes
) -> None:
    """Finance and administrators see the application without them, and are refused each."""
    desk = await Desk.of(system, "2")
    number = await desk.drafted(invent(2, seed=86), 5, 3, YWSH_20=1)
    await desk.operator.attach(number, "other", a_pdf, "甲.pdf")
    [attached] = await _attached(desk, number)
    await desk.submitted(number)
    place = f"/applications/{number}"
    for reader in (desk.operator, desk.agency, desk.office):
        assert (await reader.get(place))["attachments"] == [attached]
        assert await reader.file(f"{place}/attachments/{attached['attachment_id']}") == a_pdf
    for reader in (desk.finance, await system.client("administrator")):
        assert (await reader.get(place))["attachments"] == []
        with pytest.raises(ApiError) as refusal:
            await reader.file(f"{place}/attachments/{attached['attachment_id']}")
        assert refusal.value.status == 403


async def test_attachments_are_not_without_number(system: System, a_pdf: bytes) -> None:
    """Of fifteen at once as many are taken as still fit; the others are told what to do."""
    desk = await Desk.of(system, "2")
    number = await desk.drafted(invent(2, seed=87), 5, 3, YWSH_20=1)
    for one in range(18):
        await desk.operator.attach(number, "other", a_pdf, f"{one}.pdf")
    answers = await asyncio.gather(
        *(desk.operator.attach(number, "other", a_pdf, f"{one}.pdf") for one in range(15)),
        return_exceptions=True,
    )
    refused = [one for one in answers if isinstance(one, ApiError)]
    assert [one.code for one in refused] == ["too_many_attachments"] * 13
    assert len(await _attached(desk, number)) == 20


async def _attached(desk: Desk, number: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await desk.operator.get(f"/applications/{number}"))[
        "attachments"
    ]
    return found


async def test_what_keeps_an_application_from_review_is_said_while_it_is_open(
    system: System,
) -> None:
    """Eight women for seven on staff; a submission says it too, until there are eight."""
    desk = await Desk.of(system, "3")
    number = await desk.drafted(women(8, 85), 12, 7, NGTB_2025=1)
    place = f"/applications/{number}"
    found = await desk.operator.get(place)
    assert found["lines"][0]["participation_rate"] == "114.29"
    [objection] = found["objections"]
    assert (objection["code"], objection["plan"]) == ("persons_exceed_staff", "NGTB-2025")
    assert "（8）" in objection["message"]
    found = await desk.submitted(number)
    assert (found["state"], found["reopened_code"]) == ("draft", "persons_exceed_staff")
    assert found["reopened_because"] == objection["message"]
    answer = await desk.operator.put(f"{place}/staff", {"staff": 12, "women": 8})
    assert answer["objections"] == []
    assert (answer["reopened_because"], answer["reopened_code"]) == (None, None)
    assert (await desk.submitted(number))["state"] == "first_review"


async def test_a_voided_invoice_is_work_for_the_unit_until_it_is_submitted_anew(
    system: System,
) -> None:
    """Counted and listed for the unit, and for nobody else's."""
    desk = await Desk.of(system, "3")
    number = await desk.approved(invent(1, seed=86), 5, 2, YWSH_20=1)
    invoice = await desk.invoice(number, "union_funds", {"YWSH-20": (1, "20.00")})
    await desk.operator.post(f"/billings/{number}/submit")

    async def waiting() -> tuple[int, list[str]]:
        counts = await desk.operator.get("/billing-counts")
        page = await desk.operator.get("/billings", awaits_reissue=True)
        return counts["awaits_reissue"], [one["application_no"] for one in page["items"]]

    before, _ = await waiting()
    others = await (await system.client("operator2")).get("/billing-counts")
    place = f"/billings/{number}/invoices/{invoice['invoice_id']}"
    await desk.finance.post(f"{place}/void", {"reason": "抬头有误"})
    count, numbers = await waiting()
    assert (count, number in numbers) == (before + 1, True)
    assert await (await system.client("operator2")).get("/billing-counts") == others
    await desk.invoice(number, "union_funds", {"YWSH-20": (1, "20.00")})
    await desk.operator.post(f"/billings/{number}/submit")
    count, numbers = await waiting()
    assert (count, number in numbers) == (before, False)


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
    payment = await desk.finance.pay(number, "20.00", date(2026, 3, 2), in_a_month(), LATE)
    assert await listed("received")
    assert not await listed("awaited")
    await desk.finance.post(f"/payments/{payment['payment_id']}/reversal", {"reason": "重复"})
    assert await listed("awaited")
