"""Invoicing over HTTP."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, EmailStr, Field, StringConstraints

from services.invoicing import views
from services.invoicing.domain.billing import Billing, Payment, PaymentState
from services.invoicing.domain.invoices import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    Draft,
    Invoice,
    InvoiceLine,
    InvoiceState,
    TaxNoKind,
    receipt,
)
from services.invoicing.handlers import invoices, payments
from services.invoicing.repository import ReceiptBook
from shared.clock import OFFICE_ZONE
from shared.contracts.enrollment import ApprovedLine
from shared.contracts.invoicing import BillingEvent, FundingSource, Receipt
from shared.messaging.transaction import Transaction, sequence_of
from shared.values import ApplicationNo, Money
from shared.web import CommandOf

router = APIRouter(tags=["invoicing"])

ShortText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_TEXT)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class NewInvoiceLine(BaseModel):
    """Persons × average price per person of one plan."""

    plan: str
    persons: int = Field(ge=1)
    unit_price: Money = Field(gt=0)
    remark: ShortText = ""


class NewInvoice(BaseModel):
    """What the operator fills in; the channel is always transfer (转账)."""

    lines: list[NewInvoiceLine] = Field(max_length=30)
    funding_source: FundingSource
    title: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TITLE)
    ]
    tax_no_kind: TaxNoKind | None = None
    tax_no: ShortText = ""
    email: EmailStr
    other: ShortText = ""


class InvoiceAnswer(BaseModel):
    """An invoice."""

    invoice_id: str
    state: InvoiceState
    funding_source: FundingSource
    title: str
    tax_no_kind: TaxNoKind | None
    tax_no: str
    email: str
    other: str
    lines: list[NewInvoiceLine]
    total: Money
    receipt: Receipt | None
    void_reason: str


class BilledLine(ApprovedLine):
    """A line with what is not yet on an invoice."""

    remaining: Money


class PaymentAnswer(BaseModel):
    """A payment."""

    payment_id: str
    application_no: str
    amount: Money
    received_on: date
    confirmable_on: date
    confirmed_on: date = Field(description="Planned while received, then the day itself")
    state: PaymentState
    billing_sequence: int | None = None


class BillingAnswer(BaseModel):
    """A billing; CNY."""

    application_no: str
    unit_name: str
    lines: list[BilledLine]
    total_fee: Money
    subsidy: Money
    grant: Money
    from_union_funds: Money
    from_administrative_funds: Money
    payable: Money
    remaining: Money
    invoices: list[InvoiceAnswer]
    payments: list[PaymentAnswer]


class BillingPage(BaseModel):
    """A page of billings, newest first."""

    items: list[BillingAnswer]
    next: str | None = None


class NewPayment(BaseModel):
    """Money that arrived; `confirmed_on` absent: the first day possible, by itself."""

    application_no: ApplicationNo
    amount: Money = Field(ge=0)
    received_on: date
    confirmed_on: date | None = None


class Because(BaseModel):
    """Why something is taken back."""

    reason: Reason


def shown_invoice(invoice: Invoice) -> InvoiceAnswer:
    """Show an invoice."""
    draft = invoice.draft
    return InvoiceAnswer(
        invoice_id=invoice.invoice_id,
        state=invoice.state,
        lines=[
            NewInvoiceLine(
                plan=line.plan_code,
                persons=line.persons,
                unit_price=line.unit_price,
                remark=line.remark,
            )
            for line in draft.lines
        ],
        total=invoice.total,
        receipt=invoice.receipt,
        void_reason=invoice.void_reason,
        **{name: value for name, value in vars(draft).items() if name != "lines"},
    )


def shown_payment(number: str, payment: Payment, sequence: int | None = None) -> PaymentAnswer:
    """Show a payment."""
    return PaymentAnswer(
        payment_id=payment.payment_id,
        application_no=number,
        amount=payment.amount,
        received_on=payment.received_on,
        confirmable_on=payment.confirmable_on,
        confirmed_on=payment.confirm_on,
        state=payment.state,
        billing_sequence=sequence,
    )


def shown(billing: Billing) -> BillingAnswer:
    """Show a billing with its sums."""
    remaining = billing.remaining
    lines = [
        BilledLine(**line.model_dump(), remaining=remaining[line.plan_code])
        for line in billing.lines
    ]
    sums = {
        name: sum((getattr(line, name) for line in lines), Decimal("0.00"))
        for name in (
            "total_fee",
            "subsidy",
            "grant",
            "from_union_funds",
            "from_administrative_funds",
            "payable",
            "remaining",
        )
    }
    return BillingAnswer(
        application_no=billing.application_no,
        unit_name=billing.unit_name,
        lines=lines,
        invoices=[shown_invoice(invoice) for invoice in billing.invoices],
        payments=[shown_payment(billing.application_no, one) for one in billing.payments],
        **sums,
    )


async def drafted(body: NewInvoice, number: str, command: CommandOf, tx: Transaction) -> Draft:
    """Turn the input into a draft, with the plans' names as billed."""
    billing, _ = await views.billing(tx.session, command.caller, number)
    return Draft(
        lines=tuple(
            InvoiceLine(
                line.plan, billing.plan_name(line.plan), line.persons, line.unit_price, line.remark
            )
            for line in body.lines
        ),
        **body.model_dump(exclude={"lines"}),
    )


@router.get("/billings")
async def get_billings(
    command: CommandOf,
    cursor: ApplicationNo | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> BillingPage:
    """List what the caller may see, newest first."""
    async with command.transaction() as tx:
        found = await views.billings(tx.session, command.caller, cursor, limit + 1)
    items = [shown(billing) for billing in found[:limit]]
    return BillingPage(items=items, next=items[-1].application_no if len(found) > limit else None)


@router.get("/billings/{application_no}")
async def get_billing(
    application_no: ApplicationNo, command: CommandOf, response: Response
) -> BillingAnswer:
    """Show one."""
    async with command.transaction() as tx:
        billing, version = await views.billing(tx.session, command.caller, application_no)
    response.headers["ETag"] = f'"{version}"'
    return shown(billing)


@router.post("/billings/{application_no}/invoices", status_code=201, response_model=InvoiceAnswer)
async def post_invoice(
    application_no: ApplicationNo, body: NewInvoice, command: CommandOf
) -> Response:
    """Keep a draft."""

    async def act(tx: Transaction) -> InvoiceAnswer:
        draft = await drafted(body, application_no, command, tx)
        _, invoice = await invoices.add_invoice(application_no, draft, command.caller, tx)
        return shown_invoice(invoice)

    return await command.once(body, act)


@router.put("/billings/{application_no}/invoices/{invoice_id}")
async def put_invoice(
    application_no: ApplicationNo, invoice_id: str, body: NewInvoice, command: CommandOf
) -> InvoiceAnswer:
    """Replace a draft."""
    async with command.transaction() as tx:
        draft = await drafted(body, application_no, command, tx)
        _, invoice = await invoices.change_invoice(
            application_no, invoice_id, draft, command.caller, tx, command.if_match
        )
        return shown_invoice(invoice)


@router.delete("/billings/{application_no}/invoices/{invoice_id}", status_code=204)
async def delete_invoice(
    application_no: ApplicationNo, invoice_id: str, command: CommandOf
) -> None:
    """Drop a draft."""
    async with command.transaction() as tx:
        await invoices.delete_invoice(application_no, invoice_id, command.caller, tx)


@router.get("/billings/{application_no}/invoices/{invoice_id}/preview")
async def get_preview(
    application_no: ApplicationNo, invoice_id: str, command: CommandOf
) -> Receipt:
    """Show everything that will stand on the receipt, or stands on it."""
    async with command.transaction() as tx:
        billing, _ = await views.billing(tx.session, command.caller, application_no)
        invoice = billing.invoice(invoice_id)
        if invoice.receipt is not None:
            return invoice.receipt
        payee = await ReceiptBook(tx.session).payee(billing.office_id)
        return receipt(invoice.draft, payee, tx.now.astimezone(OFFICE_ZONE).date())


@router.post("/billings/{application_no}/submit")
async def post_submit(application_no: ApplicationNo, command: CommandOf) -> BillingAnswer:
    """Fix the drafts."""
    async with command.transaction() as tx:
        return shown(await invoices.submit_invoices(application_no, command.caller, tx))


@router.post("/billings/{application_no}/invoices/{invoice_id}/void")
async def post_void(
    application_no: ApplicationNo, invoice_id: str, body: Because, command: CommandOf
) -> BillingAnswer:
    """Take an invoice back."""
    async with command.transaction() as tx:
        return shown(
            await invoices.void_invoice(application_no, invoice_id, body.reason, command.caller, tx)
        )


async def _answered(tx: Transaction, billing: Billing, payment: Payment) -> PaymentAnswer:
    """Say how new the billing is now, so that the gateway can wait for those that hear of it."""
    await tx.write_outbox()
    sequence = await sequence_of(tx.session, BillingEvent.stream, billing.application_no)
    return shown_payment(billing.application_no, payment, sequence)


@router.post("/payments", status_code=201, response_model=PaymentAnswer)
async def post_payment(body: NewPayment, command: CommandOf) -> Response:
    """Enter money that arrived."""

    async def act(tx: Transaction) -> PaymentAnswer:
        billing, payment = await payments.receive_payment(
            body.application_no,
            body.amount,
            body.received_on,
            body.confirmed_on,
            command.caller,
            tx,
        )
        return await _answered(tx, billing, payment)

    return await command.once(body, act)


@router.post("/payments/{payment_id}/reversal")
async def post_reversal(payment_id: str, body: Because, command: CommandOf) -> PaymentAnswer:
    """Send back money that is not yet confirmed."""
    async with command.transaction() as tx:
        billing, payment = await payments.reverse_payment(
            payment_id, body.reason, command.caller, tx
        )
        return await _answered(tx, billing, payment)
