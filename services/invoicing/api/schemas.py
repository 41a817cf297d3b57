"""Schemas of invoicing's requests and responses."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, EmailStr, Field, StringConstraints

from services.invoicing.domain.actions import next_actions
from services.invoicing.domain.billings import Billing, MoneyStanding
from services.invoicing.domain.invoices import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    Invoice,
    InvoiceState,
    TaxNoKind,
)
from services.invoicing.domain.payments import LONGEST_REASON, Payment, PaymentState
from shared.contracts.actions import NextAction
from shared.contracts.enrollment import ApprovedLine, Kind
from shared.contracts.invoicing import FundingSource, Receipt
from shared.http.searching import Counted
from shared.identity.caller import Caller
from shared.values import MOST_PERSONS, ApplicationNo, Day, Money, Trimmed, Whole

PlanCode = Annotated[str, StringConstraints(max_length=40)]
ShortText = Annotated[str, StringConstraints(max_length=LONGEST_TEXT), Trimmed]
ReasonText = Annotated[str, StringConstraints(min_length=1, max_length=500), Trimmed]


class NewInvoiceLine(BaseModel):
    """Persons × average price per person of one plan."""

    plan: PlanCode
    persons: Whole = Field(ge=1, le=MOST_PERSONS)
    unit_price: Money = Field(gt=0)
    remark: ShortText = ""


class NewInvoice(BaseModel):
    """What the operator fills in; the channel is always transfer (转账)."""

    lines: list[NewInvoiceLine] = Field(max_length=30)
    funding_source: FundingSource
    title: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TITLE), Trimmed]
    tax_no_kind: TaxNoKind | None = None
    tax_no: ShortText = ""
    email: EmailStr
    other: ShortText = ""


class SketchedLine(BaseModel):
    """A line that is still being filled in."""

    plan: PlanCode
    persons: Whole = Field(0, ge=0, le=MOST_PERSONS)
    unit_price: Money = Field(Decimal("0.00"), ge=0)
    remark: ShortText = ""


class SketchedInvoice(BaseModel):
    """An invoice that is still being filled in: anything may be missing."""

    lines: list[SketchedLine] = Field(default=[], max_length=30)
    title: Annotated[str, StringConstraints(max_length=LONGEST_TITLE), Trimmed] = ""
    tax_no: ShortText = ""
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
    voided_by: str | None = Field(None, description="Account id, where it was noted")
    mailed_at: datetime | None = Field(
        description="When its receipt was sent to `email`; null: not yet, or not issued"
    )


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
    reason: str = Field(description="Why it counts although it came before the day of entry")
    entered_by: str | None = Field(None, description="Account id, where it was noted")
    reversed_by: str | None = Field(None, description="Account id, where it was noted")
    reversal_reason: str | None = None
    billing_sequence: int | None = None


class ExpectedPayment(BaseModel):
    """What entering a payment would do."""

    amount: Money
    received_on: date
    confirmable_on: date
    confirmed_on: date = Field(description="Given, or the first day possible from today on")
    confirmed_at_once: bool = Field(description="Whether that day is here: then it stands")


class BillingAnswer(BaseModel):
    """A billing; CNY. One from before kind and day of entry were noted has neither."""

    application_no: str
    unit_name: str
    kind: Kind | None
    entered_on: date | None = Field(description="Day of entry; absent in old billings")
    lines: list[BilledLine]
    total_fee: Money
    subsidy: Money
    grant: Money
    from_union_funds: Money
    from_administrative_funds: Money
    payable: Money
    remaining: Money
    standing: MoneyStanding
    awaits_reissue: bool = Field(description="An invoice was voided and not submitted anew")
    invoices: list[InvoiceAnswer]
    payments: list[PaymentAnswer]
    next_actions: list[NextAction] = Field(description="What the account may do next with it")


class BillingPage(Counted):
    """A page of billings, newest first; pass `next` as `cursor`."""

    items: list[BillingAnswer]
    next: str | None


class NewPayment(BaseModel):
    """Money that arrived; `confirmed_on` absent: the first day possible, by itself."""

    application_no: ApplicationNo
    amount: Money = Field(ge=0)
    received_on: Day
    confirmed_on: Day | None = Field(None, description="At most 62 days ahead")
    reason: Annotated[str, StringConstraints(max_length=LONGEST_REASON), Trimmed] = Field(
        "", description="Needed when it came before the day of entry: cover begins there"
    )


class BillingCounts(BaseModel):
    """How many billings wait for the unit."""

    awaits_reissue: int = Field(description="An invoice was voided and not submitted anew")


class Reason(BaseModel):
    """Why something is taken back."""

    reason: ReasonText


def invoice_answer(invoice: Invoice) -> InvoiceAnswer:
    """Return the response for an invoice."""
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
        voided_by=invoice.voided_by,
        mailed_at=invoice.mailed_at,
        **{name: value for name, value in vars(draft).items() if name != "lines"},
    )


def payment_answer(number: str, payment: Payment, sequence: int | None = None) -> PaymentAnswer:
    """Return the response for a payment; `sequence` is the billing's."""
    return PaymentAnswer(
        payment_id=payment.payment_id,
        application_no=number,
        amount=payment.amount,
        received_on=payment.received_on,
        confirmable_on=payment.confirmable_on,
        confirmed_on=payment.confirm_on,
        state=payment.state,
        reason=payment.reason,
        entered_by=payment.entered_by,
        reversed_by=payment.reversed_by,
        reversal_reason=payment.reversal_reason,
        billing_sequence=sequence,
    )


def billing_answer(billing: Billing, caller: Caller) -> BillingAnswer:
    """Return the response for a billing with its sums, to whoever asks."""
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
        kind=billing.kind,
        entered_on=billing.entered_on,
        lines=lines,
        standing=billing.standing,
        awaits_reissue=billing.awaits_reissue,
        invoices=[invoice_answer(invoice) for invoice in billing.invoices],
        payments=[payment_answer(billing.application_no, one) for one in billing.payments],
        next_actions=next_actions(billing, caller),
        **sums,
    )
