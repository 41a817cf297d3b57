"""Billings and their invoices: HTTP endpoints."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.invoicing import views
from services.invoicing.api.schemas import (
    BillingAnswer,
    BillingCounts,
    BillingPage,
    InvoiceAnswer,
    NewInvoice,
    NewInvoiceLine,
    Reason,
    SketchedInvoice,
    SketchedLine,
    billing_answer,
    invoice_answer,
)
from services.invoicing.domain.billings import Billing, MoneyStanding
from services.invoicing.domain.invoices import Draft, InvoiceLine
from services.invoicing.handlers import invoices
from shared.bus import Transaction
from shared.contracts.invoicing import FundingSource, Receipt
from shared.http.commands import Command, CommandOf, CreationOf, RevisionOf, etag
from shared.http.searching import SearchOf, counted
from shared.values import ApplicationNo

router = APIRouter(tags=["invoicing"])


async def _drafted(body: NewInvoice, number: str, command: Command, tx: Transaction) -> Draft:
    """Return the draft of an input, with the plans' names as billed."""
    billing, _ = await views.billing(tx, command.caller, number)
    return Draft(lines=_lines(body.lines, billing), **body.model_dump(exclude={"lines"}))


def _lines(
    lines: Sequence[NewInvoiceLine | SketchedLine], billing: Billing
) -> tuple[InvoiceLine, ...]:
    return tuple(
        billing.invoice_line(line.plan, line.persons, line.unit_price, line.remark)
        for line in lines
    )


@router.get("/billings")
async def get_billings(
    command: CommandOf,
    search: SearchOf,
    *,
    standing: Annotated[list[MoneyStanding] | None, Query()] = None,
    awaits_reissue: bool = False,
    cursor: ApplicationNo | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> BillingPage:
    """Search the billings that the account may see, newest first.

    Those from before kind and day of entry were noted are not found by them.
    """
    matching = views.search_query(
        command.caller, search, standing or (), awaits_reissue=awaits_reissue
    )
    async with command.transaction() as tx:
        billings = await views.billings(tx, matching, cursor, limit + 1)
        total = await counted(tx.session, matching, len(billings), limit, cursor)
    items = [billing_answer(billing, command.caller) for billing in billings[:limit]]
    following = items[-1].application_no if len(billings) > limit else None
    return BillingPage(items=items, next=following, **dict(total))


@router.get("/billing-counts")
async def get_billing_counts(command: CommandOf) -> BillingCounts:
    """Count the billings that wait for the unit."""
    async with command.transaction() as tx:
        return BillingCounts(awaits_reissue=await views.count_awaiting_reissue(tx, command.caller))


@router.get("/billings/{application_no}")
async def get_billing(
    application_no: ApplicationNo, command: CommandOf, response: Response
) -> BillingAnswer:
    """Show a billing with its invoices and payments."""
    async with command.transaction() as tx:
        billing, version = await views.billing(tx, command.caller, application_no)
    response.headers["ETag"] = etag(version)
    return billing_answer(billing, command.caller)


@router.post("/billings/{application_no}/invoices", status_code=201)
async def post_invoice(
    application_no: ApplicationNo, body: NewInvoice, command: CreationOf
) -> InvoiceAnswer:
    """Draft an invoice within what remains."""

    async def act(tx: Transaction) -> InvoiceAnswer:
        draft = await _drafted(body, application_no, command, tx)
        _, invoice = await invoices.add_invoice(application_no, draft, command.caller, tx)
        return invoice_answer(invoice)

    return await command.once(body, InvoiceAnswer, act)


@router.post("/billings/{application_no}/preview")
async def preview_invoice(
    application_no: ApplicationNo, body: SketchedInvoice, command: CommandOf
) -> Receipt:
    """Show the receipt that comes of what is filled in so far; nothing is kept or refused."""
    async with command.transaction() as tx:
        billing, _ = await views.billing(tx, command.caller, application_no)
        sketch = Draft(
            lines=_lines(body.lines, billing),
            funding_source=FundingSource.UNION_FUNDS,
            title=body.title,
            email="",
            tax_no=body.tax_no,
            other=body.other,
        )
        return await invoices.preview_receipt(billing, sketch, tx)


@router.put("/billings/{application_no}/invoices/{invoice_id}")
async def put_invoice(
    application_no: ApplicationNo, invoice_id: str, body: NewInvoice, command: RevisionOf
) -> InvoiceAnswer:
    """Replace a draft of an invoice."""
    async with command.transaction() as tx:
        draft = await _drafted(body, application_no, command, tx)
        _, invoice = await invoices.change_invoice(
            application_no, invoice_id, draft, command.caller, tx, command.versions
        )
        return invoice_answer(invoice)


@router.delete("/billings/{application_no}/invoices/{invoice_id}", status_code=204)
async def delete_invoice(
    application_no: ApplicationNo, invoice_id: str, command: CommandOf
) -> None:
    """Delete a draft of an invoice."""
    async with command.transaction() as tx:
        await invoices.delete_invoice(application_no, invoice_id, command.caller, tx)


@router.get("/billings/{application_no}/invoices/{invoice_id}/preview")
async def get_invoice_preview(
    application_no: ApplicationNo, invoice_id: str, command: CommandOf
) -> Receipt:
    """Show everything that will stand on the receipt, or stands on it."""
    async with command.transaction() as tx:
        billing, _ = await views.billing(tx, command.caller, application_no)
        invoice = billing.invoice(invoice_id)
        return invoice.receipt or await invoices.preview_receipt(billing, invoice.draft, tx)


@router.post("/billings/{application_no}/submit")
async def submit_invoices(application_no: ApplicationNo, command: CommandOf) -> BillingAnswer:
    """Submit the drafts; every line's remaining must be 0.00."""
    async with command.transaction() as tx:
        billing = await invoices.submit_invoices(application_no, command.caller, tx)
    return billing_answer(billing, command.caller)


@router.post("/billings/{application_no}/invoices/{invoice_id}/void")
async def void_invoice(
    application_no: ApplicationNo, invoice_id: str, body: Reason, command: CommandOf
) -> BillingAnswer:
    """Void a submitted or issued invoice, so that it can be issued anew."""
    async with command.transaction() as tx:
        billing = await invoices.void_invoice(
            application_no, invoice_id, body.reason, command.caller, tx
        )
    return billing_answer(billing, command.caller)
