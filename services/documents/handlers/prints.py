"""Prints: asked for, rendered by a worker, counted once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from services.documents.adapters.drawing import PDF, RENDER_SECONDS, draw
from services.documents.domain.confirmation import ConfirmationPaper
from services.documents.domain.papers import Paper, printing
from services.documents.domain.payment_notice import PaymentNotice
from services.documents.domain.prints import Print, PrintState
from services.documents.domain.receipt import ReceiptPaper
from services.documents.domain.wording import TITLES
from services.documents.repository.papers import PaperRepository
from services.documents.repository.prints import PrintRepository
from services.documents.repository.receiving_accounts import ReceivingAccounts
from shared.bus import Job, Transaction
from shared.contracts.documents import (
    DocumentPrinted,
    DocumentRendered,
    PaperKind,
    RenderRequested,
)
from shared.contracts.enrollment import ApplicationApproved, ConfirmationIssued
from shared.contracts.files import Prefix
from shared.contracts.invoicing import Receipt
from shared.contracts.roster import FrozenRoster
from shared.errors import Conflict
from shared.identity.caller import Caller
from shared.runtime.storage import digest_of

if TYPE_CHECKING:
    from services.documents.adapters.renderer import PaperContent


async def print_papers(
    kind: PaperKind, numbers: Sequence[str], caller: Caller, tx: Transaction
) -> Print:
    """Print papers into one PDF: at once if it is rendered, else by a worker; count it once."""
    caller.require(printing(kind))
    papers = PaperRepository(tx)
    wanted = await papers.get(kind, list(dict.fromkeys(numbers)))
    for paper in wanted:
        caller.require_sight(paper.unit_id, paper.agency_id, paper.office_id)
    found = await _ask_or_reuse(wanted, caller, tx)
    if found.state is PrintState.DONE:
        await papers.count_print(kind, found.numbers)
        tx.emit(DocumentPrinted(**_named(found), printed_by=caller.account_id))
    return found


async def _ask_or_reuse(papers: Sequence[Paper], caller: Caller, tx: Transaction) -> Print:
    prints = PrintRepository(tx)
    first = papers[0]
    if len(papers) == 1:
        # A rendering in advance that is under way becomes this print.
        waiting = await prints.unclaimed(first.kind, first.number)
        if waiting is not None:
            waiting.claim(caller.account_id)
            prints.save(waiting)
            return waiting
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
    if len(papers) == 1 and first.file is not None:
        new.finish(first.file)
    else:
        tx.emit(RenderRequested(**_named(new)))
    prints.save(new)
    return new


async def render_ahead(paper: Paper, tx: Transaction) -> None:
    """Request a paper's rendering in advance, unless copies are rebuilt: it was done then."""
    if tx.rebuilding:
        return
    new = Print(
        print_id=str(uuid4()),
        kind=paper.kind,
        numbers=[paper.number],
        unit_id=paper.unit_id,
        agency_id=paper.agency_id,
        office_id=paper.office_id,
        created_at=tx.now,
    )
    tx.emit(RenderRequested(**_named(new)))
    PrintRepository(tx).save(new)


async def render_document(event: RenderRequested, job: Job) -> None:
    """Render what was requested, store and announce it."""
    async with job.transaction() as tx:
        papers = await PaperRepository(tx).get(event.kind, event.numbers)
        contents = [await _content(paper, tx) for paper in papers]
    pdf = await job.resources.child.run(RENDER_SECONDS, draw, *contents)
    name = f"{TITLES[event.kind]}-{event.numbers[0]}.pdf"
    key = f"{Prefix.PAPERS}/{event.kind}/{event.numbers[0]}/{digest_of(pdf)}.pdf"
    file = await job.resources.storage.put_file(key, pdf, name, PDF)
    async with job.finish() as tx:
        await tx.keep(file.key)
        prints = PrintRepository(tx)
        found = await prints.get(event.print_id, lock=True)
        found.finish(file)
        prints.save(found)
        kept = PaperRepository(tx)
        if len(event.numbers) == 1:
            await kept.keep_file(event.kind, event.numbers[0], file)
        tx.emit(DocumentRendered(**event.model_dump(), key=file.key, digest=file.digest))
        if found.printed_by is not None:
            await kept.count_print(event.kind, event.numbers)
            tx.emit(DocumentPrinted(**event.model_dump(), printed_by=found.printed_by))


async def give_up_rendering(event: RenderRequested, tx: Transaction) -> None:
    """End a print as failed: it may be requested again."""
    prints = PrintRepository(tx)
    found = await prints.get(event.print_id, lock=True)
    found.give_up()
    prints.save(found)


async def _content(paper: Paper, tx: Transaction) -> "PaperContent":
    """Return what stands on a paper; Conflict when the roster is not the one that was frozen."""
    if paper.kind is PaperKind.PAYMENT_NOTICE:
        approved = ApplicationApproved.model_validate(paper.content)
        receiving = await ReceivingAccounts(tx).of(paper.office_id)
        return PaymentNotice.of(approved, receiving.account)
    if paper.kind is PaperKind.RECEIPT:
        return ReceiptPaper.of(Receipt.model_validate(paper.content))
    issued = ConfirmationIssued.model_validate(paper.content)
    content = await tx.resources.storage.get(issued.roster_key)
    if digest_of(content) != issued.roster_digest:
        raise Conflict("roster_changed", "人员清单文件与确认书不符，请联系管理员。")
    roster = FrozenRoster.model_validate_json(content)
    receiving = await ReceivingAccounts(tx).of(paper.office_id)
    return ConfirmationPaper.of(issued, roster, receiving.office_name)


def _named(found: Print) -> dict[str, Any]:
    return {
        "print_id": found.print_id,
        "kind": found.kind,
        "numbers": tuple(found.numbers),
        "unit_id": found.unit_id,
        "agency_id": found.agency_id,
        "office_id": found.office_id,
    }
