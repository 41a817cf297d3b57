"""What an operator of the system can do about the bus, by commands beside the running system."""

import asyncio
import os
import sys
from datetime import date, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import asyncpg

from examples.people import invent
from shared.runtime.clock import OFFICE_ZONE, system_clock
from tests.flows.conftest import System
from tests.flows.stories import LONGEST_WAIT, Desk


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


async def test_a_rebuild_loses_nothing_that_the_log_has_not_got_yet(system: System) -> None:
    """Documents and the log both stand still: what waits for documents still waits afterwards."""
    desk = await Desk.of(system, "2")
    number = await desk.drafted(invent(3, seed=903), 5, 3, YWSH_20=1)
    assert (await desk.submitted(number))["state"] == "first_review"
    await _handled(system, number)
    consumers = ("documents.events", "gateway.events")
    for consumer in consumers:
        await system.command("pause", consumer)
    try:
        await desk.agency.approve(number)
        await desk.office.approve(number)
        await _until_waiting(system, number)
        output = await system.command("rebuild", "documents")
        assert "documents.events is still paused" in output
    finally:
        for consumer in consumers:
            await system.command("resume", consumer)
    await _until_notice(desk, number)


async def test_what_the_log_has_forgotten_is_kept_by_a_rebuild(system: System) -> None:
    """Papers of an application that began before the log stay; the others are made anew."""
    desk = await Desk.of(system, "2")
    old, new = [await desk.approved(invent(3, seed=seed), 5, 3, YWSH_20=1) for seed in (904, 905)]
    before = [await _until_notice(desk, number) for number in (old, new)]
    await _handled(system, old)
    connection = await asyncpg.connect(system.environment["GATEWAY_DATABASE_URL"])
    await connection.execute(
        "DELETE FROM event_log WHERE subject = $1 AND envelope->>'sequence' <= '0000000002'", old
    )
    await connection.close()
    output = await system.command("rebuild", "documents")
    assert "aggregates stay as they were: the log has forgotten" in output
    assert [await _until_notice(desk, number) for number in (old, new)] == before


async def test_what_was_dropped_comes_back_with_a_rebuild_when_it_can(system: System) -> None:
    """Its handler has been mended meanwhile, say."""
    desk = await Desk.of(system, "2")
    number = await desk.drafted(invent(3, seed=906), 5, 3, YWSH_20=1)
    assert (await desk.submitted(number))["state"] == "first_review"
    await _handled(system, number)
    await system.command("pause", "documents.events")
    await desk.agency.approve(number)
    await desk.office.approve(number)
    for event_id in await _until_waiting(system, number):
        await system.command("messages", "drop", "documents", str(event_id))
    await system.command("resume", "documents.events")
    await _handled(system, number)
    assert await _notice(desk, number) is None
    await system.command("rebuild", "documents")
    await _until_notice(desk, number)


async def test_many_are_dropped_only_by_who_says_so(system: System) -> None:
    """Asked before at a terminal; elsewhere it takes a word more. One looks at all services."""
    desk = await Desk.of(system, "2")
    await system.command("pause", "documents.events")
    try:
        first, second = [await desk.operator.draft(YWSH_20=1) for _ in range(2)]
        drafted = ("--consumer", "documents.events", "--topic", "enrollment.application.drafted.v1")

        async def waits() -> tuple[str, str] | None:
            output = await system.command("messages", "list", *drafted)
            *_, line = output.splitlines() or [""]
            words = line.split()
            return (words[0], line) if words and words[1] == "2" else None

        limit = monotonic() + LONGEST_WAIT
        while (found := await waits()) is None:
            assert monotonic() < limit
        group, line = found
        assert line.split()[-1] == "paused"
        output = await system.command("messages", "list", "documents", group)
        assert {one.split()[4] for one in output.splitlines()} == {first, second}

        code, output = await system.attempt("messages", "drop", "documents", group)
        assert (code, "nothing was done. Say --yes" in output) == (1, True)
        code, output = await _at_a_terminal(system, "n", "messages", "drop", *drafted)
        assert (code, "This will drop 2 messages" in output) == (1, True)
        assert await waits() == found
        code, output = await _at_a_terminal(system, "y", "messages", "drop", *drafted)
        assert (code, "dropped 2" in output) == (0, True)
        assert await waits() is None
    finally:
        await system.command("resume", "documents.events")
    await system.command("rebuild", "documents")


async def _at_a_terminal(system: System, answer: str, *arguments: str) -> tuple[int, str]:
    """Run a command whose question is answered; returns exit code and output."""
    ours, its = os.openpty()
    os.write(ours, f"{answer}\n".encode())
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services", "--var", str(system.var), *arguments),
        env=system.environment,
        stdin=its,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    os.close(ours)
    os.close(its)
    assert process.returncode is not None
    return process.returncode, output.decode()


async def test_what_cannot_be_done_is_said(system: System) -> None:
    """No such consumer; nothing to rebuild; beyond what an inbox remembers."""
    cases = (
        (("pause", "documents.event"), "There is no consumer documents.event"),
        (("rebuild", "enrollment"), "enrollment has no data that are copies only"),
        (("messages", "replay", "roster"), "Which one?"),
        (("messages", "drop"), "Which one?"),
        (("messages", "show", "roster", "group-00000000"), "is no id of a message"),
        (("messages", "replay", "roster", "group-00000000"), "replayed 0"),
        (("messages", "drop", "roster", "--topic", "no.such.topic"), "dropped 0"),
        (("messages", "list", "--consumer", "roster.nobody"), "no consumer roster.nobody"),
        (
            ("messages", "list", "roster", "--consumer", "gateway.events"),
            "There are: roster.events",
        ),
        (("messages", "replay", "roster", "seven"), "seven is no id of a message"),
        (("redeliver", "roster.events", "--since", "yesterday"), "yesterday is no time"),
        (("redeliver", "roster.events", "--since", "0001-01-01T00:00+08:00"), "is no time"),
        (("messages", "show", "roster", "7d444840-9dc0-11d1-b245-5ffdce74fad2"), "no such message"),
        (("units", "--", "-3"), "-3 is no number"),
        (("clients", "add", "x" * 101, "--office", "0012"), "at most 100 printable"),
        (("clients", "add", "a\x1b[31m", "--office", "0012"), "at most 100 printable"),
    )
    answers = await asyncio.gather(*(system.attempt(*arguments) for arguments, _ in cases))
    for (_, sentence), (code, output) in zip(cases, answers, strict=True):
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
    """Wait until documents and the event log have consumed all about an application."""
    enrollment = await asyncpg.connect(system.environment["ENROLLMENT_DATABASE_URL"])
    published = await enrollment.fetchval(
        "SELECT sequence FROM published_positions WHERE subject = $1", number
    )
    await enrollment.close()
    for name in ("DOCUMENTS", "GATEWAY"):
        connection = await asyncpg.connect(system.environment[f"{name}_DATABASE_URL"])
        limit = monotonic() + LONGEST_WAIT
        question = (
            "SELECT sequence FROM consumed_positions"
            " WHERE stream = 'enrollment.application' AND subject = $1"
        )
        while (await connection.fetchval(question, number) or 0) < published:
            assert monotonic() < limit
            await asyncio.sleep(0.05)
        await connection.close()


async def _until_waiting(system: System, number: str) -> list[UUID]:
    """Wait until documents has the approval before it; returns all that waits, in order."""
    connection = await asyncpg.connect(system.environment["DOCUMENTS_DATABASE_URL"])
    limit = monotonic() + LONGEST_WAIT
    topic = ""
    while topic != "enrollment.application.approved.v1":
        rows = await connection.fetch(
            "SELECT event_id, topic FROM inbox WHERE consumer = 'documents.events'"
            " AND subject = $1 AND state = 'waiting' ORDER BY sequence",
            number,
        )
        topic = rows[-1]["topic"] if rows else ""
        assert monotonic() < limit
        await asyncio.sleep(0.05)
    await connection.close()
    return [row["event_id"] for row in rows]


async def _rob(system: System, number: str) -> None:
    """Take away what waits for documents about an application, once it is there."""
    await _until_waiting(system, number)
    connection = await asyncpg.connect(system.environment["DOCUMENTS_DATABASE_URL"])
    await connection.execute(
        "DELETE FROM inbox WHERE consumer = 'documents.events' AND subject = $1"
        " AND state = 'waiting'",
        number,
    )
    await connection.close()
