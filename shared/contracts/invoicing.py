"""What invoicing announces: billings, invoices, payments, all about one application's billing."""

from datetime import date
from enum import StrEnum
from typing import ClassVar

from shared.contracts.base import ApplicationBound, Contract
from shared.values import Money


class FundingSource(StrEnum):
    """Where a fee comes from: union (工会经费), administrative (行政经费), members (会员自付)."""

    UNION_FUNDS = "union_funds"
    ADMINISTRATIVE_FUNDS = "administrative_funds"
    MEMBER_PAID = "member_paid"


class ReceiptItem(Contract):
    """A line of an e-receipt."""

    code: str
    """Code of the item (项目编码): 9930, fee (会费)."""
    name: str
    """Name of the item (项目名称): fee and plan."""
    unit: str = "元"
    """Unit of the price (单位)."""
    quantity: int
    """Number of persons (数量)."""
    standard: Money
    """Average price per person (标准) in CNY, a string with two decimals."""
    amount: Money
    """`quantity` × `standard` (金额) in CNY, a string with two decimals."""
    remark: str = ""
    """Remark (备注), at most 40 characters."""


class Receipt(Contract):
    """Everything that stands on an e-receipt (财政电子票据); a preview has no numbers yet."""

    code: str = ""
    """Code of the receipt (票据代码), 8 digits."""
    number: str = ""
    """Number of the receipt (票据号码), 10 digits."""
    check_code: str = ""
    """Check code (校验码), 6 characters."""
    payer: str
    """Who paid (交款人): the title (抬头) that the unit gave, an organisation."""
    payer_credit_code: str = ""
    """Unified social credit code of the payer; empty when the unit gave none."""
    issued_on: date
    """Day of issue (开票日期)."""
    items: tuple[ReceiptItem, ...]
    """Lines of the receipt."""
    total: Money
    """Sum of the lines in CNY, a string with two decimals."""
    total_in_words: str
    """The sum in capital Chinese numerals (大写)."""
    other: str = ""
    """Other information (其他信息), at most 40 characters."""
    payee: str
    """Who was paid (收款单位): the office."""


class BillingEvent(ApplicationBound):
    """Something about the billing of one application; these share its sequence."""

    stream: ClassVar[str] = "invoicing.billing"


class BillingOpened(BillingEvent):
    """The unit owes `payable`."""

    topic: ClassVar[str] = "invoicing.billing.opened.v1"
    payable: Money
    """What the unit owes (单位应付金额) in CNY, a string with two decimals."""


class InvoicesSubmitted(BillingEvent):
    """The operator fixed how the whole payable is to be invoiced."""

    topic: ClassVar[str] = "invoicing.invoice.submitted.v1"
    invoice_ids: tuple[str, ...]
    """Ids of the invoices (开票申请) that together make up the payable."""


class InvoiceVoided(BillingEvent):
    """Finance voided an invoice; its amount is to be invoiced anew."""

    topic: ClassVar[str] = "invoicing.invoice.voided.v1"
    invoice_id: str
    """Id of the invoice (开票申请)."""
    reason: str
    """Why, in the words of finance."""


class InvoiceIssued(BillingEvent):
    """A receipt has its number: the whole receipt as data."""

    topic: ClassVar[str] = "invoicing.invoice.issued.v1"
    invoice_id: str
    """Id of the invoice (开票申请)."""
    receipt: Receipt
    """The whole e-receipt (财政电子票据)."""


class PaymentReceived(BillingEvent):
    """The money is there; it is confirmed on `confirmable_on` at the earliest."""

    topic: ClassVar[str] = "invoicing.payment.received.v1"
    payment_id: str
    """Id of the payment."""
    amount: Money
    """What arrived, in CNY, a string with two decimals."""
    received_on: date
    """Day on which the money arrived (到账日期)."""
    confirmable_on: date
    """First day on which it may be confirmed: from day 26 on, the first of the next month."""


class PaymentConfirmed(BillingEvent):
    """The payment is confirmed: by finance, or by itself when its day has come."""

    topic: ClassVar[str] = "invoicing.payment.confirmed.v1"
    payment_id: str
    """Id of the payment."""
    received_on: date
    """Day on which the money arrived (到账日期)."""
    confirmed_on: date
    """Day of the confirmation (确认日期)."""


class PaymentReversed(BillingEvent):
    """A payment that was not yet confirmed went back."""

    topic: ClassVar[str] = "invoicing.payment.reversed.v1"
    payment_id: str
    """Id of the payment."""
    reason: str
    """Why, in the words of finance."""
