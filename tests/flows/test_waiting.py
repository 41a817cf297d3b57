"""Reads that wait, so that clients need not poll."""

from time import monotonic
from uuid import uuid4

import pytest

from examples.client import API, ApiError
from examples.people import fill, invent
from tests.flows.conftest import System


async def test_a_read_waits_for_an_import_as_long_as_it_is_asked_to(system: System) -> None:
    """Then it is answered as it is; when the import ends, at once."""
    operator = await system.client("operator2")
    number = await operator.draft(YWSH_20=1)
    content = fill(await operator.template(), invent(2, seed=311))
    await system.command("pause", "roster.import")
    try:
        import_id = await operator.start_import(number, content)
        began = monotonic()
        waited = await operator.get(f"/imports/{import_id}", wait=1)
        assert (waited["state"], monotonic() - began >= 1) == ("queued", True)
        assert (await operator.get(f"/imports/{import_id}"))["state"] == "queued"
    finally:
        await system.command("resume", "roster.import")
    assert (await operator.finished_import(import_id))["state"] == "finished"


async def test_a_read_waits_until_a_submission_has_led_on(system: System) -> None:
    """One call, and it is in review with all that the other services know of it."""
    operator = await system.client("operator2")
    number = await operator.draft(YWSH_20=1)
    content = fill(await operator.template(), invent(2, seed=312))
    await operator.finished_import(await operator.start_import(number, content))
    await operator.put(f"/applications/{number}/staff", {"staff": 2, "women": 1})
    await operator.post(f"/applications/{number}/submit", {"remark": ""})
    found = await operator.get(f"/applications/{number}", wait=8)
    assert found["state"] == "first_review"
    assert found["roster"] is not None


@pytest.mark.parametrize("wait", ["-1", "8.1", "nan", "long"])
async def test_nobody_waits_longer_than_eight_seconds(system: System, wait: str) -> None:
    """What cannot be waited for is refused, the field named."""
    operator = await system.client("operator2")
    number = await operator.draft(YWSH_20=1)
    with pytest.raises(ApiError) as refusal:
        await operator.get(f"/applications/{number}", wait=wait)
    assert (refusal.value.status, refusal.value.field) == (422, "wait")


async def test_strangers_at_the_door_take_nobodys_place(system: System) -> None:
    """However many are refused before a call that has an entry, the next one is answered."""
    for _ in range(40):
        answer = await system.http.post(
            f"{API}/applications",
            headers={"Authorization": "Bearer invented", "Idempotency-Key": str(uuid4())},
            json={"lines": [{"plan": "YWSH-20", "shares": 1}]},
        )
        assert answer.status_code == 401
    operator = await system.client("operator2")
    began = monotonic()
    await operator.draft(YWSH_20=1)
    assert monotonic() - began < 10
