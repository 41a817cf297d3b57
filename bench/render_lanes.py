"""Documents on the real bus: notices in bulk jobs, a second worker, and who waits beside them."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import monotonic, process_time
from typing import Any
from uuid import uuid4

import asyncpg

from bench.measured import log_progress
from bench.paper_samples import approved, notice
from bench.processes import process
from bench.systems import command, drop_databases, ready, run
from examples.demo import CAPTCHA
from examples.ports import free_port
from services.documents.adapters.renderer import render
from services.host.topology import TOPOLOGY
from shared.bus.transports.rabbit.bus import RabbitBus
from shared.bus.transports.rabbit.declaring import remove_topology
from shared.contracts.base import Envelope
from shared.contracts.documents import PaperKind, RenderRequested
from shared.contracts.enrollment import ApplicationApproved
from shared.runtime.embedded_postgres import create_databases
from shared.runtime.keys import new_keys
from shared.runtime.polling import poll

NOTICES, QUICK_NOTICES = 2_000, 200
BACKLOG, QUICK_BACKLOG = 10_000, 500
WAITING, PAUSE_SECONDS = 40, 0.25
"""Prints that somebody waits for, one after the other, and how long after each."""
WARM = 20
WAIT_SECONDS = 900.0
AT_ONCE = 50
SETTLE_SECONDS = 2.0
"""After this the workers hold no lock that others wait for."""
COUNT = "SELECT count(file) FROM papers"
OTHERS, BULK = "web,events,render", "bulk_render"
"""Parts of documents: a process for all others, and one or two for the bulk jobs."""


@dataclass
class Documents:
    """The service of a measurement: its database, and what publishes as others do."""

    database: asyncpg.Connection
    bus: RabbitBus
    numbers: Iterator[int]
    bulk_workers: list[int]
    """Their process ids."""

    async def announce(self, events: Sequence[ApplicationApproved | RenderRequested]) -> None:
        """Publish events as their services do."""
        for start in range(0, len(events), AT_ONCE):
            some = events[start : start + AT_ONCE]
            await asyncio.gather(*(self.bus.publish(_envelope(one)) for one in some))

    async def approve(self, notices: int) -> None:
        """Announce so many approvals."""
        await self.announce([approved(next(self.numbers)) for _ in range(notices)])

    async def rendered(self, papers: int) -> None:
        """Wait until so many papers have their file."""

        async def enough() -> bool:
            return bool(await self.database.fetchval(COUNT) >= papers)

        await _until(enough)

    async def in_bulk(self, notices: int) -> float:
        """Announce so many approvals; return the seconds until all notices have their file."""
        wanted = notices + await self.database.fetchval(COUNT)
        begun = monotonic()
        await self.approve(notices)
        await self.rendered(wanted)
        return monotonic() - begun

    async def in_jobs(self, notices: int) -> float:
        """Return the same, counted from when all approvals are known and their jobs requested.

        The workers are held so long.
        """
        wanted = notices + await self.database.fetchval(COUNT)
        await asyncio.sleep(SETTLE_SECONDS)
        self._signal(signal.SIGSTOP)
        try:
            await self.approve(notices)

            async def requested() -> bool:
                known = await self.database.fetchval("SELECT count(*) FROM papers") >= wanted
                return known and not await self.database.fetchval("SELECT count(*) FROM outbox")

            await _until(requested)
            begun = monotonic()
        finally:
            self._signal(signal.SIGCONT)
        await self.rendered(wanted)
        return monotonic() - begun

    def _signal(self, number: signal.Signals) -> None:
        for pid in self.bulk_workers:
            os.kill(pid, number)

    async def printed_alone(self) -> float:
        """Return in how many seconds a paper is ready that somebody waits for."""
        place = next(self.numbers)
        number, print_id = f"PRT{place:010}", str(uuid4())
        await self.announce([approved(place)])

        async def known() -> bool:
            query = "SELECT count(*) FROM papers WHERE number = $1"
            return bool(await self.database.fetchval(query, number))

        await _until(known)
        await self.database.execute(
            "INSERT INTO prints (print_id, kind, numbers, office_id, state, created_at, done)"
            " VALUES ($1, 'payment_notice', $2, '0012', 'pending', now(), 0)",
            print_id,
            json.dumps([number]),
        )
        wanted = RenderRequested(
            print_id=print_id, office_id="0012", kind=PaperKind.PAYMENT_NOTICE, numbers=(number,)
        )

        async def done() -> bool:
            query = "SELECT state FROM prints WHERE print_id = $1"
            return bool(await self.database.fetchval(query, print_id) == "done")

        begun = monotonic()
        await self.announce([wanted])
        await _until(done, longest=0.005)
        return monotonic() - begun


async def measured(postgres: str, bus_url: str, *, quick: bool) -> dict[str, Any]:
    """Return seconds of notices in bulk, with one worker and two, and of who waits for a print."""
    notices = QUICK_NOTICES if quick else NOTICES
    found: dict[str, Any] = {"notices": notices, "workers": []}
    for workers in (1, 2):
        log_progress(f"{notices} notices in bulk, bulk workers: {workers}")
        lanes = (OTHERS, *(BULK,) * workers)
        async with _documents(postgres, bus_url, lanes) as documents:
            await documents.in_bulk(WARM)
            # Drawn before and after, as the machine is not the same from one minute to the next.
            before = _drawn(notices, documents.numbers)
            taken = {"jobs": await documents.in_jobs(notices)}
            taken["drawn"] = (before + _drawn(notices, documents.numbers)) / 2
            taken["announced"] = await documents.in_bulk(notices)
            found["workers"].append(taken)
    lanes = (OTHERS, BULK)
    async with _documents(postgres, bus_url, lanes) as documents:
        await documents.in_bulk(WARM)
        await documents.printed_alone()
        log_progress("somebody who waits")
        found["waiting_alone"] = [await _waited(documents) for _ in range(WAITING)]
        backlog = QUICK_BACKLOG if quick else BACKLOG
        log_progress(f"somebody who waits beside {backlog} notices")
        await documents.approve(backlog)
        found["waiting_beside"] = [await _waited(documents) for _ in range(WAITING)]
        found["backlog"] = backlog
        found["left"] = backlog + WARM - await documents.database.fetchval(COUNT)
    return found


def p95(seconds: Sequence[float]) -> float:
    """Return the 95th percentile."""
    return quantiles(seconds, n=20)[-1]


def _drawn(notices: int, numbers: Iterator[int]) -> float:
    """Return the processor seconds of drawing so many notices, warm; none was drawn before."""
    papers = [notice(number) for number in islice(numbers, notices)]
    render(papers[0])
    begun = process_time()
    for paper in papers:
        render(paper)
    return process_time() - begun


async def _until(happened: Callable[[], Awaitable[bool]], longest: float = 0.05) -> None:
    """Look every `longest` seconds until something has happened; TimeoutError when it does not."""

    async def look() -> bool | None:
        return await happened() or None

    if not await poll(look, WAIT_SECONDS, first=0.002, longest=longest):
        raise TimeoutError(f"not after {WAIT_SECONDS} s")


async def _waited(documents: Documents) -> float:
    await asyncio.sleep(PAUSE_SECONDS)
    return await documents.printed_alone()


def _envelope(event: ApplicationApproved | RenderRequested) -> Envelope:
    return Envelope(
        id=uuid4(),
        source=event.source(),
        type=event.topic,
        subject=event.subject,
        time=datetime.now(UTC),
        stream=event.stream,
        sequence=1 if event.stream else None,
        correlationid="0" * 32,
        data=event.model_dump(mode="json"),
    )


@asynccontextmanager
async def _documents(postgres: str, bus_url: str, lanes: Sequence[str]) -> AsyncIterator[Documents]:
    """Run documents in a process for each of `lanes`."""
    namespace = f"bench{uuid4().hex[:8]}"
    [url] = (await create_databases(postgres, [namespace])).values()
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:
        var = Path(folder)
        environment = {
            **os.environ,
            **new_keys(),
            "BUS_URL": bus_url,
            "BUS_NAMESPACE": namespace,
            "STORAGE_URL": f"file://{var}/objects",
            "OUTGOING_FOLDER": str(var / "outgoing"),
            "CAPTCHA_ANSWER": CAPTCHA,
            "DOCUMENTS_DATABASE_URL": url,
            "DOCUMENTS_PORT": str(port),
        }
        try:
            for step in ("migrate", "seed"):
                line = command(var, step, "documents")
                await run(line, environment, var / f"{step}.log")
            bulk_workers = []
            for number, parts in enumerate(lanes):
                line = command(var, "run", "documents", "--parts", parts)
                begun = stack.enter_context(process(line, environment, var / f"{number}.log"))
                if parts == BULK:
                    bulk_workers.append(begun.pid)
            await ready({address: var / "0.log"})
            bus = RabbitBus(bus_url, json.loads(TOPOLOGY.read_text("utf-8")), namespace=namespace)
            await bus.start()
            database = await asyncpg.connect(url)
            yield Documents(database, bus, count(1), bulk_workers)
            await database.close()
            await bus.stop()
        finally:
            stack.close()
            await remove_topology(bus_url, json.loads(TOPOLOGY.read_text("utf-8")), namespace)
            await drop_databases(postgres, [namespace])
