"""Prints: asked for, and counted once."""

from collections.abc import Sequence
from uuid import uuid4

from services.documents.domain.papers import Paper, printing
from services.documents.domain.prints import Print, PrintState
from services.documents.handlers.artifacts import current_file
from services.documents.repository.papers import PaperRepository
from services.documents.repository.printed_papers import PrintedPapers
from services.documents.repository.prints import PrintRepository
from shared.bus import Transaction
from shared.contracts.documents import DocumentPrinted, PaperKind, RenderRequested
from shared.identity.caller import Caller


async def print_papers(
    kind: PaperKind, numbers: Sequence[str], caller: Caller, tx: Transaction
) -> Print:
    """Print papers into one PDF: at once if it is rendered, else by a worker; count it once."""
    caller.require(printing(kind))
    papers = PaperRepository(tx)
    wanted = await papers.get(kind, numbers)
    for paper in wanted:
        caller.require_sight(paper.unit_id, paper.agency_id, paper.office_id)
    found = await _ask_or_reuse(wanted, caller, tx)
    if found.state is PrintState.DONE:
        await PrintedPapers(tx).add(found)
        tx.emit(DocumentPrinted(**found.named(), printed_by=caller.account_id))
    return found


async def _ask_or_reuse(papers: Sequence[Paper], caller: Caller, tx: Transaction) -> Print:
    first = papers[0]
    new = Print(
        print_id=str(uuid4()),
        kind=first.kind,
        numbers=[paper.number for paper in papers],
        printed_by=caller.account_id,
        unit_id=caller.unit_id,
        agency_id=caller.agency_id,
        office_id=caller.office_id,
        created_at=tx.now,
    )
    file = await current_file(papers, tx)
    if file is not None:
        new.finish(file)
    else:
        # Also when it is to be rendered in advance: nobody waits behind what nobody waits for.
        tx.emit(RenderRequested(**new.named()))
    PrintRepository(tx).save(new)
    return new
