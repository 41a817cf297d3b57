"""Lists that people search: each condition finds what it should, and nothing of others'."""

from datetime import date, timedelta
from typing import Any

import pytest

from examples.client import ApiError, Client
from examples.people import invent
from tests.flows.conftest import System
from tests.flows.stories import Desk

ALL = 200


async def _numbers(client: Client, path: str, **query: Any) -> list[str]:  # noqa: ANN401 - any condition
    """Return what a list finds, all its pages counted."""
    page = await client.get(path, limit=ALL, **query)
    numbers = [one.get("number") or one["application_no"] for one in page["items"]]
    if page["next"] is None:
        assert (page["total"], page["total_is_exact"]) == (len(numbers), True)
    return numbers


async def test_applications_are_found_by_whatever_one_knows_of_them(system: System) -> None:
    """By plan, kind, day, state and parts of names and numbers, alone and together."""
    desk = await Desk.of(system, "2")
    made = await desk.operator.post(
        "/applications", {"kind": "renewal", "lines": [{"plan": "ZGZJ-36", "shares": 2}]}
    )
    number = made["application_no"]
    other = await desk.operator.draft(YWSH_20=1)
    today = made["entered_on"]
    before = (date.fromisoformat(today) - timedelta(days=1)).isoformat()
    for query, finds in (
        ({"plan": "ZGZJ-36"}, True),
        ({"plan": "ZGZJ"}, False),
        ({"kind": "renewal"}, True),
        ({"kind": "back_payment"}, False),
        ({"entered_from": today, "entered_to": today}, True),
        ({"entered_to": before}, False),
        ({"state": ["draft", "returned"]}, True),
        ({"state": "archived"}, False),
        ({"unit": "澄波 示例"}, True),
        ({"unit": "松涛"}, False),
        ({"kind": "renewal", "plan": "ZGZJ-36", "unit": "机械", "number": number[-4:]}, True),
        ({"kind": "renewal", "plan": "YWSH-20"}, False),
    ):
        for client in (desk.operator, desk.agency, desk.office):
            found = await _numbers(client, "/applications", **query)
            assert (number in found) is finds, query
    assert other not in await _numbers(desk.office, "/applications", kind="renewal")


@pytest.mark.parametrize("path", ["/applications", "/billings", "/payment-notices"])
async def test_a_number_is_understood_as_people_type_it(system: System, path: str) -> None:
    """In any case, full-width, with spaces; a part is enough; `%` and `_` are themselves."""
    desk = await Desk.of(system, "3")
    number = await desk.approved(invent(1, seed=301), 3, 1, YWSH_20=1)
    await desk.operator.get(f"/applications/{number}")
    field = "application_no" if path == "/payment-notices" else "number"
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in number)
    for typed in (
        number,
        number.lower(),
        f"  {number[:3]} {number[3:]} ",
        wide,
        number[-3:],
        f"\u200b{number[3:]}",
    ):
        assert number in await _numbers(desk.operator, path, **{field: typed}), typed
    assert [number] == await _numbers(desk.operator, path, **{field: number})
    for typed in ("%", "_", f"{number[:5]}%", f"_{number[1:]}", "/", "申请书"):
        assert await _numbers(desk.operator, path, **{field: typed}) == [], typed
    assert number in await _numbers(desk.operator, path, **{field: "   "})


async def test_nobody_finds_what_is_anothers(system: System) -> None:
    """Whatever is asked for: another unit's, another agency's; the totals do not tell either."""
    desk = await Desk.of(system, "2")
    number = await desk.approved(invent(1, seed=302), 3, 1, YWSH_20=1)
    await desk.operator.get(f"/applications/{number}")
    others = [await system.client(username) for username in ("operator3", "agency3")]
    for path, field in (
        ("/applications", "number"),
        ("/billings", "number"),
        ("/payment-notices", "application_no"),
    ):
        for query in ({field: number}, {field: number[-3:]}, {"unit": "澄波"}):
            assert number in await _numbers(desk.operator, path, **query), "it can be found"
            for other in others:
                assert number not in await _numbers(other, path, **query)
        for other in others:
            assert (await other.get(path, unit="澄波"))["total"] == 0


async def test_finance_searches_what_is_due(system: System) -> None:
    """By unit, number, plan, kind and day of entry, beside how far the money is."""
    desk = await Desk.of(system, "2")
    number = await desk.approved(invent(1, seed=303), 3, 1, ZDJB_70=1)
    billing = await desk.finance.get(f"/billings/{number}")
    assert (billing["kind"], billing["unit_name"]) == ("enrollment", "青岛澄波示例机械有限公司")
    day = date.fromisoformat(billing["entered_on"])
    after = (day + timedelta(days=1)).isoformat()
    for query, finds in (
        ({"unit": "青岛澄波"}, True),
        ({"unit": "海晏"}, False),
        ({"plan": "ZDJB-70", "number": number[4:]}, True),
        ({"plan": "YWSH-20"}, False),
        ({"kind": "enrollment", "standing": "awaited"}, True),
        ({"kind": "renewal"}, False),
        ({"entered_from": billing["entered_on"]}, True),
        ({"entered_from": after}, False),
        ({"standing": "confirmed"}, False),
    ):
        assert (number in await _numbers(desk.finance, "/billings", **query)) is finds, query


async def test_papers_are_searched_by_kind_unit_and_part_of_the_number(system: System) -> None:
    """Notices and confirmations; the tab of what is unprinted goes with it."""
    desk = await Desk.of(system, "3")
    number = await desk.approved(invent(1, seed=304), 3, 1, YWSH_20=1)
    await desk.operator.get(f"/applications/{number}")
    day = date(2026, 3, 2)
    confirmed = await desk.confirmed(number, day, day)
    for path, paper, field in (
        ("/payment-notices", number, "application_no"),
        ("/confirmations", confirmed, "confirmation_no"),
    ):
        for query, finds in (
            ({"kind": "enrollment"}, True),
            ({"kind": "back_payment"}, False),
            ({"unit": "松涛示例"}, True),
            ({"unit": "海晏"}, False),
            ({field: paper.lower()}, True),
            ({field: f"{paper[:4]} {paper[4:12]}"}, True),
            ({field: paper[-5:], "kind": "enrollment"}, True),
        ):
            found = await _numbers(desk.finance, path, **query)
            assert (paper in found) is finds, (path, query)
    unprinted = {"confirmation_no": confirmed[-6:], "printed": False}
    assert await _numbers(desk.operator, "/confirmations", **unprinted) == [confirmed]
    assert await _numbers(desk.operator, "/confirmations", **unprinted | {"printed": True}) == []


async def test_reviewers_find_what_they_have_done(system: System) -> None:
    """With what they decided last; a colleague's is not among it, nor may a unit ask."""
    desk = await Desk.of(system, "2")
    number = await desk.drafted(invent(1, seed=305), 3, 1, YWSH_20=1)
    await desk.submitted(number)
    assert number not in await _numbers(desk.agency, "/applications", reviewed_by_me=True)
    returned = {"decision": "return", "reason": "请补充证明"}
    await desk.agency.post(f"/applications/{number}/reviews", returned)

    async def mine(client: Client) -> dict[str, Any] | None:
        page = await client.get("/applications", reviewed_by_me=True, number=number)
        assert page["total"] == len(page["items"])
        review: dict[str, Any] | None = page["items"][0]["my_review"] if page["items"] else None
        return review

    found = await mine(desk.agency)
    assert found is not None
    assert (found["decision"], found["reason"]) == ("return", "请补充证明")
    await desk.submitted(number)
    await desk.agency.approve(number)
    assert await mine(desk.office) is None
    await desk.office.approve(number)
    for client, level in ((desk.agency, "first_review"), (desk.office, "final_review")):
        found = await mine(client)
        assert found is not None
        assert (found["decision"], found["level"]) == ("approve", level)
    for username in ("operator2", "finance"):
        with pytest.raises(ApiError) as refusal:
            await (await system.client(username)).get("/applications", reviewed_by_me=True)
        assert refusal.value.status == 403
    other = await system.client("agency3")
    assert number not in await _numbers(other, "/applications", reviewed_by_me=True)


async def test_pages_follow_one_another_and_the_total_is_of_all(system: System) -> None:
    """However it is searched, page by page comes to what one page would hold."""
    operator = await system.client("operator3")
    for _ in range(3):
        await operator.draft(ZYYL_A=1)
    whole = await _numbers(operator, "/applications", plan="ZYYL-A", state="draft")
    pieces: list[str] = []
    query: dict[str, Any] = {"plan": "ZYYL-A", "state": "draft", "limit": 2}
    while True:
        page = await operator.get("/applications", **query)
        assert page["total"] == len(whole)
        pieces += [one["application_no"] for one in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert pieces == whole == sorted(whole, reverse=True)


@pytest.mark.parametrize(
    ("path", "first", "last"),
    [
        ("/applications", "entered_from", "entered_to"),
        ("/billings", "entered_from", "entered_to"),
        ("/payment-notices", "entered_from", "entered_to"),
        ("/confirmations", "confirmed_from", "confirmed_to"),
        ("/confirmations", "effective_from", "effective_to"),
    ],
)
async def test_a_range_that_ends_before_it_begins_is_told(
    system: System, path: str, first: str, last: str
) -> None:
    """With the field and a sentence, instead of an empty list."""
    office = await system.client("office")
    with pytest.raises(ApiError) as refusal:
        await office.get(path, **{first: "2026-03-02", last: "2026-03-01"})
    assert (refusal.value.code, refusal.value.field) == ("days_reversed", first)
    assert "开始日期" in refusal.value.detail


async def test_home_counts_only_what_somebody_has_to_act_on(system: System) -> None:
    """What was given up is counted no more."""
    operator = await system.client("operator3")
    number = await operator.draft(YWSH_20=1)
    before = await operator.get("/application-counts")
    await operator.send("DELETE", f"/applications/{number}")
    after = await operator.get("/application-counts")
    assert after.get("draft", 0) == before["draft"] - 1
    assert "cancelled" not in after
    assert number in await _numbers(operator, "/applications", state="cancelled")
