"""Invoices: drafted, submitted, voided, issued and mailed."""

from collections.abc import Collection

from services.invoicing.adapters.mail import send_receipt
from services.invoicing.domain.billings import Billing
from services.invoicing.domain.invoices import Draft, Invoice, receipt
from services.invoicing.repository.billings import BillingRepository
from services.invoicing.repository.receipt_books import ReceiptBook
from shared.bus import Job, Transaction
from shared.contracts.base import about
from shared.contracts.documents import DocumentRendered, PaperKind
from shared.contracts.invoicing import (
    InvoiceIssued,
    InvoicesSubmitted,
    InvoiceVoided,
    Receipt,
)
from shared.identity.caller import Caller
from shared.identity.permissions import Permission


async def _load_permitted(
    application_no: str, caller: Caller, tx: Transaction, permission: Permission
) -> tuple[BillingRepository, Billing]:
    caller.require(permission)
    billings = BillingRepository(tx)
    billing = await billings.get(application_no)
    caller.require_sight(billing.unit_id, billing.agency_id, billing.office_id)
    return billings, billing


async def add_invoice(
    application_no: str, draft: Draft, caller: Caller, tx: Transaction
) -> tuple[Billing, Invoice]:
    """Add a draft; Invalid when it exceeds what remains."""
    billings, billing = await _load_permitted(application_no, caller, tx, Permission.ENROLL)
    invoice = billing.add_invoice(await billings.next_invoice_id(application_no), draft)
    billings.save(billing)
    return billing, invoice


async def change_invoice(
    application_no: str,
    invoice_id: str,
    draft: Draft,
    caller: Caller,
    tx: Transaction,
    versions: Collection[str] | None,
) -> tuple[Billing, Invoice]:
    """Replace a draft; PreconditionFailed when the billing is at none of `versions`."""
    billings, billing = await _load_permitted(application_no, caller, tx, Permission.ENROLL)
    billings.require_version(billing, versions)
    invoice = billing.change_invoice(invoice_id, draft)
    billings.save(billing)
    return billing, invoice


async def delete_invoice(
    application_no: str, invoice_id: str, caller: Caller, tx: Transaction
) -> None:
    """Delete a draft."""
    billings, billing = await _load_permitted(application_no, caller, tx, Permission.ENROLL)
    billing.delete_invoice(invoice_id)
    billings.save(billing)


async def submit_invoices(application_no: str, caller: Caller, tx: Transaction) -> Billing:
    """Submit the drafts; issue their receipts if the payment is confirmed already."""
    billings, billing = await _load_permitted(application_no, caller, tx, Permission.ENROLL)
    submitted = billing.submit()
    tx.emit(
        InvoicesSubmitted(
            **about(billing), invoice_ids=tuple(invoice.invoice_id for invoice in submitted)
        )
    )
    await issue_receipts(billing, tx)
    billings.save(billing)
    return billing


async def void_invoice(
    application_no: str, invoice_id: str, reason: str, caller: Caller, tx: Transaction
) -> Billing:
    """Void an invoice, so that its amount can be invoiced again."""
    billings, billing = await _load_permitted(application_no, caller, tx, Permission.TAKE_PAYMENTS)
    billing.void(invoice_id, reason, caller.account_id)
    billings.save(billing)
    tx.emit(InvoiceVoided(**about(billing), invoice_id=invoice_id, reason=reason))
    return billing


async def preview_receipt(billing: Billing, draft: Draft, tx: Transaction) -> Receipt:
    """Return the receipt that would come of a draft today, without numbers."""
    payee = await ReceiptBook(tx).payee(billing.office_id)
    return receipt(draft, payee, tx.today)


async def issue_receipts(billing: Billing, tx: Transaction) -> None:
    """Issue the receipts that are due."""
    book = ReceiptBook(tx)
    for invoice in billing.issuable():
        issued = billing.issue(
            invoice,
            await book.payee(billing.office_id),
            tx.today,
            await book.next_numbers(billing.office_id, tx.today),
        )
        assert issued.receipt is not None
        tx.emit(
            InvoiceIssued(**about(billing), invoice_id=issued.invoice_id, receipt=issued.receipt)
        )


def is_receipt(event: DocumentRendered) -> bool:
    """Return whether what was rendered is to be mailed."""
    return event.kind is PaperKind.RECEIPT


async def mail_receipt(event: DocumentRendered, job: Job) -> None:
    """Mail a rendered receipt to the address on its invoice."""
    invoice_id = event.numbers[0]
    with job.reading() as tx:
        billing = await BillingRepository(tx).of_invoice(invoice_id, lock=False)
        invoice = billing.invoice(invoice_id)
    if invoice.mailed_at is None:
        # A crash before `mailed_at` is stored mails twice: a second copy harms less than none.
        content = await job.resources.storage.get(event.key)
        await send_receipt(job.resources.settings, invoice.draft.email, invoice_id, content)
    async with job.finish() as tx:
        billings = BillingRepository(tx)
        billing = await billings.of_invoice(invoice_id)
        billing.record_mailed(invoice_id, tx.now)
        billings.save(billing)
