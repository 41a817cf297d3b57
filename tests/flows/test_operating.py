"""What an operator of the system can do about the bus, by commands beside the running system."""

import asyncio
from datetime import date, timedelta
from time import monotonic
from typing import Any

import asyncpg

from examples.people import invent
from shared.clock import OFFICE_ZONE, system_clock
from tests.flows.conftest import System
from tests.flows.stories import Desk

LONGEST_WAIT = 30.0


async def _notice(desk: Desk, number: str) -> dict[str, Any] | None:
    page = await desk.operator.get("/payment-notices", application_no=number)
    return next((item for item in page["items"] if item["number"] == number), None)


async def _until_notice(desk: Desk, number: str) -> dict[str, Any]:
    limit = monotonic() + LONGEST_WAIT
    while (found := await _notice(desk, number)) is None:
        assert monotonic() < limit
        await asyncio.sleep(0.05)
    return found


async def test_every_queue_and_every_lag_can_be_seen(system: System) -> None:
    """One line per outbox and queue."""
    output = await system.command("queues")
    for name in ("enrollment outbox", "roster.events", "documents.render", "gateway.notify"):
        assert name in output


async def test_what_a_consumer_missed_is_brought_by_the_event_log(system: System) -> None:
    """Paused, robbed of what waited for it, resumed: the log makes up for it, once."""
    desk = await Desk.of(system)
    number = await desk.drafted(invent(3, seed=901), 5, 3, YWSH_20=1)
    assert (await desk.submitted(number))["state"] == "first_review"
    await _handled(system, number)
    assert "documents.events is paused" in await system.command("pause", "documents.events")
    await desk.agency.approve(number)
    await desk.office.approve(number)
    await _rob(system, number)
    assert "documents.events goes on" in await system.command("resume", "documents.events")
    assert await _notice(desk, number) is None

    output = await system.command("redeliver", "documents.events", "--subject", number)
    assert ", 0 of them new" not in output
    await _until_notice(desk, number)
    output = await system.command("redeliver", "documents.events", "--subject", number)
    assert ", 0 of them new to it" in output


async def test_a_services_copies_can_be_made_anew(system: System) -> None:
    """The papers are the same as before, with their print counts and files."""
    desk = await Desk.of(system)
    number = await desk.approved(invent(3, seed=902), 5, 3, YWSH_20=1)
    await _until_notice(desk, number)
    await desk.operator.notice(number)
    today = system_clock().astimezone(OFFICE_ZONE).date()
    confirmation = await desk.confirmed(number, date(today.year, today.month, 1), today)
    await desk.operator.confirmation(confirmation)
    before = await _papers(desk)
    output = await system.command("rebuild", "documents")
    assert "rebuilt documents from" in output
    assert await _papers(desk) == before
    assert (await _until_notice(desk, number))["print_count"] == 1


async def test_what_cannot_be_done_is_said(system: System) -> None:
    """No such consumer; nothing to rebuild; beyond what an inbox remembers."""
    for arguments, sentence in (
        (("pause", "documents.event"), "There is no consumer documents.event"),
        (("rebuild", "enrollment"), "enrollment has no data that are copies only"),
        (("messages", "replay", "roster"), "Which one?"),
        (("messages", "replay", "roster", "seven"), "invalid UUID value"),
        (("redeliver", "roster.events", "--since", "yesterday"), "yesterday is no time"),
    ):
        code, output = await system.attempt(*arguments)
        assert code != 0
        assert sentence in output
        assert "Traceback" not in output


async def test_events_older_than_an_inbox_remembers_are_not_offered_again(system: System) -> None:
    """They might be done twice; the command says so and does nothing."""
    desk = await Desk.of(system)
    number = await desk.operator.draft(YWSH_20=1)
    await _handled(system, number)
    connection = await asyncpg.connect(system.environment["GATEWAY_DATABASE_URL"])
    old = (system_clock() - timedelta(days=40)).isoformat()
    await connection.execute(
        "UPDATE event_log SET envelope = jsonb_set(envelope, '{time}', to_jsonb($2::text))"
        " WHERE subject = $1",
        number,
        old,
    )
    await connection.close()
    code, output = await system.attempt("redeliver", "roster.events", "--subject", number)
    assert code != 0
    assert "roster.events remembers what it has seen for 30 days only" in output


async def _papers(desk: Desk) -> list[dict[str, Any]]:
    found = []
    for name in ("payment-notices", "confirmations"):
        page = await desk.operator.get(f"/{name}", limit=200)
        found += sorted(page["items"], key=str)
    return found


async def _handled(system: System, number: str) -> None:
    """Wait until documents and the event log have all that has been said about an application."""
    enrollment = await asyncpg.connect(system.environment["ENROLLMENT_DATABASE_URL"])
    said = await enrollment.fetchval("SELECT sequence FROM said WHERE subject = $1", number)
    await enrollment.close()
    for name in ("DOCUMENTS", "GATEWAY"):
        connection = await asyncpg.connect(system.environment[f"{name}_DATABASE_URL"])
        limit = monotonic() + LONGEST_WAIT
        question = (
            "SELECT sequence FROM heard WHERE stream = 'enrollment.application' AND subject = $1"
        )
        while (await connection.fetchval(question, number) or 0) < said:
            assert monotonic() < limit
            await asyncio.sleep(0.05)
        await connection.close()


async def _rob(system: System, number: str) -> None:
    """Take away what waits for documents about an application, once it is there."""
    connection = await asyncpg.connect(system.environment["DOCUMENTS_DATABASE_URL"])
    limit = monotonic() + LONGEST_WAIT
    question = (
        "SELECT count(*) FROM inbox WHERE consumer = 'documents.events' AND subject = $1"
        " AND state = 'waiting' AND topic = 'enrollment.application.approved.v1'"
    )
    while not await connection.fetchval(question, number):
        assert monotonic() < limit
        await asyncio.sleep(0.05)
    await connection.execute(
        "DELETE FROM inbox WHERE consumer = 'documents.events' AND subject = $1"
        " AND state = 'waiting'",
        number,
    )
    await connection.close()
