"""Papers are found, printed and counted; personal data shows only where it must."""

import asyncio
import json
from datetime import date
from io import BytesIO
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from examples.client import ApiError
from examples.people import Person, invent
from tests.files_below import files_below
from tests.flows.conftest import System
from tests.flows.stories import Desk


def text_of(pdf: bytes) -> str:
    """Read a PDF's text."""
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


async def test_the_notice_says_what_to_pay_and_each_print_is_counted(system: System) -> None:
    """Found by number; the count goes up with every print; two notices fit one file."""
    desk = await Desk.of(system)
    numbers = [
        await desk.approved(invent(25, seed=40), 25, 10, ZYYL_A=1, ZGZJ_36=1),
        await desk.approved(invent(1, seed=41), 25, 10, YWSH_20=1),
    ]
    for _ in range(2):
        text = text_of(await desk.operator.notice(numbers[0]))
    for words in (numbers[0], "2,375.00", "875.00", "2,400.00", "贰仟肆佰元整", "232554192616"):
        assert words in text
    both = text_of(await desk.operator.notice(*numbers))
    assert all(number in both for number in numbers)
    page = await desk.operator.get("/payment-notices", application_no=numbers[0])
    assert [one["print_count"] for one in page["items"]] == [3]


async def test_the_confirmation_moves_to_the_printed_tab_and_ends_archived(
    system: System,
) -> None:
    """With its roster as annex and as a workbook; the office archives it with the scan."""
    desk = await Desk.of(system, "2")
    people = invent(3, seed=42)
    number = await desk.approved(people, 5, 3, YWSH_20=1)
    confirmation_no = await desk.confirmed(number, date(2026, 5, 5), date(2026, 5, 6))
    text = text_of(await desk.operator.confirmation(confirmation_no))
    for words in (confirmation_no, "2026年5月5日", "2026年5月6日", "60.00", people[0].number):
        assert words in text
    dates = {"confirmed_from": "2026-05-06", "confirmed_to": "2026-05-06"}
    printed = await desk.operator.get("/confirmations", printed=True, **dates)
    unprinted = await desk.operator.get("/confirmations", printed=False, **dates)
    assert confirmation_no in {one["number"] for one in printed["items"]}
    assert confirmation_no not in {one["number"] for one in unprinted["items"]}
    roster = await desk.operator.file(f"/confirmations/{confirmation_no}/roster")
    rows = list(load_workbook(BytesIO(roster)).worksheets[0].iter_rows(values_only=True))
    assert [row[3] for row in rows[2:]] == [person.number for person in people]
    with pytest.raises(ApiError) as refusal:
        await desk.operator.archive(confirmation_no, b"%PDF-1.4 signed")
    assert refusal.value.status == 403
    assert not (await _listed(desk, confirmation_no))["archived"]
    waits = {"confirmation_no": confirmation_no, "archived": False}
    assert (await desk.office.get("/confirmations", **waits))["total"] == 1
    archived = await desk.office.archive(confirmation_no, b"%PDF-1.4 signed")
    assert archived["state"] == "archived"
    await desk.office.get(f"/applications/{number}")
    assert (await _listed(desk, confirmation_no))["archived"]
    assert (await desk.office.get("/confirmations", **waits))["total"] == 0
    with pytest.raises(ApiError) as refusal:
        await desk.office.archive(confirmation_no, b"%PDF-1.4 signed")
    assert refusal.value.status == 409


async def _listed(desk: Desk, confirmation_no: str) -> dict[str, Any]:
    page = await desk.office.get("/confirmations", confirmation_no=confirmation_no)
    [found] = page["items"]
    return dict(found)


async def test_covered_persons_are_counted_and_listed_apart_next_time(system: System) -> None:
    """Unexpired persons are accepted, part of persons and fee, and shown apart."""
    desk = await Desk.of(system, "2")
    people = invent(4, seed=43)
    number = await desk.approved(people[:2], 5, 3, YWSH_20=1)
    await desk.confirmed(number, date(2026, 6, 5), date(2026, 6, 5))
    again = await desk.drafted(people, 5, 3, YWSH_20=1)
    found = await desk.operator.get(f"/applications/{again}")
    [line] = found["lines"]
    assert (line["persons"], line["unexpired"], line["total_fee"]) == (4, 2, "80.00")
    persons = f"/applications/{again}/lines/YWSH-20/persons"
    assert len((await desk.operator.get(persons, unexpired=True))["items"]) == 2


async def test_persons_are_masked_found_and_corrected(system: System) -> None:
    """Lists show no full number; a whole number or name finds a person; a correction is checked."""
    operator = await system.client("operator2")
    desk = await Desk.of(system, "2")
    people = invent(3, seed=44)
    number = await desk.drafted(people, 5, 3, YWSH_20=1)
    place = f"/applications/{number}/lines/YWSH-20/persons"
    page = await operator.get(place)
    text = json.dumps(page, ensure_ascii=False)
    assert not any(leaks(person, text) for person in people)
    assert page["items"][0]["number"] == people[0].number[:4] + "*" * 10 + people[0].number[-4:]
    for wanted in (people[1].number, people[1].name):
        [found] = (await operator.post(f"{place}/search", {"q": wanted}))["items"]
    one = f"{place}/{found['person_id']}"
    changed = (await operator.send("PATCH", one, json={"mobile": "13900000000"})).json()
    assert changed["mobile"] == "139****0000"
    with pytest.raises(ApiError) as refusal:
        await operator.send("PATCH", one, json={"number": people[1].number[:-1]})
    assert refusal.value.field == "number"
    with pytest.raises(ApiError) as refusal:
        await operator.send("PATCH", one, json={"number": people[0].number})
    assert refusal.value.code == "already_in_line"


async def test_one_person_is_shown_in_full_where_that_is_needed(system: System) -> None:
    """To the unit while it may correct, to reviewers once submitted; noted, and kept nowhere."""
    desk = await Desk.of(system, "2")
    people = invent(2, seed=47)
    number = await desk.drafted(people, 5, 3, YWSH_20=1)
    place = f"/applications/{number}/lines/YWSH-20/persons"
    listed = await desk.operator.send("GET", place)
    assert listed.headers["cache-control"] == "no-store"
    one = f"{place}/{listed.json()['items'][0]['person_id']}"
    shown = await desk.operator.send("GET", one)
    assert shown.headers["cache-control"] == "no-store"
    found = shown.json()
    assert (found["name"], found["number"], found["mobile"]) == (
        people[0].name,
        people[0].number,
        people[0].mobile,
    )
    for who, status in ((desk.agency, 409), (desk.office, 409), (desk.finance, 403)):
        with pytest.raises(ApiError) as refusal:
            await who.get(one)
        assert refusal.value.status == status
    with pytest.raises(ApiError) as refusal:
        await (await system.client("operator3")).get(one)
    assert refusal.value.status == 404
    await desk.submitted(number)
    assert (await desk.agency.get(one))["number"] == people[0].number
    assert (await desk.office.get(one))["number"] == people[0].number
    with pytest.raises(ApiError) as refusal:
        await desk.operator.get(one)
    assert refusal.value.code == "roster_closed"
    with pytest.raises(ApiError) as refusal:
        await desk.agency.get(f"{place}/999999999")
    assert refusal.value.status == 404
    entries = (await (await system.client("administrator")).get("/audit"))["items"]
    readers = {
        entry["account_id"]
        for entry in entries
        if entry["action"] == "person.read"
        and entry["subject"] == f"{number}/YWSH-20/{one.rpartition('/')[2]}"
        and entry["outcome"] == "done"
    }
    assert readers >= {who.account["account_id"] for who in (desk.operator, desk.agency)}


def leaks(person: Person, text: str) -> bool:
    """Return whether a text holds a person's number, mobile or name."""
    return any(value in text for value in (person.number, person.mobile, person.name))


async def test_personal_data_is_in_no_event_no_log_and_no_file_in_plain(system: System) -> None:
    """What the office's own papers print in full is sealed wherever it rests."""
    desk = await Desk.of(system)
    people = invent(5, seed=45)
    number = await desk.approved(people, 25, 10, YWSH_20=1)
    await desk.confirmed(number, date(2026, 7, 7), date(2026, 7, 7))
    feed = await desk.office.get("/event-feed", after=0)
    while feed["items"]:
        text = json.dumps(feed["items"], ensure_ascii=False)
        assert not any(leaks(person, text) for person in people)
        feed = await desk.office.get("/event-feed", after=feed["next"])

    def files() -> bytes:
        return b"".join(
            path.read_bytes() for path in files_below(system.var) if "outgoing" not in path.parts
        )

    content = await asyncio.to_thread(files)
    for person in people:
        assert person.number.encode() not in content
        assert person.name.encode() not in content


async def test_printing_and_exporting_leave_an_audit_entry(system: System) -> None:
    """Who, what, when; no personal data."""
    desk = await Desk.of(system)
    number = await desk.approved(invent(1, seed=46), 25, 10, YWSH_20=1)
    confirmation_no = await desk.confirmed(number, date(2026, 8, 8), date(2026, 8, 8))
    await desk.operator.notice(number)
    await desk.operator.confirmation(confirmation_no)
    await desk.operator.file(f"/confirmations/{confirmation_no}/roster")
    administrator = await system.client("administrator")
    found = {
        (entry["action"], entry["outcome"])
        for subject in (number, confirmation_no)
        for entry in (await administrator.get("/audit", subject=subject))["items"]
    }
    assert found >= {
        (action, "done")
        for action in ("payment_notice.printed", "confirmation.printed", "roster.exported")
    }


async def test_a_unit_sees_its_own_events_in_order_and_live(system: System) -> None:
    """The feed has each application's events in sequence; the stream brings them as they happen."""
    operator = await system.client("operator3")
    others = await system.client("operator2")
    headers = {"Authorization": f"Bearer {operator.token}"}
    stream = system.http.stream("GET", "/api/v1/events", headers=headers, timeout=30)
    async with stream as response:
        assert response.status_code == httpx.codes.OK
        assert response.headers["x-accel-buffering"] == "no"  # no proxy before us holds it back
        lines = response.aiter_lines()
        await anext(lines)
        number = await operator.draft(YWSH_20=1)
        async for line in lines:
            if line.startswith("data:") and number in line:
                break
    position = "0"
    sequences = []
    while (feed := await operator.get("/event-feed", after=position))["items"]:
        position = feed["next"]
        assert {item["data"].get("unit_id") for item in feed["items"]} == {"U0000003"}
        sequences += [
            int(item["sequence"])
            for item in feed["items"]
            if item["subject"] == number and "sequence" in item
        ]
    assert sequences == [1]
    assert number not in json.dumps(await others.get("/event-feed", after=0))
