"""Many papers in one print: counted once each, with their progress, and who printed them."""

import asyncio
from io import BytesIO
from typing import Any

import httpx
import pytest
from pypdf import PdfReader

from examples.client import ApiError
from examples.people import invent
from tests.flows.conftest import System
from tests.flows.stories import LONGEST_WAIT, Desk

MORE_THAN_ARE_WAITED_FOR = 51
AT_ONCE = 3


@pytest.fixture(scope="module")
async def desk(system: System) -> Desk:
    """Return the desk of the first unit."""
    return await Desk.of(system)


@pytest.fixture(scope="module")
async def numbers(desk: Desk) -> list[str]:
    """Return approved applications of one unit, more than a print is waited for."""
    found: list[str] = []
    for begin in range(0, MORE_THAN_ARE_WAITED_FOR, AT_ONCE):
        seeds = range(begin, min(begin + AT_ONCE, MORE_THAN_ARE_WAITED_FOR))
        found += await asyncio.gather(
            *(desk.approved(invent(1, seed=9000 + one), 5, 2, YWSH_20=1) for one in seeds)
        )
    return found


async def ended(desk: Desk, print_id: str) -> tuple[dict[str, Any], list[int]]:
    """Return a print that has ended, and how many papers it said were set until then."""
    said: list[int] = []
    async with asyncio.timeout(4 * LONGEST_WAIT):
        while True:
            found = await desk.operator.get(f"/prints/{print_id}")
            said.append(found["done"])
            if found["state"] != "pending":
                return found, said
            await asyncio.sleep(0.2)


async def counts(desk: Desk, numbers: list[str]) -> set[int]:
    """Return the print counts that papers have."""
    page = await desk.operator.get("/payment-notices", limit=200)
    return {one["print_count"] for one in page["items"] if one["number"] in numbers}


async def test_a_batch_says_how_far_it_is_and_counts_each_paper_once(
    desk: Desk, numbers: list[str]
) -> None:
    """Asked for again under its key it is the same print; it is found again by its number.

    Printed once more, by another call, it lies ready.
    """
    body = {"application_nos": [*numbers, numbers[0]]}
    key = {"Idempotency-Key": f"batch-{numbers[0]}"}
    before = await counts(desk, numbers)

    async def asked() -> httpx.Response:
        return await desk.operator.send(
            "POST", "/payment-notices/print", json=body, headers=key, timeout=60
        )

    answers = await asyncio.gather(asked(), asked())
    assert {answer.status_code for answer in answers} == {202}
    [print_id] = {answer.json()["print_id"] for answer in answers}
    found, said = await ended(desk, print_id)
    assert (found["state"], found["done"], found["total"]) == ("done", 51, 51)
    assert said == sorted(said)
    pdf = await desk.operator.file(f"/prints/{print_id}/file")
    pages = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    assert [next(one for one in numbers if one in page) for page in pages] == numbers
    again = await asked()
    assert (again.status_code, again.content) == (200, pdf)
    assert {one - 1 for one in await counts(desk, numbers)} == before
    reprint = await desk.operator.send("POST", "/payment-notices/print", json=body, timeout=60)
    assert (reprint.status_code, reprint.content) == (200, pdf)
    assert {one - 2 for one in await counts(desk, numbers)} == before


async def test_two_batches_of_the_same_papers_in_other_orders_both_count(
    desk: Desk, numbers: list[str]
) -> None:
    """At the same time: neither waits for the other for ever, and none is lost."""
    some = numbers[:6]
    before = await counts(desk, some)
    await asyncio.gather(desk.operator.notice(*some), desk.operator.notice(*reversed(some)))
    assert {one - 2 for one in await counts(desk, some)} == before


async def test_the_papers_page_says_who_printed_it(
    system: System, desk: Desk, numbers: list[str]
) -> None:
    """Newest first and paged; names are masked but for oneself and the administrator."""
    number = numbers[-1]
    path = f"/payment-notices/{number}/prints"
    before = (await desk.operator.get(path))["total"]
    await desk.operator.notice(number)
    await desk.finance.notice(number)
    page = await desk.operator.get(path, limit=1)
    assert (page["total"], page["total_is_exact"]) == (before + 2, True)
    [newest] = page["items"]
    assert newest["printed_by"] == desk.finance.account["account_id"]
    assert "*" in newest["name"]
    [second] = (await desk.operator.get(path, limit=1, cursor=page["next"]))["items"]
    assert second["name"] == desk.operator.account["name"]
    assert newest["printed_at"] >= second["printed_at"]
    for username, names in (("administrator", "full"), ("auditor", "masked")):
        reader = await system.client(username)
        found = (await reader.get(path))["items"]
        assert {"*" in one["name"] for one in found} == {names == "masked"}
    for username, code in (("agency", "forbidden"), ("operator2", "not_found")):
        reader = await system.client(username)
        with pytest.raises(ApiError) as refusal:
            await reader.get(path)
        assert refusal.value.code == code


async def test_what_cannot_be_one_print_says_what_to_do(desk: Desk) -> None:
    """None, and more than 500: in Chinese, at the field; also in the confirmations' call."""
    for path, field, number in (
        ("/payment-notices/print", "application_nos", "PRT0000000001"),
        ("/confirmations/print", "confirmation_nos", "G00122026010100000001"),
    ):
        for numbers, reason in (
            ([], "请至少选择一份单据"),
            ([number] * 501, "一次最多打印500份单据，请分批打印"),
        ):
            with pytest.raises(ApiError) as refusal:
                await desk.operator.post(path, {field: numbers})
            assert (refusal.value.status, refusal.value.code) == (422, "invalid_input")
            assert reason in refusal.value.detail
