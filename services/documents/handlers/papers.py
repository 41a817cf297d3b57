"""Papers, added when others announce them."""

from services.documents.domain.papers import confirmation_of, notice_of, receipt_of
from services.documents.handlers.rendering_ahead import render_ahead
from services.documents.repository.papers import PaperRepository
from shared.bus import Transaction
from shared.contracts.enrollment import (
    ApplicationApproved,
    ConfirmationArchived,
    ConfirmationIssued,
)
from shared.contracts.invoicing import InvoiceIssued


async def know_notice(event: ApplicationApproved, tx: Transaction) -> None:
    """Add the payment notice of an approved application, and request its rendering in advance."""
    paper = notice_of(event, tx.now)
    PaperRepository(tx).add(paper)
    render_ahead(paper, tx)


async def know_confirmation(event: ConfirmationIssued, tx: Transaction) -> None:
    """Add a confirmation, and request its rendering in advance."""
    paper = confirmation_of(event, tx.now)
    PaperRepository(tx).add(paper)
    render_ahead(paper, tx)


async def know_receipt(event: InvoiceIssued, tx: Transaction) -> None:
    """Add an e-receipt, and request its rendering so that it can be mailed."""
    paper = receipt_of(event, tx.now)
    PaperRepository(tx).add(paper)
    render_ahead(paper, tx)


async def note_archived(event: ConfirmationArchived, tx: Transaction) -> None:
    """Record that a confirmation is archived: it is not to be archived again."""
    await PaperRepository(tx).note_archived(event.confirmation_no)


async def restore_papers(tx: Transaction) -> None:
    """Restore print counts and rendered files of papers after a rebuild."""
    await PaperRepository(tx).restore()
