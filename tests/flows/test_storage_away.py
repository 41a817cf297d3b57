"""The object store goes away and comes back: who needs it is told so, and nothing is lost."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import monotonic
from typing import Any

import pytest

from examples.client import ApiError
from examples.people import fill, invent
from tests.flows.conftest import System
from tests.flows.stories import LONGEST_WAIT, Desk


@contextmanager
def _store_away(system: System) -> Iterator[None]:
    """Let the folder of the store be none, as a disk that is not mounted; then give it back."""
    store, elsewhere = system.var / "objects", system.var / "elsewhere"
    store.rename(elsewhere)
    store.write_bytes(b"")
    try:
        yield
    finally:
        store.unlink()
        elsewhere.rename(store)


async def _until_readiness_says(system: System, storage: str) -> None:
    """Wait until the gateway is ready and says that of the store."""
    limit = monotonic() + LONGEST_WAIT
    while True:
        answer = await system.http.get("/readyz")
        assert answer.status_code == 200
        assert answer.json()["status"] == "ready"
        if answer.json()["storage"] == storage:
            return
        assert monotonic() < limit
        await asyncio.sleep(0.1)


async def _until_it_waits(system: System, number: str) -> None:
    """Wait until a job about an application has met the store that is away, and was not counted."""
    limit = monotonic() + LONGEST_WAIT
    while True:
        groups = (await system.command("messages", "list", "roster")).splitlines()
        for group in (one.split()[0] for one in groups if "StorageAway" in one):
            output = await system.attempt("messages", "list", "roster", group)
            mine = [one for one in output[1].splitlines() if number in one]
            if mine:
                assert " tries=0 " in mine[0]
                assert mine[0].startswith("waiting")
                return
        assert monotonic() < limit, groups
        await asyncio.sleep(0.1)


async def test_whoever_needs_a_file_is_asked_to_come_again(system: System, a_pdf: bytes) -> None:
    """503 with Retry-After and a sentence; the same call later succeeds, and there is one file."""
    patient = (await Desk.of(system)).operator
    operator = replace(patient, timeout_seconds=0)
    template = await operator.template()
    content = fill(template, [*invent(2, seed=841), *invent(2, seed=841)])
    number = await operator.draft(YWSH_20=1)
    batch = await operator.finished_import(await operator.start_import(number, content))
    assert batch["has_failed_rows"]
    calls: list[Any] = [
        lambda who: who.start_import(number, content),
        lambda who: who.attach(number, "other", a_pdf, "a.pdf"),
        lambda who: who.template(),
        lambda who: who.file(f"/imports/{batch['import_id']}/failed-rows"),
        lambda who: who.get(f"/imports/{batch['import_id']}/failures"),
    ]
    with _store_away(system):
        for call in calls:
            with pytest.raises(ApiError) as refused:
                await call(operator)
            assert (refused.value.status, refused.value.code) == (503, "storage_away")
            assert "稍后重试" in refused.value.detail
            assert int(refused.value.response.headers["retry-after"]) > 0
        await _until_readiness_says(system, "away")
        found = await operator.get(f"/applications/{number}")
        assert found["attachments"] == []
        assert len(found["roster"]["imports"]) == 1
    for call in calls:
        await call(operator)
    await _until_readiness_says(system, "ready")
    assert len((await operator.get(f"/applications/{number}"))["attachments"]) == 1


async def test_an_import_waits_for_the_store_and_blames_no_file(system: System) -> None:
    """Taken before the store went away, read when it is back."""
    operator = await system.client("operator2")
    number = await operator.draft(YWSH_20=1)
    content = fill(await operator.template(), invent(2, seed=842))
    await system.command("pause", "roster.import")
    import_id = await operator.start_import(number, content)
    with _store_away(system):
        await system.command("resume", "roster.import")
        await _until_it_waits(system, number)
        assert (await operator.get(f"/imports/{import_id}"))["state"] in {"queued", "running"}
    batch = await operator.finished_import(import_id)
    assert (batch["state"], batch["error"]) == ("finished", None)
    assert batch["lines"][0]["succeeded"] == 2


async def test_a_submission_waits_for_the_store(system: System) -> None:
    """It is neither refused nor half frozen: when the store is back it goes to review."""
    desk = await Desk.of(system, "2")
    number = await desk.drafted(invent(2, seed=843), 3, 1, YWSH_20=1)
    with _store_away(system):
        await desk.operator.post(f"/applications/{number}/submit", {"remark": ""})
        await _until_it_waits(system, number)
        assert (await desk.operator.get(f"/applications/{number}"))["state"] == "submitting"
    assert (await desk.operator.settled(number))["state"] == "first_review"


async def test_a_print_waits_for_the_store(system: System) -> None:
    """It is accepted, and handed out when the store is back."""
    desk = await Desk.of(system)
    number = await desk.approved(invent(2, seed=844), 3, 1, YWSH_20=1)
    await desk.operator.notice(number)
    hasty = replace(desk.operator, timeout_seconds=0)
    with _store_away(system):
        with pytest.raises(ApiError) as refused:
            await hasty.notice(number)
        assert (refused.value.status, refused.value.code) == (503, "storage_away")
    assert (await desk.operator.notice(number)).startswith(b"%PDF")
