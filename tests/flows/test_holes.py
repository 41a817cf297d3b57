"""Holes that were found once and stay closed."""

import asyncio
from datetime import date

import httpx
import pytest

from examples.client import ApiError, Client
from examples.people import fill, invent
from tests.flows.conftest import System
from tests.flows.stories import LATE, LONGEST_WAIT, Desk, agreed
from tests.processes import CAPTCHA


async def status(client: Client, path: str) -> int:
    """Return the status that a download is answered with."""
    response = await client.http.get(
        f"/api/v1{path}", headers={"Authorization": f"Bearer {client.token}"}
    )
    return response.status_code


async def test_full_numbers_are_handed_out_only_to_who_prints_or_exports(system: System) -> None:
    """Every file with persons in it against every role."""
    desk = await Desk.of(system, "2")
    number = await desk.approved(invent(2, seed=50), 5, 2, YWSH_20=1)
    [batch] = await desk.operator.get(f"/applications/{number}/imports")
    confirmation_no = await desk.confirmed(number, date(2026, 9, 9), date(2026, 9, 9))
    await desk.operator.confirmation(confirmation_no)
    position = "0"
    prints: list[str] = []
    # The paper may be read before its event is in the feed.
    async with asyncio.timeout(LONGEST_WAIT):
        while not prints:
            feed = await desk.operator.get("/event-feed", after=position, wait=5)
            position = feed["next"]
            prints += [
                item["subject"]
                for item in feed["items"]
                if item["type"] == "documents.document.rendered.v1"
                and confirmation_no in item["data"]["numbers"]
            ]
    roster = f"/confirmations/{confirmation_no}/roster"
    paper = f"/prints/{prints[0]}/file"
    for name, may_export, may_print in (
        ("operator2", 200, 200),
        ("office", 200, 200),
        ("finance", 403, 403),
        ("agency2", 403, 403),
        ("agency3", 404, 403),
        ("administrator", 403, 403),
        ("operator3", 404, 404),
    ):
        client = await system.client(name)
        assert await status(client, roster) == may_export, name
        assert await status(client, paper) == may_print, name
    failed = f"/imports/{batch['import_id']}/failed-rows"
    assert await status(desk.agency, failed) == 403


async def test_a_character_that_cannot_be_kept_is_refused_and_logged_nowhere(
    system: System,
) -> None:
    """NUL in a text: 422 at once, and the text is in no log."""
    operator = await system.client("operator2")
    marked = {"lines": [{"plan": "marked\u0000text", "shares": 1}]}
    with pytest.raises(ApiError) as refusal:
        await operator.post("/applications", marked)
    assert (refusal.value.status, refusal.value.code) == (422, "invalid_input")
    with pytest.raises(ApiError) as refusal:
        await Client.sign_in(system.http, "marked\u0000text", "x", CAPTCHA)
    assert refusal.value.status == 422
    logs = await asyncio.to_thread(
        lambda: [path.read_text(encoding="utf-8") for path in system.var.glob("*.log")]
    )
    assert not any("marked" in log for log in logs)


async def test_an_interrupted_stream_goes_on_where_it_stopped(system: System) -> None:
    """Every event has an id of its own; none is skipped after a reconnect."""
    operator = await system.client("operator2")
    await operator.draft(YWSH_20=1)
    headers = {"Authorization": f"Bearer {operator.token}", "Last-Event-ID": "0"}
    seen: list[str] = []
    for _ in range(2):
        async with system.http.stream("GET", "/api/v1/events", headers=headers) as response:
            async for line in response.aiter_lines():
                if line.startswith("id:"):
                    seen.append(line)
                    break
        headers["Last-Event-ID"] = seen[-1].removeprefix("id: ")
    assert seen[0] != seen[1]
    first, second = (one.removeprefix("id: ") for one in seen)
    behind_first = (await operator.get("/event-feed", after=first))["items"]
    behind_second = (await operator.get("/event-feed", after=second))["items"]
    # The log may have grown between the two.
    assert behind_second[: len(behind_first) - 1] == behind_first[1:]


async def test_thirty_guesses_at_once_are_no_more_than_five(system: System) -> None:
    """The limit holds in parallel too."""

    async def guess() -> str:
        try:
            await Client.sign_in(system.http, "guessed-in-parallel", "wrong", CAPTCHA)
        except ApiError as refusal:
            return refusal.code
        return "signed in"

    codes = await asyncio.gather(*(guess() for _ in range(30)))
    assert codes.count("credentials_wrong") == 5
    assert codes.count("too_many_tries") == 25


async def test_a_mistyped_year_of_arrival_is_refused(system: System) -> None:
    """Nothing sticks: the right day is taken afterwards."""
    desk = await Desk.of(system, "3")
    number = await desk.approved(invent(1, seed=51), 5, 2, YWSH_20=1)
    with pytest.raises(ApiError) as refusal:
        await desk.finance.pay(number, "20.00", date(202, 11, 1), date(202, 11, 1))
    assert refusal.value.code == "received_too_early"
    for day in (date(2006, 11, 2), date(2026, 3, 2)):
        with pytest.raises(ApiError) as refusal:
            await desk.finance.pay(number, "20.00", day, day)
        assert (refusal.value.code, refusal.value.field) == ("reason_missing", "reason")
    assert await desk.confirmed(number, date(2026, 3, 2), date(2026, 3, 2))
    [payment] = (await desk.finance.get(f"/billings/{number}"))["payments"]
    assert (payment["received_on"], payment["reason"]) == ("2026-03-02", LATE)


async def test_a_number_is_understood_wherever_it_is_typed(system: System) -> None:
    """In an address, in a body, in the audit trail; a reason of nothing visible is none."""
    desk = await Desk.of(system, "3")
    number = await desk.approved(invent(1, seed=52), 5, 2, YWSH_20=1)
    typed = f" {number.lower()[:6]} {number[6:]} "
    found = await desk.finance.get(f"/applications/{typed.strip()}")
    assert found["application_no"] == number
    assert (await desk.finance.get(f"/billings/{number.lower()}"))["application_no"] == number
    # What is sent like that is not held against the description, which has the usual form.
    async with httpx.AsyncClient(base_url=system.address, timeout=60) as http:
        finance = Client(http, desk.finance.token)
        for reason in ("\u200b\u200b", "\u3000"):
            with pytest.raises(ApiError) as refusal:
                await finance.pay(typed, "20.00", date(2026, 3, 2), reason=reason)
            assert (refusal.value.code, refusal.value.field) == ("reason_missing", "reason")
        payment = await finance.pay(typed, "20.00", date(2026, 3, 2), reason=LATE)
    assert payment["application_no"] == number
    entries = (await (await system.client("administrator")).get("/audit", subject=number))["items"]
    assert [one["action"] for one in entries[:2]] == ["payment.entered", "payment.entered"]


async def test_a_line_that_was_removed_gets_nobody_from_an_import_under_way(
    system: System,
) -> None:
    """Put back, it is empty; both services count the same."""
    operator = await system.client("operator3")
    number = await operator.draft(YWSH_20=1, ZGZJ_36=1)
    content = fill(await operator.template(), invent(1500, seed=52))
    batch = await operator.start_import(number, content)
    one = [{"plan": "YWSH-20", "shares": 1}]
    await operator.put(f"/applications/{number}/lines", {"lines": one})
    await operator.finished_import(batch)
    both = [*one, {"plan": "ZGZJ-36", "shares": 1}]
    await operator.put(f"/applications/{number}/lines", {"lines": both})
    assert (await agreed(operator, number))["YWSH-20"] == 1500


async def test_who_signed_out_sees_nothing_more(system: System) -> None:
    """The session ends for calls and for streams."""
    gone = await Client.sign_in(system.http, "office", system.passwords["office"], CAPTCHA)
    headers = {"Authorization": f"Bearer {gone.token}"}
    async with (
        httpx.AsyncClient(base_url=system.address, timeout=10) as http,
        http.stream("GET", "/api/v1/events", headers=headers) as response,
    ):
        lines = response.aiter_lines()
        await anext(lines)
        await gone.post("/auth/logout")
        async with asyncio.timeout(10):
            async for _ in lines:
                pass
    assert await status(gone, "/auth/me") == 401
