"""What cannot be done ends with a word to whoever waits for it, never in silence."""

import asyncio
from time import monotonic

import asyncpg

from examples.people import fill, invent
from shared.bus.retry_policy import RetryPolicy
from tests.flows.conftest import System
from tests.flows.stories import LONGEST_WAIT, Desk

LAST_BUT_ONE = RetryPolicy().tries - 1


async def _on_its_last_try(system: System, consumer: str, subject: str) -> None:
    """Let what waits for a paused consumer have failed as often as it may, but once."""
    service = consumer.partition(".")[0].upper()
    connection = await asyncpg.connect(system.environment[f"{service}_DATABASE_URL"])
    limit = monotonic() + LONGEST_WAIT
    while True:
        done = await connection.execute(
            "UPDATE inbox SET tries = $3 WHERE consumer = $1 AND subject = $2"
            " AND state = 'waiting'",
            consumer,
            subject,
            LAST_BUT_ONE,
        )
        if done == "UPDATE 1":
            break
        assert monotonic() < limit
        await asyncio.sleep(0.05)
    await connection.close()


async def test_an_import_that_cannot_be_done_says_what_to_do(system: System) -> None:
    """Its file cannot be opened, say: the batch ends, and the same file can be sent again."""
    operator = await system.client("operator3")
    number = await operator.draft(YWSH_20=1)
    content = fill(await operator.template(), invent(2, seed=83))
    await system.command("pause", "roster.import")
    import_id = await operator.start_import(number, content)
    await _on_its_last_try(system, "roster.import", number)
    for path in (system.var / "objects" / "uploads" / number).rglob("*"):
        if path.is_file():
            path.write_bytes(b"no object of ours")
    await system.command("resume", "roster.import")
    batch = await operator.finished_import(import_id)
    assert (batch["state"], batch["error"]["code"]) == ("failed", "not_read")
    assert "重新导入" in batch["error"]["message"]
    again = await operator.finished_import(await operator.start_import(number, content))
    assert (again["state"], again["lines"][0]["succeeded"]) == ("finished", 2)


async def test_a_submission_that_cannot_be_frozen_comes_back(system: System) -> None:
    """The operator reads why, and may submit again."""
    desk = await Desk.of(system, "3")
    operator = desk.operator
    number = await desk.drafted(invent(2, seed=84), 3, 1, YWSH_20=1)
    await system.command("pause", "roster.freeze")
    await operator.post(f"/applications/{number}/submit", {"remark": ""})
    await _on_its_last_try(system, "roster.freeze", number)
    connection = await asyncpg.connect(system.environment["ROSTER_DATABASE_URL"])
    sealed = await connection.fetch(
        "UPDATE persons SET sealed = 'x' FROM persons AS old"
        " WHERE old.person_id = persons.person_id AND persons.application_no = $1"
        " RETURNING persons.person_id, old.sealed",
        number,
    )
    await system.command("resume", "roster.freeze")
    found = await operator.until(f"/applications/{number}", ("draft",))
    assert "再次提交" in found["reopened_because"]
    for row in sealed:
        await connection.execute(
            "UPDATE persons SET sealed = $2 WHERE person_id = $1", row["person_id"], row["sealed"]
        )
    await connection.close()
    await operator.post(f"/applications/{number}/submit", {"remark": ""})
    assert (await operator.settled(number))["state"] == "first_review"
