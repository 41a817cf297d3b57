"""Papers: added, rendered, printed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from services.documents.adapters.drawing import draw
from services.documents.domain.confirmation import ConfirmationPaper
from services.documents.domain.payment_notice import PaymentNotice
from services.documents.domain.prints import PrintState
from services.documents.domain.receipt import ReceiptPaper
from services.documents.domain.wording import TITLES
from services.documents.repository import PaperRepository, PrintRepository, ReceivingAccounts
from services.documents.tables import PaperRow, PrintRow, ReceivingAccountRow
from shared.bus import Job, Transaction
from shared.contracts.base import ApplicationBound, about
from shared.contracts.documents import (
    DocumentPrinted,
    DocumentRendered,
    PaperKind,
    RenderRequested,
)
from shared.contracts.enrollment import (
    ApplicationApproved,
    ConfirmationArchived,
    ConfirmationIssued,
)
from shared.contracts.files import Prefix, StoredFile
from shared.contracts.invoicing import InvoiceIssued, Receipt
from shared.contracts.roster import FrozenRoster
from shared.errors import Conflict
from shared.identity.caller import Caller
from shared.identity.permissions import Permission
from shared.runtime.resources import Resources
from shared.runtime.storage import digest_of

if TYPE_CHECKING:
    from services.documents.adapters.renderer import Paper

RENDER_SECONDS = 300.0
PDF = "application/pdf"


async def know_notice(event: ApplicationApproved, tx: Transaction) -> None:
    """Add the payment notice of an approved application."""
    PaperRepository(tx.session).add(
        PaperRow(
            **about(event),
            kind=PaperKind.PAYMENT_NOTICE,
            number=event.application_no,
            unit_name=event.unit_name,
            agency_name=event.agency_name,
            business=event.kind,
            plan_names=[line.plan_name for line in event.lines],
            amount=event.payable,
            entered_on=event.entered_on,
            known_at=tx.now,
            print_count=0,
            content=event.model_dump(mode="json"),
        )
    )


async def know_confirmation(event: ConfirmationIssued, tx: Transaction) -> None:
    """Add a confirmation, and request its rendering in advance."""
    PaperRepository(tx.session).add(
        PaperRow(
            **about(event),
            kind=PaperKind.CONFIRMATION,
            number=event.confirmation_no,
            unit_name=event.unit_name,
            agency_name=event.agency_name,
            business=event.kind,
            plan_names=[line.plan_name for line in event.lines],
            amount=event.total_fee,
            effective_on=event.effective_on,
            confirmed_on=event.confirmed_on,
            known_at=tx.now,
            print_count=0,
            content=event.model_dump(mode="json"),
        )
    )
    _render_ahead(PaperKind.CONFIRMATION, event.confirmation_no, event, tx)


async def note_archived(event: ConfirmationArchived, tx: Transaction) -> None:
    """Record that a confirmation is archived: it is not to be archived again."""
    await PaperRepository(tx.session).note_archived(event.confirmation_no)


async def know_receipt(event: InvoiceIssued, tx: Transaction) -> None:
    """Add an e-receipt, and request its rendering so that it can be mailed."""
    PaperRepository(tx.session).add(
        PaperRow(
            **about(event),
            kind=PaperKind.RECEIPT,
            number=event.invoice_id,
            unit_name=event.receipt.payer,
            agency_name="",
            business="",
            plan_names=[item.name for item in event.receipt.items],
            amount=event.receipt.total,
            known_at=tx.now,
            print_count=0,
            content=event.receipt.model_dump(mode="json"),
        )
    )
    _render_ahead(PaperKind.RECEIPT, event.invoice_id, event, tx)


def _render_ahead(kind: PaperKind, number: str, event: ApplicationBound, tx: Transaction) -> None:
    """Request a paper's rendering in advance, unless copies are rebuilt: it was done then."""
    if not tx.rebuilding:
        _ask(kind, [number], event, None, tx)


def _ask(
    kind: PaperKind,
    numbers: Sequence[str],
    whose: Any,  # noqa: ANN401 - an event, a paper or a caller: whatever has the three ids
    printed_by: str | None,
    tx: Transaction,
) -> PrintRow:
    row = PrintRow(
        print_id=str(uuid4()),
        kind=kind,
        numbers=list(numbers),
        printed_by=printed_by,
        unit_id=whose.unit_id,
        agency_id=whose.agency_id,
        office_id=whose.office_id,
        state=PrintState.PENDING,
        created_at=tx.now,
    )
    PrintRepository(tx.session).add(row)
    tx.emit(RenderRequested(**_named(row)))
    return row


def _named(row: PrintRow) -> dict[str, Any]:
    return {
        "print_id": row.print_id,
        "kind": PaperKind(row.kind),
        "numbers": tuple(row.numbers),
        "unit_id": row.unit_id,
        "agency_id": row.agency_id,
        "office_id": row.office_id,
    }


async def print_papers(
    kind: PaperKind, numbers: Sequence[str], caller: Caller, tx: Transaction
) -> PrintRow:
    """Print papers into one PDF: at once if it is rendered, else by a worker; count it once."""
    caller.require(Permission.PRINT)
    numbers = list(dict.fromkeys(numbers))
    papers = PaperRepository(tx.session)
    rows = await papers.get(kind, numbers)
    for row in rows:
        caller.require_sight(row.unit_id, row.agency_id, row.office_id)
    print_row = await _ask_or_reuse(kind, rows, caller, tx)
    if print_row.state == PrintState.DONE:
        await papers.count_print(kind, numbers)
        tx.emit(DocumentPrinted(**_named(print_row), printed_by=caller.account_id))
    return print_row


async def _ask_or_reuse(
    kind: PaperKind, rows: Sequence[PaperRow], caller: Caller, tx: Transaction
) -> PrintRow:
    if len(rows) == 1:
        # A rendering in advance that is under way becomes this print.
        waiting = await PrintRepository(tx.session).unclaimed(kind, rows[0].number)
        if waiting is not None:
            waiting.printed_by = caller.account_id
            return waiting
    if len(rows) > 1 or rows[0].file is None:
        return _ask(kind, [row.number for row in rows], caller, caller.account_id, tx)
    ready = PrintRow(
        print_id=str(uuid4()),
        kind=kind,
        numbers=[rows[0].number],
        printed_by=caller.account_id,
        unit_id=caller.unit_id,
        agency_id=caller.agency_id,
        office_id=caller.office_id,
        state=PrintState.DONE,
        file=rows[0].file,
        created_at=tx.now,
    )
    PrintRepository(tx.session).add(ready)
    return ready


async def render_document(event: RenderRequested, job: Job) -> None:
    """Render what was requested, store and announce it."""
    async with job.transaction() as tx:
        rows = await PaperRepository(tx.session).get(event.kind, event.numbers)
        accounts = ReceivingAccounts(tx.session)
        drawn = [await _paper(row, accounts, job) for row in rows]
    content = await job.resources.child.run(RENDER_SECONDS, draw, *drawn)
    name = f"{TITLES[event.kind]}-{event.numbers[0]}.pdf"
    key = f"{Prefix.PAPERS}/{event.kind}/{event.numbers[0]}/{digest_of(content)}.pdf"
    file = await job.resources.storage.put_file(key, content, name, PDF)
    async with job.finish() as tx:
        await tx.keep(file.key)
        row = await PrintRepository(tx.session).get(event.print_id, lock=True)
        row.state, row.file = PrintState.DONE, file.model_dump(mode="json")
        papers = PaperRepository(tx.session)
        if len(event.numbers) == 1:
            await papers.keep_file(event.kind, event.numbers[0], file)
        tx.emit(DocumentRendered(**event.model_dump(), key=file.key, digest=file.digest))
        if row.printed_by is not None:
            await papers.count_print(event.kind, event.numbers)
            tx.emit(DocumentPrinted(**event.model_dump(), printed_by=row.printed_by))


async def give_up_rendering(event: RenderRequested, tx: Transaction) -> None:
    """End a print as failed: it may be requested again."""
    row = await PrintRepository(tx.session).get(event.print_id, lock=True)
    row.state = PrintState.FAILED


async def _paper(row: PaperRow, accounts: ReceivingAccounts, job: Job) -> "Paper":
    if row.kind == PaperKind.PAYMENT_NOTICE:
        approved = ApplicationApproved.model_validate(row.content)
        return PaymentNotice.of(approved, await accounts.of(row.office_id))
    if row.kind == PaperKind.RECEIPT:
        return ReceiptPaper.of(Receipt.model_validate(row.content))
    issued = ConfirmationIssued.model_validate(row.content)
    content = await job.resources.storage.get(issued.roster_key)
    if digest_of(content) != issued.roster_digest:
        raise Conflict("roster_changed", "人员清单文件与确认书不符，请联系管理员。")
    roster = FrozenRoster.model_validate_json(content)
    return ConfirmationPaper.of(issued, roster, await accounts.office_name(row.office_id))


async def draw_receipt(receipt: Receipt, resources: Resources) -> StoredFile:
    """Render the preview of a receipt; the caller was checked by invoicing."""
    content = await resources.child.run(RENDER_SECONDS, draw, ReceiptPaper.of(receipt))
    key = f"{Prefix.PREVIEWS}/{digest_of(content)}.pdf"
    return await resources.storage.put_file(key, content, "票据预览.pdf", PDF)


async def restore_papers(tx: Transaction) -> None:
    """Restore print counts and rendered files of papers after a rebuild."""
    await PaperRepository(tx.session).restore()


async def load_receiving_accounts(data: dict[str, Any], tx: Transaction) -> None:
    """Create and update receiving accounts as in a seed file; safe to repeat."""
    for account in data.get("receiving_accounts", []):
        await ReceivingAccounts(tx.session).put(ReceivingAccountRow(**account))
