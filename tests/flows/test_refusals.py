"""Bad input and wrong hands: a clear answer with a code, and nothing changes."""

from collections.abc import Awaitable
from typing import Any

import httpx
import pytest

from examples.client import ApiError, Client
from examples.people import fill, invent, with_wrong_check
from tests.flows.conftest import System
from tests.flows.stories import Desk
from tests.flows.test_audit import newcomer
from tests.processes import CAPTCHA

NOWHERE = "PRT9999999999"


async def refusal(call: Awaitable[Any]) -> ApiError:
    """Return the problem that a call is answered with."""
    with pytest.raises(ApiError) as refused:
        await call
    problem = refused.value
    assert problem.response.headers["content-type"].startswith("application/problem+json")
    assert problem.detail
    assert not problem.detail.isascii(), "the sentence is for the office's users"
    return problem


async def test_nobody_reads_anything_without_signing_in(system: System) -> None:
    """401 everywhere, with a wrong token too."""
    async with httpx.AsyncClient(base_url=system.address) as stranger:
        for path in ("/applications", "/plans", "/billings", "/event-feed", "/audit"):
            for token in ("", "guessed"):
                assert (await refusal(Client(stranger, token).get(path))).status == 401


async def test_another_units_application_does_not_exist(system: System) -> None:
    """404, the same as for a number that was never given."""
    number = await (await system.client("operator2")).draft(YWSH_20=1)
    other = await system.client("operator3")
    calls: tuple[tuple[str, str, Any], ...] = (
        ("GET", "/applications/{}", None),
        ("DELETE", "/applications/{}", None),
        ("PUT", "/applications/{}/staff", {"staff": 1, "women": 0}),
        ("GET", "/applications/{}/imports", None),
        ("GET", "/applications/{}/lines/YWSH-20/persons", None),
        ("GET", "/billings/{}", None),
        ("POST", "/applications/{}/submit", {}),
    )
    for method, path, body in calls:
        for one in (number, NOWHERE):
            answer = await refusal(other.send(method, path.format(one), json=body))
            assert (answer.status, answer.code) == (404, "not_found"), (method, path, one)
    agency_elsewhere = await system.client("agency3")
    assert (await refusal(agency_elsewhere.get(f"/applications/{number}"))).status == 404


async def test_a_role_may_only_do_what_it_is_for(system: System) -> None:
    """403: an operator neither reviews nor takes payments, finance does not draft."""
    desk = await Desk.of(system, "2")
    number = await desk.drafted(invent(1, seed=20), 2, 1, YWSH_20=1)
    lines = {"lines": [{"plan": "YWSH-20", "shares": 1}]}
    assert (await refusal(desk.operator.approve(number))).status == 403
    assert (await refusal(desk.finance.post("/applications", lines))).status == 403
    assert (await refusal(desk.office.post("/applications", lines))).status == 403
    assert (await refusal(desk.operator.get("/audit"))).status == 403
    await desk.submitted(number)
    assert (await refusal(desk.office.approve(number))).status == 403
    await desk.agency.approve(number)
    assert (await refusal(desk.agency.approve(number))).status == 403


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"lines": []}, "lines_missing"),
        ({"lines": [{"plan": "NONE", "shares": 1}]}, "plan_unknown"),
        ({"lines": [{"plan": "ZYYL-A", "shares": 2}]}, "shares_out_of_range"),
        ({"lines": [{"plan": "YWSH-20", "shares": 1}] * 2}, "plan_twice"),
        ({"lines": [{"plan": "YWSH-20", "shares": "many"}]}, "invalid_input"),
        ({"lines": [{"plan": "YWSH-20", "shares": 0}]}, "invalid_input"),
        ({}, "invalid_input"),
    ],
)
async def test_a_wrong_draft_is_refused_with_its_field(
    system: System, body: dict[str, Any], code: str
) -> None:
    """422, a stable code, the field."""
    answer = await refusal((await system.client("operator2")).post("/applications", body))
    assert (answer.status, answer.code) == (422, code)
    assert answer.field


async def test_a_file_that_is_no_roster_is_refused_and_the_draft_stays(system: System) -> None:
    """The batch says why; submitting then says what to do."""
    desk = await Desk.of(system, "2")
    number = await desk.operator.draft(YWSH_20=1)
    await desk.operator.put(f"/applications/{number}/staff", {"staff": 5, "women": 2})
    for content, code in (
        (b"PK\x03\x04 no workbook", "file_unreadable"),
        (b"a,b\n1,2\n", "header_missing"),
    ):
        batch = await desk.operator.finished_import(
            await desk.operator.start_import(number, content)
        )
        assert (batch["state"], batch["error"]["code"]) == ("failed", code)
    back = await desk.submitted(number)
    assert back["state"] == "draft"
    assert "重新导入" in back["reopened_because"]


async def test_an_application_without_persons_comes_back_with_the_reason(system: System) -> None:
    """The operator can go on from there."""
    desk = await Desk.of(system, "2")
    number = await desk.operator.draft(YWSH_20=1)
    assert (await refusal(desk.operator.post(f"/applications/{number}/submit", {}))).code == (
        "staff_missing"
    )
    await desk.operator.put(f"/applications/{number}/staff", {"staff": 5, "women": 2})
    back = await desk.submitted(number)
    assert (back["state"], "参保人员" in back["reopened_because"]) == ("draft", True)
    content = fill(await desk.operator.template(), invent(2, seed=21))
    await desk.operator.start_import(number, content)
    assert (await desk.submitted(number))["state"] == "first_review"


async def test_too_few_women_for_a_womens_plan_come_back_with_the_number_needed(
    system: System,
) -> None:
    """In a unit below a hundred women all of them must join."""
    desk = await Desk.of(system, "2")
    people = [person for person in invent(40, seed=22) if int(person.number[16]) % 2 == 0][:8]
    number = await desk.drafted(people, 30, 9, NGTB_2025=1)
    back = await desk.submitted(number)
    assert back["state"] == "draft"
    assert "至少需要9人" in back["reopened_because"]


async def test_failed_rows_come_back_with_reasons_and_the_others_stay(system: System) -> None:
    """One wrong number in three: two persons in, one row to correct."""
    operator = await system.client("operator2")
    number = await operator.draft(YWSH_20=1)
    people = invent(3, seed=23)
    content = fill(await operator.template(), [with_wrong_check(people[0]), *people[1:]])
    batch = await operator.finished_import(await operator.start_import(number, content))
    assert batch["lines"] == [{"plan_code": "YWSH-20", "succeeded": 2, "failed": 1}]
    assert batch["has_failed_rows"]
    again = await operator.finished_import(await operator.start_import(number, content))
    assert again["lines"] == [{"plan_code": "YWSH-20", "succeeded": 0, "failed": 3}]


async def test_files_that_may_not_be_attached_are_refused(system: System) -> None:
    """Only PDF and pictures, whatever the name says; never larger than the limit."""
    operator = await system.client("operator2")
    number = await operator.draft(YWSH_20=1)
    attach = operator.attach(number, "other", b"MZ\x90\x00 a program", "harmless.pdf")
    assert (await refusal(attach)).code == "file_kind_refused"
    attach = operator.attach(number, "other", b"", "empty.pdf")
    assert (await refusal(attach)).code == "file_empty"
    attach = operator.attach(number, "nothing", b"%PDF-1.4", "a.pdf")
    assert (await refusal(attach)).code == "invalid_input"
    large = operator.attach(number, "other", b"%PDF" + bytes(21 * 1024 * 1024), "large.pdf")
    assert (await refusal(large)).status == 413


async def test_guessing_a_password_is_stopped(system: System) -> None:
    """Five wrong ones, then 429 even for the right one; the answer never says which was wrong."""
    codes, (username, right) = set(), await newcomer(system, 7900)
    for password in ("1", "2", "3", "4", "5"):
        for name in ("nobody-at-all", username):
            with pytest.raises(ApiError) as wrong:
                await Client.sign_in(system.http, name, password, CAPTCHA)
            codes.add((wrong.value.code, wrong.value.detail))
    assert {code for code, _ in codes} == {"credentials_wrong"}
    assert len(codes) == 1
    with pytest.raises(ApiError) as stopped:
        await Client.sign_in(system.http, username, right, CAPTCHA)
    assert (stopped.value.status, stopped.value.code) == (429, "too_many_tries")


async def test_a_captcha_can_be_answered_once(system: System) -> None:
    """Wrong or used: ask for another."""
    with pytest.raises(ApiError) as wrong:
        await Client.sign_in(system.http, "operator2", "whatever", "0000")
    assert wrong.value.code == "captcha_wrong"


async def test_a_service_refuses_whom_the_gateway_has_not_vouched_for(system: System) -> None:
    """A session's token is no token for a service."""
    client = await system.client("operator2")
    response = await system.http.get("/applications", headers={"Authorization": client.token})
    assert "html" in response.headers["content-type"], "the UI answers, nobody else"
