"""Rendering what somebody waits for: a worker draws, stores and announces it."""

from services.documents.adapters.drawing import PDF
from services.documents.handlers.artifacts import (
    Drawing,
    account_alone,
    accounts_on,
    artifact_name,
    content_of,
    current_file,
    drawings_of,
    print_key,
)
from services.documents.handlers.rendering_progress import drawn
from services.documents.repository.papers import PaperRepository
from services.documents.repository.printed_papers import PrintedPapers
from services.documents.repository.prints import PrintRepository
from shared.bus import Job, NotAgain, Transaction
from shared.contracts.documents import DocumentPrinted, DocumentRendered, RenderRequested
from shared.contracts.files import StoredFile
from shared.runtime.child import WorkNotDone


async def render_document(event: RenderRequested, job: Job) -> None:
    """Render what was requested, store and announce it.

    NotAgain, so that whoever waits is told at once, when it would fail in the same way again.
    """
    try:
        file, drawings = await _file(event, job)
    except (WorkNotDone, ValueError) as error:
        raise NotAgain from error
    async with job.finish() as tx:
        await tx.keep(file.key)
        prints = PrintRepository(tx)
        found = await prints.get(event.print_id, lock=True)
        found.finish(file, account_alone(drawings))
        prints.save(found)
        kept = PaperRepository(tx)
        if len(event.numbers) == 1:
            await kept.keep_files(event.kind, {event.numbers[0]: file})
        tx.emit(DocumentRendered(**event.model_dump(), key=file.key, digest=file.digest))
        if found.printed_by is not None:
            await PrintedPapers(tx).add(found, accounts_on(drawings))
            tx.emit(DocumentPrinted(**event.model_dump(), printed_by=found.printed_by))


async def give_up_rendering(event: RenderRequested, tx: Transaction) -> None:
    """End a print as failed: it may be requested again."""
    prints = PrintRepository(tx)
    found = await prints.get(event.print_id, lock=True)
    found.give_up()
    prints.save(found)
    await tx.wake(event.print_id)


async def _file(event: RenderRequested, job: Job) -> tuple[StoredFile, list[Drawing]]:
    """Return the file that was requested, and what is in it: drawn now, or meanwhile."""
    with job.reading() as tx:
        papers = await PaperRepository(tx).get(event.kind, event.numbers)
        drawings = await drawings_of(papers, tx)
        file = await current_file(drawings, tx)
    if file is None:
        storage = job.resources.storage
        contents = [await content_of(one, storage) for one in drawings]
        pdf = await drawn(event.print_id, contents, job)
        file = await storage.put_file(print_key(drawings), pdf, artifact_name(drawings), PDF)
    return file, drawings
