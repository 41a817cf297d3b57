"""Compare every database and queue with what was requested."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from time import monotonic
from typing import Any

import asyncpg

from services.host.registry import NAMES, load
from shared.bus.transports.rabbit.broker import dead_letters, lengths
from shared.contracts.base import Event
from tests.faults.traffic import AMOUNT, PERSONS, Traffic

IDLE_TIMEOUT_SECONDS = 90.0
"""After this, work that is still under way counts as stuck."""
QUEUES = [queue.name for name in NAMES for queue in load(name).queues()]


@dataclass(frozen=True)
class Records:
    """The databases, queues and files that hold the results."""

    bus_url: str
    namespace: str
    databases: dict[str, str]
    var: Path

    async def rows(self, service: str, question: str) -> list[asyncpg.Record]:
        """Return the rows of a query on a service's database."""
        connection = await asyncpg.connect(self.databases[service])
        try:
            return list(await connection.fetch(question))
        finally:
            await connection.close()

    async def unfinished(self) -> dict[str, Any]:
        """Return how much work is under way or failed, by name; empty when there is none."""
        found: dict[str, Any] = {}
        for name in NAMES:
            [outbox] = await self.rows(name, "SELECT count(*) FROM outbox")
            if outbox[0]:
                found[f"{name} outbox"] = outbox[0]
            for row in await self.rows(
                name,
                "SELECT consumer, state, topic, reason, count(*) FROM inbox"
                " WHERE state <> 'done' GROUP BY 1, 2, 3, 4",
            ):
                found[f"{row[0]} {row[1]} {row[2]} {row[3]}"] = row[4]
        # No queue shows a job that a worker has taken.
        [missing] = await self.rows("documents", "SELECT count(*) FROM papers WHERE file IS NULL")
        if missing[0]:
            found["papers"] = missing[0]
        measured = await lengths(self.bus_url, self.namespace, QUEUES)
        return found | {
            queue: length
            for queue, length in measured.items()
            if length is None or length.ready or not length.consumers
        }

    async def wait_until_idle(self) -> None:
        """Wait until nothing is under way, twice in a row; there are no dead letters."""
        limit, calm = monotonic() + IDLE_TIMEOUT_SECONDS, 0
        while calm < 2:
            unfinished = await self.unfinished()
            calm = 0 if unfinished else calm + 1
            assert monotonic() < limit, unfinished
            await asyncio.sleep(0.3)
        assert await dead_letters(self.bus_url, self.namespace) == []


async def verify(records: Records, traffic: Traffic) -> None:
    """Check that nothing was lost or done twice, and that states, sums and sequences agree."""
    await records.wait_until_idle()
    wanted = sorted(traffic.confirmed)
    assert len(wanted) == traffic.started
    await _applications(records, wanted)
    await _money(records, wanted)
    await _papers(records, wanted)
    await _events(records)
    rows = await records.rows("gateway", "SELECT event_id::text FROM event_log")
    assert Counter(traffic.watch.ids) == Counter(row[0] for row in rows)


async def _applications(records: Records, wanted: list[str]) -> None:
    applications = await records.rows(
        "enrollment", "SELECT application_no, state FROM applications ORDER BY 1"
    )
    assert [row[0] for row in applications] == wanted
    assert {row[1] for row in applications} == {"confirmed"}
    covers = await records.rows(
        "roster",
        "SELECT application_no, count(*), count(DISTINCT number_hash)"
        " FROM covers JOIN rosters USING (confirmation_no) GROUP BY 1 ORDER BY 1",
    )
    assert [tuple(row) for row in covers] == [(number, PERSONS, PERSONS) for number in wanted]


async def _money(records: Records, wanted: list[str]) -> None:
    payments = await records.rows(
        "invoicing", "SELECT application_no FROM payments ORDER BY application_no"
    )
    assert [row[0] for row in payments] == wanted
    [paid] = await records.rows(
        "invoicing",
        "SELECT count(*), sum((payment->>'amount')::numeric)"
        " FROM billings, jsonb_array_elements(body->'payments') AS payment"
        " WHERE payment->>'state' = 'confirmed'",
    )
    assert tuple(paid) == (len(wanted), Decimal(AMOUNT) * len(wanted))


async def _papers(records: Records, wanted: list[str]) -> None:
    papers = await records.rows("documents", "SELECT application_no, kind, number FROM papers")
    for kind in ("payment_notice", "confirmation"):
        found = [row for row in papers if row["kind"] == kind]
        assert sorted(row["application_no"] for row in found) == wanted
    prints = await records.rows(
        "documents", "SELECT numbers, state, file->>'key' AS key FROM prints"
    )
    rendered = [number for row in prints for number in json.loads(row["numbers"])]
    assert sorted(rendered) == sorted(row["number"] for row in papers)
    assert {row["state"] for row in prints} == {"done"}
    assert all((records.var / "objects" / row["key"]).exists() for row in prints)
    # One each. Whether one arrived that was being sent when a process was killed nobody knows.
    sent = await records.rows(
        "gateway",
        "SELECT subject FROM messages WHERE kind = 'application_approved' AND channel = 'text'"
        " AND state <> 'refused' ORDER BY 1",
    )
    assert [row[0] for row in sent] == wanted


async def _events(records: Records) -> None:
    """Check that each numbered event is logged once, and that every consumer is up to date."""
    published = {
        (row[0], row[1]): row[2]
        for name in NAMES
        for row in await records.rows(
            name, "SELECT stream, subject, sequence FROM published_positions"
        )
    }
    logged = await records.rows(
        "gateway",
        "SELECT topic, subject, (envelope->>'sequence')::bigint FROM event_log ORDER BY position",
    )
    numbers: dict[tuple[str, str], list[int]] = {}
    for topic, subject, sequence in logged:
        stream = Event.registry[topic].stream
        if stream is not None:
            numbers.setdefault((stream, subject), []).append(sequence)
    assert {key: list(range(1, last + 1)) for key, last in published.items()} == numbers
    for name in NAMES:
        streams = {stream for stream in _streams(name) if stream}
        consumed = {
            (row[0], row[1]): row[2]
            for row in await records.rows(
                name, "SELECT stream, subject, sequence FROM consumed_positions"
            )
        }
        assert consumed == {key: last for key, last in published.items() if key[0] in streams}, name


def _streams(name: str) -> Iterable[str | None]:
    for queue in load(name).queues():
        if queue.is_job:
            continue
        topics = Event.registry if "#" in queue.topics else queue.topics
        for topic in topics:
            if topic in Event.registry:
                yield Event.registry[topic].stream
