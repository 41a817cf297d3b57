"""A billing: what a unit owes, its invoices, its payments."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from services.invoicing.domain.days import confirmable_on
from services.invoicing.domain.invoices import (
    Draft,
    Invoice,
    InvoiceLine,
    InvoiceState,
    Numbers,
    receipt,
    validated,
)
from services.invoicing.domain.payments import (
    EARLIEST,
    FARTHEST_CONFIRMATION,
    Payment,
    PaymentState,
    Remittance,
)
from shared.contracts.enrollment import ApprovedLine, Kind
from shared.errors import Conflict, Invalid, NotFound
from shared.values import money_text

ZERO = Decimal("0.00")


class MoneyStanding(StrEnum):
    """How far the money of a billing is."""

    AWAITED = "awaited"
    RECEIVED = "received"
    CONFIRMED = "confirmed"


@dataclass
class Billing:
    """What the unit owes for one approved application, CNY, with its invoices and payments.

    `kind` and `entered_on` are None on billings from before they were recorded.
    """

    application_no: str
    unit_id: str
    unit_name: str
    agency_id: str
    office_id: str
    lines: list[ApprovedLine]
    invoices: list[Invoice] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    kind: Kind | None = None
    entered_on: date | None = None

    @property
    def payable(self) -> Decimal:
        """Return what the unit owes, CNY."""
        return sum((line.payable for line in self.lines), ZERO)

    @property
    def remaining(self) -> dict[str, Decimal]:
        """Return what is not yet on an invoice, CNY by plan code."""
        left = {line.plan_code: line.payable for line in self.lines}
        for invoice in self.invoices:
            if invoice.counts:
                for line in invoice.draft.lines:
                    left[line.plan_code] -= line.amount
        return left

    @property
    def payment(self) -> Payment | None:
        """Return the payment that is not reversed, if any."""
        return next((one for one in self.payments if one.state is not PaymentState.REVERSED), None)

    @property
    def standing(self) -> MoneyStanding:
        """Return how far the payment is; a reversed one is awaited again."""
        return MoneyStanding(self.payment.state) if self.payment else MoneyStanding.AWAITED

    @property
    def confirmed(self) -> bool:
        """Return whether the payment is confirmed."""
        return self.standing is MoneyStanding.CONFIRMED

    @property
    def awaits_invoices(self) -> bool:
        """Return whether some of what the unit owes is not yet on a submitted invoice."""
        drafted = any(one.state is InvoiceState.DRAFT for one in self.invoices)
        return drafted or any(left > ZERO for left in self.remaining.values())

    @property
    def awaits_reissue(self) -> bool:
        """Return whether an invoice was voided and its amount is not yet submitted again."""
        voided = any(one.state is InvoiceState.VOID for one in self.invoices)
        return voided and self.awaits_invoices

    def invoice(self, invoice_id: str) -> Invoice:
        """Return an invoice; NotFound when there is none."""
        for invoice in self.invoices:
            if invoice.invoice_id == invoice_id:
                return invoice
        raise NotFound

    def plan_name(self, plan_code: str) -> str:
        """Return a plan's name; Invalid when it is not billed here."""
        for line in self.lines:
            if line.plan_code == plan_code:
                return line.plan_name
        raise Invalid("plan_not_billed", "该保障活动不在本申请中，请重新选择。", field="lines")

    def invoice_line(
        self, plan_code: str, persons: int, unit_price: Decimal, remark: str
    ) -> InvoiceLine:
        """Return a line of an invoice; Invalid when the plan is not billed here."""
        return InvoiceLine(plan_code, self.plan_name(plan_code), persons, unit_price, remark)

    def add_invoice(self, invoice_id: str, draft: Draft) -> Invoice:
        """Add a draft; Invalid when it exceeds the persons or the amount that remain."""
        invoice = Invoice(invoice_id, validated(draft))
        self._set_invoices([*self.invoices, invoice])
        return invoice

    def change_invoice(self, invoice_id: str, draft: Draft) -> Invoice:
        """Replace a draft; Conflict unless it is one, Invalid as in `add_invoice`."""
        changed = replace(self._draft(invoice_id), draft=validated(draft))
        self._set_invoices(
            [changed if one.invoice_id == invoice_id else one for one in self.invoices]
        )
        return changed

    def delete_invoice(self, invoice_id: str) -> None:
        """Delete a draft; Conflict unless it is one."""
        self._draft(invoice_id)
        self.invoices = [one for one in self.invoices if one.invoice_id != invoice_id]

    def submit(self) -> list[Invoice]:
        """Submit all drafts and return them; Conflict unless each line's remaining is 0.00."""
        for line in self.lines:
            left = self.remaining[line.plan_code]
            if left != ZERO:
                raise Conflict(
                    "remaining_not_zero",
                    f"{line.plan_name}剩余开票金额为{money_text(left)}元，须为0.00元才能提交。",
                )
        drafts = [one for one in self.invoices if one.state is InvoiceState.DRAFT]
        if not drafts:
            raise Conflict("nothing_to_submit", "没有待提交的开票信息。")
        submitted = [replace(one, state=InvoiceState.SUBMITTED) for one in drafts]
        self._replace_invoices(submitted)
        return submitted

    def void(self, invoice_id: str, reason: str, by: str) -> None:
        """Void a submitted or issued invoice; its amount remains to be invoiced again."""
        invoice = self.invoice(invoice_id)
        if invoice.state not in (InvoiceState.SUBMITTED, InvoiceState.ISSUED):
            raise Conflict("wrong_state", "只有已提交的开票信息才能作废。")
        if not reason.strip():
            raise Invalid("reason_missing", "作废时请填写原因。", field="reason")
        self._replace_invoices(
            [replace(invoice, state=InvoiceState.VOID, void_reason=reason, voided_by=by)]
        )

    def issuable(self) -> list[Invoice]:
        """Return the invoices whose receipts are due: submitted, and the payment is confirmed."""
        if not self.confirmed:
            return []
        return [one for one in self.invoices if one.state is InvoiceState.SUBMITTED]

    def issue(self, invoice: Invoice, payee: str, on: date, numbers: Numbers) -> Invoice:
        """Issue the receipt of an invoice; returns the issued invoice."""
        written = receipt(invoice.draft, payee, on, numbers)
        issued = replace(invoice, state=InvoiceState.ISSUED, receipt=written)
        self._replace_invoices([issued])
        return issued

    def record_mailed(self, invoice_id: str, at: datetime) -> None:
        """Record when an invoice's receipt was first mailed."""
        invoice = self.invoice(invoice_id)
        if invoice.mailed_at is None:
            self._replace_invoices([replace(invoice, mailed_at=at)])

    def receive(
        self, payment_id: str, remittance: Remittance, today: date, by: str | None = None
    ) -> Payment:
        """Record money that arrived, checked as by `payment_from`; `by` is an account id."""
        payment = replace(self.payment_from(payment_id, remittance, today), entered_by=by)
        self.payments.append(payment)
        return payment

    def payment_from(self, payment_id: str, remittance: Remittance, today: date) -> Payment:
        """Return the payment that `receive` would record, without recording it.

        Conflict when there is one already; Invalid when amount or days are not allowed, or when
        money from before the day of entry has no reason (docs/domain.md, The ten steps, 9).
        """
        received_on, confirm_on = remittance.received_on, remittance.confirm_on
        if self.payment is not None:
            raise Conflict("already_paid", "该申请已登记到账，请勿重复登记。")
        if received_on < EARLIEST:
            raise Invalid("received_too_early", "到账日期不正确，请核对年份。", field="received_on")
        if received_on > today:
            raise Invalid("received_in_future", "到账日期不能晚于今天。", field="received_on")
        before_entry = self.entered_on is not None and received_on < self.entered_on
        if before_entry and not remittance.reason:
            raise Invalid(
                "reason_missing",
                f"到账日期早于参保录入日期（{self.entered_on}），保障将从到账日期起生效，"
                "请核对日期；确实如此的，请填写原因。",
                field="reason",
            )
        if remittance.amount != self.payable:
            raise Invalid(
                "amount_differs",
                f"到账金额与应付金额{money_text(self.payable)}元不一致，请核对后再登记。",
                field="amount",
            )
        first = confirmable_on(received_on)
        if confirm_on is not None and confirm_on < first:
            raise Invalid(
                "confirmed_too_early",
                f"确认日期不能早于{first.isoformat()}（26日及以后到账的次月初确认）。",
                field="confirmed_on",
            )
        if confirm_on is not None and confirm_on > today + FARTHEST_CONFIRMATION:
            raise Invalid(
                "confirmed_too_late",
                f"确认日期不能晚于{(today + FARTHEST_CONFIRMATION).isoformat()}"
                f"（今天起{FARTHEST_CONFIRMATION.days}天内），请核对。",
                field="confirmed_on",
            )
        return Payment(
            payment_id,
            remittance.amount,
            received_on,
            confirm_on or max(first, today),
            reason=remittance.reason,
        )

    def confirm_due(self, today: date) -> Payment | None:
        """Confirm the payment if its day has come; returns it, or None if nothing changed."""
        payment = self.payment
        if payment is None or payment.state is not PaymentState.RECEIVED:
            return None
        if payment.confirm_on > today:
            return None
        return self._replace_payment(replace(payment, state=PaymentState.CONFIRMED))

    def reverse(self, payment_id: str, reason: str, by: str) -> Payment:
        """Reverse a payment; NotFound when there is none, Conflict unless it is only received."""
        payment = next((one for one in self.payments if one.payment_id == payment_id), None)
        if payment is None:
            raise NotFound
        if payment.state is not PaymentState.RECEIVED:
            raise Conflict("wrong_state", "只有尚未确认的到账才能冲正。")
        return self._replace_payment(
            replace(payment, state=PaymentState.REVERSED, reversed_by=by, reversal_reason=reason)
        )

    def _replace_payment(self, payment: Payment) -> Payment:
        self.payments = [
            payment if one.payment_id == payment.payment_id else one for one in self.payments
        ]
        return payment

    def _draft(self, invoice_id: str) -> Invoice:
        invoice = self.invoice(invoice_id)
        if invoice.state is not InvoiceState.DRAFT:
            raise Conflict("wrong_state", "开票信息已提交，不能修改；如有错误请联系财务作废。")
        return invoice

    def _set_invoices(self, invoices: list[Invoice]) -> None:
        """Set the invoices; Invalid when they exceed the persons or the amount of a line."""
        persons = {line.plan_code: line.persons for line in self.lines}
        for invoice in invoices:
            for line in invoice.draft.lines:
                self.plan_name(line.plan_code)
        before, self.invoices = self.invoices, invoices
        problem = _excess(self.remaining, invoices, persons)
        if problem is not None:
            self.invoices = before
            raise problem

    def _replace_invoices(self, changed: Iterable[Invoice]) -> None:
        by_id = {one.invoice_id: one for one in changed}
        self.invoices = [by_id.get(one.invoice_id, one) for one in self.invoices]


def _excess(
    remaining: dict[str, Decimal], invoices: list[Invoice], persons: dict[str, int]
) -> Invalid | None:
    for invoice in invoices:
        for line in invoice.draft.lines:
            if line.persons > persons[line.plan_code]:
                return Invalid(
                    "persons_exceed", "开票人数不能大于参保人数，请修改。", field="lines"
                )
    if any(left < ZERO for left in remaining.values()):
        return Invalid(
            "amount_exceeds_remaining", "开票金额大于剩余开票金额，请修改。", field="lines"
        )
    return None
