"""A creating call that is sent twice has one effect and one answer."""

import asyncio

import pytest

from examples.client import ApiError
from examples.people import invent
from tests.flows.conftest import System
from tests.flows.stories import Desk

LINES = {"lines": [{"plan": "YWSH-20", "shares": 1}]}


async def test_the_same_call_twice_at_once_makes_one_application(system: System) -> None:
    """A double click: both answers are the same, and the list grows by one."""
    operator = await system.client("operator2")
    before = len((await operator.get("/applications", limit=200))["items"])
    key = {"Idempotency-Key": "double-click"}
    answers = await asyncio.gather(
        *(operator.post("/applications", LINES, headers=key) for _ in range(5))
    )
    assert all(answer == answers[0] for answer in answers)
    assert len((await operator.get("/applications", limit=200))["items"]) == before + 1


async def test_the_same_key_for_something_else_is_refused(system: System) -> None:
    """422, and the first application stays as it was."""
    operator = await system.client("operator2")
    key = {"Idempotency-Key": "used-already"}
    await operator.post("/applications", LINES, headers=key)
    other = {"lines": [{"plan": "ZGZJ-36", "shares": 2}]}
    with pytest.raises(ApiError) as refusal:
        await operator.post("/applications", other, headers=key)
    assert (refusal.value.status, refusal.value.code) == (422, "idempotency_key_reused")


async def test_a_creating_call_without_a_key_is_told_to_bring_one(system: System) -> None:
    """422 with a code, in Chinese."""
    operator = await system.client("operator2")
    with pytest.raises(ApiError) as refusal:
        await operator.post("/applications", LINES, headers={"Idempotency-Key": ""})
    assert refusal.value.code == "idempotency_key_missing"


async def test_another_account_may_use_the_same_key(system: System) -> None:
    """Keys are each account's own."""
    key = {"Idempotency-Key": "everybody-uses-1"}
    numbers = [
        (await (await system.client(name)).post("/applications", LINES, headers=key))[
            "application_no"
        ]
        for name in ("operator2", "operator3")
    ]
    assert numbers[0] != numbers[1]


async def test_the_same_file_twice_at_once_is_one_import(system: System) -> None:
    """Same key, same file: one batch."""
    operator = await system.client("operator2")
    number = await operator.draft(YWSH_20=1)
    key = {"Idempotency-Key": f"import-{number}"}
    file = {"file": ("a.csv", "姓名,身份证号\n".encode(), "text/csv")}
    path = f"/applications/{number}/imports"
    answers = await asyncio.gather(
        *(operator.send("POST", path, files=file, headers=key) for _ in range(3))
    )
    assert len({answer.json()["import_id"] for answer in answers}) == 1
    assert len(await operator.get(path)) == 1


async def test_a_print_that_is_sent_again_is_counted_once(system: System) -> None:
    """With a key it answers as the print then is; without one it is another print."""
    desk = await Desk.of(system)
    number = await desk.approved(invent(1, seed=61), 5, 2, YWSH_20=1)
    key = {"Idempotency-Key": f"print-{number}"}
    path, body = "/payment-notices/print", {"application_nos": [number]}

    async def printed(**headers: str) -> bytes:
        answer = await desk.operator.send("POST", path, json=body, headers=headers, timeout=60)
        return answer.content

    files = await asyncio.gather(*(printed(**key) for _ in range(3)))
    assert len(set(files)) == 1
    assert await printed(**key) == files[0]
    page = await desk.operator.get("/payment-notices", application_no=number)
    assert [one["print_count"] for one in page["items"]] == [1]
    await printed()
    page = await desk.operator.get("/payment-notices", application_no=number)
    assert [one["print_count"] for one in page["items"]] == [2]
