"""Invoices, and the receipt that each becomes (docs/domain.md, Receipts)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from shared.contracts.invoicing import FundingSource, Receipt, ReceiptItem
from shared.errors import Invalid
from shared.values import LARGEST_AMOUNT, amount_in_words, credit_code, money_text

ITEM_CODE = "9930"
"""会费."""
LONGEST_TEXT, LONGEST_TITLE = 40, 100
"""Characters."""


class TaxNoKind(StrEnum):
    """统一社会信用代码证书, 其他."""

    CREDIT_CODE = "credit_code"
    OTHER = "other"


class InvoiceState(StrEnum):
    """A draft may change; a submitted one only be voided."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ISSUED = "issued"
    VOID = "void"


@dataclass(frozen=True)
class InvoiceLine:
    """Persons × average price per person of one plan; CNY."""

    plan_code: str
    plan_name: str
    persons: int
    unit_price: Decimal
    remark: str = ""

    @property
    def amount(self) -> Decimal:
        """Return persons × average price, CNY."""
        return self.persons * self.unit_price


@dataclass(frozen=True)
class Draft:
    """What the operator fills in; changeable until it is submitted."""

    lines: tuple[InvoiceLine, ...]
    funding_source: FundingSource
    title: str
    email: str
    tax_no_kind: TaxNoKind | None = None
    tax_no: str = ""
    other: str = ""

    @property
    def total(self) -> Decimal:
        """Return the sum of the lines, CNY."""
        return sum((line.amount for line in self.lines), Decimal("0.00"))


@dataclass(frozen=True)
class Numbers:
    """Code, number and check code of a receipt (docs/domain.md, Receipts)."""

    code: str
    number: str
    check_code: str


@dataclass(frozen=True)
class Invoice:
    """An invoice of a billing."""

    invoice_id: str
    draft: Draft
    state: InvoiceState = InvoiceState.DRAFT
    receipt: Receipt | None = None
    void_reason: str = ""
    voided_by: str | None = None
    """Account id; None on invoices from before it was recorded."""
    mailed_at: datetime | None = None
    """When its receipt was sent to `draft.email`."""

    @property
    def total(self) -> Decimal:
        """Return the sum of the lines, CNY."""
        return self.draft.total

    @property
    def counts(self) -> bool:
        """Return whether its lines reduce what remains to be invoiced."""
        return self.state is not InvoiceState.VOID


def validated(draft: Draft) -> Draft:
    """Return the draft with its tax number normalised; Invalid when a line or the number is wrong.

    A number without a kind must be a unified social credit code (GB 32100).
    """
    if not draft.lines:
        raise Invalid("lines_missing", "请至少选择一项保障活动。", field="lines")
    if len({line.plan_code for line in draft.lines}) < len(draft.lines):
        raise Invalid("plan_twice", "同一张票中每项保障活动只能出现一次。", field="lines")
    if any(line.persons < 1 or line.unit_price <= 0 for line in draft.lines):
        raise Invalid("line_not_positive", "人数和人均单价必须大于零，请修改。", field="lines")
    tax_no = draft.tax_no.strip()
    if not tax_no:
        return replace(draft, tax_no="")
    if draft.tax_no_kind is TaxNoKind.OTHER:
        return replace(draft, tax_no=tax_no)
    normalised = credit_code(tax_no)
    if normalised is None:
        raise Invalid(
            "tax_no_invalid", "统一社会信用代码不正确，请核对后重新填写，或留空。", field="tax_no"
        )
    return replace(draft, tax_no=normalised)


def receipt(draft: Draft, payee: str, on: date, numbers: Numbers | None = None) -> Receipt:
    """Return the receipt of a draft; without `numbers` it is a preview.

    Invalid when the total exceeds `LARGEST_AMOUNT`.
    """
    if draft.total > LARGEST_AMOUNT:
        raise Invalid(
            "amount_too_large",
            f"开票金额不能超过{money_text(LARGEST_AMOUNT)}元，请核对人数和人均单价后修改。",
            field="lines",
        )
    items = [
        ReceiptItem(
            code=ITEM_CODE,
            name=f"会费 {line.plan_name}",
            quantity=line.persons,
            standard=line.unit_price,
            amount=line.amount,
            remark=line.remark,
        )
        for line in draft.lines
    ]
    return Receipt(
        **(vars(numbers) if numbers else {}),
        payer=draft.title,
        payer_credit_code=draft.tax_no,
        issued_on=on,
        items=tuple(items),
        total=draft.total,
        total_in_words=amount_in_words(draft.total),
        other=draft.other,
        payee=payee,
    )
