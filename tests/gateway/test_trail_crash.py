"""What is left of a call whose process dies, or whose owner does not answer."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.gateway.conftest import Gateway
from tests.gateway.front import PAYMENT, Front, Owners, before


@pytest.fixture
async def front(gateway: Gateway, gateway_database: str, tmp_path: Path) -> AsyncIterator[Front]:
    """Sign finance in at a gateway."""
    async with before(Owners(), gateway, gateway_database, tmp_path) as found:
        yield found


async def test_a_process_that_ends_in_a_call_leaves_its_outcome_unknown(front: Front) -> None:
    """The entry is there before the owner is asked; nobody is left to say what came of it."""
    call = asyncio.create_task(front.reverse())
    await front.owners.reached.wait()
    before = await front.last()
    assert (before.action, before.subject, before.outcome) == (
        "payment.reversed",
        PAYMENT,
        "unknown",
    )
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    front.owners.goes_on.set()
    assert (await front.last()).outcome == "unknown"


async def test_an_answer_comes_after_its_outcome(front: Front) -> None:
    """Whoever has the answer finds it in the trail."""
    front.owners.goes_on.set()
    assert (await front.reverse()).status_code == 200
    row = await front.last()
    assert (row.outcome, row.account_id, row.address) == ("done", "A0000004", "127.0.0.1")


@pytest.mark.parametrize(("status", "outcome"), [(500, "failed"), (409, "refused")])
async def test_what_the_owner_answers_is_noted(front: Front, status: int, outcome: str) -> None:
    """Refusals and faults are two things."""
    front.owners.status = status
    front.owners.goes_on.set()
    assert (await front.reverse()).status_code == status
    assert (await front.last()).outcome == outcome


async def test_a_change_whose_owner_does_not_answer_stays_unknown(front: Front) -> None:
    """It may have been made, and only the answer lost."""
    front.owners.status = None
    front.owners.goes_on.set()
    answer = await front.reverse()
    assert (answer.status_code, answer.json()["code"]) == (503, "service_away")
    assert front.owners.reached.is_set()
    row = await front.last()
    assert (row.outcome, row.code) == ("unknown", "service_away")


async def test_a_trail_that_cannot_be_written_stops_the_call(
    front: Front, gateway: Gateway
) -> None:
    """Nothing is done that nobody would know of."""
    front.owners.goes_on.set()
    async with gateway.transactions.begin() as tx:
        await tx.session.execute(text("ALTER TABLE audit RENAME TO audit_away"))
    try:
        assert (await front.reverse()).status_code == 500
    finally:
        async with gateway.transactions.begin() as tx:
            await tx.session.execute(text("ALTER TABLE audit_away RENAME TO audit"))
    assert not front.owners.reached.is_set()
