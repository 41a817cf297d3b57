"""What invoicing announces: billings, invoices, payments, all about one application's billing."""

from datetime import date
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from shared.contracts.base import ApplicationBound, Contract
from shared.values import Money


class FundingSource(StrEnum):
    """Where the unit takes the fee from: 工会经费, 行政经费, 会员自付."""

    UNION_FUNDS = "union_funds"
    ADMINISTRATIVE_FUNDS = "administrative_funds"
    MEMBER_PAID = "member_paid"


class ReceiptItem(Contract):
    """A line of an e-receipt."""

    code: str = Field(description="Item code, 9930 会费")
    name: str
    unit: str = "元"
    quantity: int
    standard: Money = Field(description="Average price per person")
    amount: Money
    remark: str = ""


class Receipt(Contract):
    """Everything that stands on an e-receipt (财政电子票据); a preview has no numbers yet."""

    code: str = Field("", description="票据代码, 8 digits")
    number: str = Field("", description="票据号码, 10 digits")
    check_code: str = Field("", description="校验码, 6 characters")
    payer: str
    payer_credit_code: str = Field("", description="Empty when the unit gave none")
    issued_on: date
    items: tuple[ReceiptItem, ...]
    total: Money
    total_in_words: str
    other: str = Field("", description="其他信息, at most 40 characters")
    payee: str


class BillingEvent(ApplicationBound):
    """Something about the billing of one application; these share its sequence."""

    stream: ClassVar[str] = "invoicing.billing"


class BillingOpened(BillingEvent):
    """The unit owes `payable`."""

    topic: ClassVar[str] = "invoicing.billing.opened.v1"
    payable: Money


class InvoicesSubmitted(BillingEvent):
    """The operator fixed how the whole payable is to be invoiced."""

    topic: ClassVar[str] = "invoicing.invoice.submitted.v1"
    invoice_ids: tuple[str, ...]


class InvoiceVoided(BillingEvent):
    """Finance voided an invoice; its amount is to be invoiced anew."""

    topic: ClassVar[str] = "invoicing.invoice.voided.v1"
    invoice_id: str
    reason: str


class InvoiceIssued(BillingEvent):
    """A receipt has its number: the whole receipt as data."""

    topic: ClassVar[str] = "invoicing.invoice.issued.v1"
    invoice_id: str
    receipt: Receipt


class PaymentReceived(BillingEvent):
    """The money is there; it is confirmed on `confirmable_on` at the earliest."""

    topic: ClassVar[str] = "invoicing.payment.received.v1"
    payment_id: str
    amount: Money
    received_on: date
    confirmable_on: date


class PaymentConfirmed(BillingEvent):
    """Finance confirmed the payment."""

    topic: ClassVar[str] = "invoicing.payment.confirmed.v1"
    payment_id: str
    received_on: date
    confirmed_on: date


class PaymentReversed(BillingEvent):
    """A payment that was not yet confirmed went back."""

    topic: ClassVar[str] = "invoicing.payment.reversed.v1"
    payment_id: str
    reason: str
