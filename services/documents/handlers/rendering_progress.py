"""Drawing papers in a child, while the print says how many of them are set."""

from collections.abc import Sequence
from contextlib import aclosing
from datetime import timedelta

from services.documents.adapters.drawing import draw, draw_batch
from services.documents.domain.contents import PaperContent
from services.documents.domain.limits import drawing_seconds
from services.documents.repository.prints import PrintRepository
from shared.bus import Job
from shared.runtime.child import WorkBroken

PROGRESS_EVERY = timedelta(seconds=0.25)


async def drawn(print_id: str, papers: Sequence[PaperContent], job: Job) -> bytes:
    """Return papers as one PDF; raises WorkNotDone.

    Of several the print says meanwhile how many are set, at most four times a second.
    """
    if len(papers) == 1:
        return await job.resources.child.run(drawing_seconds(papers), draw, *papers)
    try:
        return await _drawn_batch(print_id, papers, job)
    except WorkBroken:  # the child that drew it died, as when the machine was out of memory
        return await _drawn_batch(print_id, papers, job)


async def _drawn_batch(print_id: str, papers: Sequence[PaperContent], job: Job) -> bytes:
    clock = job.resources.clock
    told = clock()
    parts = job.resources.child.stream(drawing_seconds(papers), draw_batch, *papers)
    pdf: bytes | None = None
    async with aclosing(parts):
        async for part in parts:
            if isinstance(part, bytes):
                pdf = part
            elif clock() - told >= PROGRESS_EVERY:
                told = clock()
                async with job.transaction() as tx:
                    await PrintRepository(tx).note_progress(print_id, part)
    assert pdf is not None, "it comes last"
    return pdf
