"""Rendering in advance: papers for which nobody waits, each into a file of its own."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from uuid import uuid4

from services.documents.adapters.drawing import PDF, draw, draw_some
from services.documents.domain.contents import PaperContent
from services.documents.domain.limits import bundles, drawing_seconds
from services.documents.domain.papers import Paper
from services.documents.domain.prints import Print
from services.documents.handlers.artifacts import (
    Drawing,
    artifact_name,
    content_of,
    current_file,
    drawings_of,
)
from services.documents.repository.papers import PaperRepository
from services.documents.repository.prints import PrintRepository
from shared.bus import Job, NotAgain, Transaction
from shared.contracts.documents import BulkRenderRequested, DocumentRendered, PaperKind
from shared.contracts.files import StoredFile
from shared.errors import StorageAway
from shared.runtime.child import WorkBroken, WorkTooLarge, WorkTooLong
from shared.runtime.ending import end
from shared.runtime.faults import describe
from shared.runtime.log import get_logger

log = get_logger(__name__)

FORMS_TOGETHER, ROSTERS_TOGETHER = 25, 10
"""Papers whose contents are in memory at a time: a confirmation may list many persons."""
MOST_TIME = timedelta(seconds=15)
"""After so long a job hands on what is left: one that is told to stop has 20 seconds to finish."""
LOST = (WorkBroken, WorkTooLong)
"""The child is gone, with what it had not handed over."""
HOPELESS = (WorkTooLong, WorkTooLarge, ValueError)
"""It would be so again; a child that died may have been killed for want of memory."""


def render_ahead(paper: Paper, tx: Transaction) -> None:
    """Request a paper's rendering in advance, together with others that are added just now."""
    tx.gather(bulk_requests, paper)


def bulk_requests(papers: Sequence[Paper]) -> Iterator[BulkRenderRequested]:
    """Yield the jobs that render papers in advance: few, each of one kind and office."""

    def alike(paper: Paper) -> tuple[str, str]:
        return paper.kind, paper.office_id

    for _, group in groupby(sorted(papers, key=alike), alike):
        for bundle in bundles(list(group)):
            yield _request(bundle)


@dataclass
class _Outcome:
    """What became of the papers of a job."""

    putting: list[tuple[Drawing, asyncio.Task[StoredFile]]] = field(default_factory=list)
    """Drawn, and on their way into the store."""
    failed: list[tuple[Drawing, Exception]] = field(default_factory=list)
    left: Sequence[Drawing] = ()
    """Not drawn for want of time."""

    def put(self, drawing: Drawing, pdf: bytes, job: Job) -> None:
        """Begin to store a paper's file."""
        stored = job.resources.storage.put_file(drawing.key, pdf, artifact_name([drawing]), PDF)
        self.putting.append((drawing, asyncio.create_task(stored)))

    def fail(self, drawing: Drawing, error: Exception) -> None:
        """Note that a paper could not be drawn."""
        paper = drawing.paper
        log.warning("paper_not_drawn", kind=paper.kind, number=paper.number, reason=describe(error))
        self.failed.append((drawing, error))


async def render_in_advance(event: BulkRenderRequested, job: Job) -> None:
    """Render papers that have no file that is current, store and announce each.

    One that cannot be drawn is tried apart, and what is left after a while goes into another job.
    When all fail, the job does.
    """
    with job.reading() as tx:
        papers = await PaperRepository(tx).get(event.kind, event.numbers)
        drawings = await drawings_of(papers, tx)
        wanted = [one for one in drawings if await current_file([one], tx) is None]
    outcome = _Outcome()
    try:
        await _draw(wanted, job, outcome)
        files = [(drawing, await put) for drawing, put in outcome.putting]
    finally:
        await end(put for _, put in outcome.putting)
    if outcome.failed and not files and not outcome.left:
        _, error = outcome.failed[0]
        if isinstance(error, HOPELESS):
            raise NotAgain from error
        raise error
    async with job.finish() as tx:
        await _note(files, tx)
        for drawing, _ in outcome.failed:
            tx.emit(_request([drawing.paper]))
        if outcome.left:
            tx.emit(_request([one.paper for one in outcome.left]))


async def _draw(drawings: Sequence[Drawing], job: Job, outcome: _Outcome) -> None:
    """Draw papers, a few at a time, while those before them are being stored."""
    clock = job.resources.clock
    until = clock() + MOST_TIME
    left = list(drawings)
    while left and clock() < until:
        listed = left[0].paper.kind is PaperKind.CONFIRMATION
        together = ROSTERS_TOGETHER if listed else FORMS_TOGETHER
        readable = await _contents(left[:together], job, outcome)
        left = left[together:]
        while readable and clock() < until:
            drawn, error = await _draw_together(readable, job, outcome, until)
            if error is not None:
                outcome.fail(readable[drawn][0], error)
                drawn += 1
            readable = readable[drawn:]
        left = [drawing for drawing, _ in readable] + left
    outcome.left = left


async def _contents(
    drawings: Sequence[Drawing], job: Job, outcome: _Outcome
) -> list[tuple[Drawing, PaperContent]]:
    """Return what stands on papers; what cannot be read fails."""
    found = []
    for drawing in drawings:
        try:
            found.append((drawing, await content_of(drawing, job.resources.storage)))
        except StorageAway:
            raise
        except Exception as error:  # noqa: BLE001 - it is this paper's alone, and tried again
            outcome.fail(drawing, error)
    return found


async def _draw_together(
    papers: Sequence[tuple[Drawing, PaperContent]],
    job: Job,
    outcome: _Outcome,
    until: datetime,
) -> tuple[int, Exception | None]:
    """Draw papers in one go until then; returns how many were, and what the next one failed of."""
    contents = [content for _, content in papers]
    drawn = 0
    stream = job.resources.child.stream(drawing_seconds(contents), draw_some, *contents)
    try:
        async with aclosing(stream):
            async for pdfs in stream:
                for pdf in pdfs:
                    outcome.put(papers[drawn][0], pdf, job)
                    drawn += 1
                if drawn < len(papers) and job.resources.clock() >= until:
                    break
    except StorageAway:
        raise
    except LOST as error:
        left = papers[drawn:]
        if len(left) == 1:
            return drawn, error
        more, failure = await _draw_alone(left, job, outcome)
        return drawn + more, failure
    except Exception as error:  # noqa: BLE001 - it is that paper's alone, and tried again
        return drawn, error
    return drawn, None


async def _draw_alone(
    papers: Sequence[tuple[Drawing, PaperContent]],
    job: Job,
    outcome: _Outcome,
) -> tuple[int, Exception | None]:
    """Draw papers one by one, each in its own time, until one fails; returns the same.

    The child was gone, with what it had drawn and not handed over: one of these is to blame.
    """
    for place, (drawing, content) in enumerate(papers):
        try:
            pdf = await job.resources.child.run(drawing_seconds([content]), draw, content)
        except Exception as error:  # noqa: BLE001 - it is this paper's alone, and tried again
            return place, error
        outcome.put(drawing, pdf, job)
    return len(papers), None


async def _note(files: Sequence[tuple[Drawing, StoredFile]], tx: Transaction) -> None:
    """Keep the files of papers, as prints that nobody asked for, and announce them."""
    if not files:
        return
    await tx.keep(*(file.key for _, file in files))
    await PaperRepository(tx).keep_files(
        files[0][0].paper.kind, {one.paper.number: file for one, file in files}
    )
    prints = PrintRepository(tx)
    for drawing, file in files:
        paper = drawing.paper
        done = Print(
            print_id=str(uuid4()),
            kind=paper.kind,
            numbers=[paper.number],
            unit_id=paper.unit_id,
            agency_id=paper.agency_id,
            office_id=paper.office_id,
            created_at=tx.now,
        )
        done.finish(file, drawing.account)
        prints.save(done)
        tx.emit(DocumentRendered(**done.named(), key=file.key, digest=file.digest))


def _request(papers: Sequence[Paper]) -> BulkRenderRequested:
    return BulkRenderRequested(
        job_id=str(uuid4()),
        office_id=papers[0].office_id,
        kind=papers[0].kind,
        numbers=tuple(paper.number for paper in papers),
    )
