"""Rendering what somebody waits for: a worker draws, stores and announces it."""

from services.documents.adapters.drawing import PDF
from services.documents.domain.payment_notice import Account
from services.documents.handlers.artifacts import (
    account_said,
    artifact_name,
    content_of,
    current_file,
    print_key,
    receiving_of,
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
        file, account = await _file(event, job)
    except (WorkNotDone, ValueError) as error:
        raise NotAgain from error
    async with job.finish() as tx:
        await tx.keep(file.key)
        prints = PrintRepository(tx)
        found = await prints.get(event.print_id, lock=True)
        found.finish(file, account)
        prints.save(found)
        kept = PaperRepository(tx)
        if len(event.numbers) == 1:
            await kept.keep_files(event.kind, {event.numbers[0]: file})
        tx.emit(DocumentRendered(**event.model_dump(), key=file.key, digest=file.digest))
        if found.printed_by is not None:
            await PrintedPapers(tx).add(found)
            tx.emit(DocumentPrinted(**event.model_dump(), printed_by=found.printed_by))


async def give_up_rendering(event: RenderRequested, tx: Transaction) -> None:
    """End a print as failed: it may be requested again."""
    prints = PrintRepository(tx)
    found = await prints.get(event.print_id, lock=True)
    found.give_up()
    prints.save(found)
    await tx.wake(event.print_id)


async def _file(event: RenderRequested, job: Job) -> tuple[StoredFile, Account | None]:
    """Return the file that was requested: drawn, or one of the same that was drawn meanwhile.

    With it, of a notice drawn alone, the account that it says.
    """
    with job.reading() as tx:
        papers = await PaperRepository(tx).get(event.kind, event.numbers)
        receiving = await receiving_of(papers, tx)
        if (file := await current_file(papers, tx)) is not None:
            return file, None
    storage = job.resources.storage
    contents = [
        await content_of(paper, one, storage) for paper, one in zip(papers, receiving, strict=True)
    ]
    pdf = await drawn(event.print_id, contents, job)
    name = artifact_name(event.kind, event.numbers[0])
    file = await storage.put_file(print_key(papers, receiving), pdf, name, PDF)
    return file, account_said(papers[0], receiving[0]) if len(papers) == 1 else None
