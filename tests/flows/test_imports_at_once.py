"""Rosters of several units at a time: nobody waits for what another one sent."""

import asyncio
from uuid import uuid4

import httpx

from examples.client import API, XLSX, Client
from examples.people import Person, fill, invent
from services.roster.handlers.imports import MOST_OPEN
from tests.flows.conftest import System
from tests.shared.sheets.workbooks import package, sheet

MANY = 40_000
"""Rows that take much longer to import than two do."""


def _table(people: list[Person]) -> bytes:
    lines = ["姓名,身份证号,手机号", *(f"{one.name},{one.number},{one.mobile}" for one in people)]
    return "\n".join(lines).encode()


async def _sent(operator: Client, number: str, content: bytes, key: str) -> httpx.Response:
    """Send a file and give whatever is answered."""
    return await operator.http.post(
        f"{API}/applications/{number}/imports",
        headers={"Authorization": f"Bearer {operator.token}", "Idempotency-Key": key},
        files={"file": ("persons.xlsx", content, XLSX)},
    )


async def test_a_unit_has_three_imports_open_however_many_it_sends(system: System) -> None:
    """Ten at once into two applications: the others are told to wait, and may then come again."""
    operator, other = await system.client("operator2"), await system.client("operator3")
    numbers = [await operator.draft(YWSH_20=1) for _ in range(2)]
    theirs = await other.draft(YWSH_20=1)
    content = fill(await operator.template(), invent(2, seed=91))
    keys = [str(uuid4()) for _ in range(10)]
    await system.command("pause", "roster.import")
    try:
        answers = await asyncio.gather(
            *(_sent(operator, numbers[at % 2], content, key) for at, key in enumerate(keys))
        )
        accepted = [at for at, answer in enumerate(answers) if answer.status_code == 202]
        assert len(accepted) == MOST_OPEN
        for at, answer in enumerate(answers):
            if at not in accepted:
                problem = answer.json()
                assert (answer.status_code, problem["code"]) == (429, "too_many_imports")
                assert "请等其中一个导入完成后再上传" in problem["detail"]
                assert int(answer.headers["retry-after"]) > 0
        again = await _sent(operator, numbers[accepted[0] % 2], content, keys[accepted[0]])
        assert again.json() == answers[accepted[0]].json()
        assert (await _sent(other, theirs, content, str(uuid4()))).status_code == 202
    finally:
        await system.command("resume", "roster.import")
    for at in accepted:
        await operator.finished_import(answers[at].json()["import_id"])
    refused = next(at for at in range(10) if at not in accepted)
    late = await _sent(operator, numbers[refused % 2], content, keys[refused])
    assert late.status_code == 202
    await operator.finished_import(late.json()["import_id"])


async def test_a_large_file_of_one_unit_holds_up_its_own_next_file_and_no_other_unit(
    system: System,
) -> None:
    """Two persons of the other are in first, then the large file, then its unit's next one.

    All three lie there when the imports begin, the large one before the others.
    """
    one, other = await system.client("operator2"), await system.client("operator3")
    template = await one.template()
    number, second, theirs = [await client.draft(YWSH_20=1) for client in (one, one, other)]
    await system.command("pause", "roster.import")
    try:
        large = await one.start_import(number, _table(invent(MANY, seed=92)), "persons.csv")
        small = await one.start_import(second, fill(template, invent(2, seed=93)))
        foreign = await other.start_import(theirs, fill(template, invent(2, seed=94)))
    finally:
        await system.command("resume", "roster.import")
    before = await other.finished_import(foreign)
    first, after = await one.finished_import(large), await one.finished_import(small)
    for batch, persons in ((before, 2), (first, MANY), (after, 2)):
        assert (batch["state"], batch["lines"][0]["succeeded"]) == ("finished", persons)
    assert before["finished_at"] < first["finished_at"] < after["finished_at"]


async def test_a_file_made_to_hold_the_worker_is_answered_at_once(system: System) -> None:
    """Eight thousand places without a tag held it for seconds, ten times as many for minutes."""
    operator = await system.client("operator2")
    number = await operator.draft(YWSH_20=1)
    hostile = package(sheet(' r="AA1"' * 300_000))
    batch = await operator.finished_import(await operator.start_import(number, hostile))
    assert (batch["state"], batch["error"]["code"]) == ("failed", "file_empty")
    good = fill(await operator.template(), invent(2, seed=95))
    batch = await operator.finished_import(await operator.start_import(number, good))
    assert (batch["state"], batch["lines"][0]["succeeded"]) == ("finished", 2)
