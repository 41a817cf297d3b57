"""Enter payments, confirm them when their day comes, reverse them."""

from datetime import date
from uuid import uuid4

from services.invoicing.domain.billings import Billing
from services.invoicing.domain.payments import Payment, Remittance
from services.invoicing.handlers.invoices import issue_receipts
from services.invoicing.repository.billings import BillingRepository
from shared.bus import Transaction
from shared.contracts.base import about
from shared.contracts.invoicing import PaymentConfirmed, PaymentReceived, PaymentReversed
from shared.errors import Invalid
from shared.identity.caller import Caller
from shared.identity.permissions import Permission

BILLINGS_PER_TRANSACTION = 100


async def receive_payment(
    application_no: str, remittance: Remittance, caller: Caller, tx: Transaction
) -> tuple[Billing, Payment]:
    """Enter money that arrived; confirm it now if its day has come."""
    caller.require(Permission.TAKE_PAYMENTS)
    billings = BillingRepository(tx)
    billing = await billings.get(application_no)
    caller.require_sight(billing.unit_id, billing.agency_id, billing.office_id)
    payment = billing.receive(str(uuid4()), remittance, tx.today, caller.account_id)
    billings.add_payment(payment.payment_id, application_no)
    tx.emit(
        PaymentReceived(
            **about(billing),
            payment_id=payment.payment_id,
            amount=payment.amount,
            received_on=payment.received_on,
            confirmable_on=payment.confirmable_on,
        )
    )
    await _confirm(billings, billing, tx.today, tx)
    return billing, billing.payment or payment


async def _confirm(
    billings: BillingRepository, billing: Billing, today: date, tx: Transaction
) -> None:
    confirmed = billing.confirm_due(today)
    if confirmed is not None:
        tx.emit(
            PaymentConfirmed(
                **about(billing),
                payment_id=confirmed.payment_id,
                received_on=confirmed.received_on,
                confirmed_on=confirmed.confirm_on,
            )
        )
        await issue_receipts(billing, tx)
    billings.save(billing)


async def confirm_due_payments(tx: Transaction) -> bool:
    """Confirm the payments whose day has come; return whether there may be more."""
    billings = BillingRepository(tx)
    due = await billings.due(tx.today, BILLINGS_PER_TRANSACTION)
    for billing in due:
        await _confirm(billings, billing, tx.today, tx)
    return len(due) == BILLINGS_PER_TRANSACTION


async def reverse_payment(
    payment_id: str, reason: str, caller: Caller, tx: Transaction
) -> tuple[Billing, Payment]:
    """Reverse a payment that is not yet confirmed; Invalid without a reason."""
    caller.require(Permission.TAKE_PAYMENTS)
    if not reason.strip():
        raise Invalid("reason_missing", "冲正时请填写原因。", field="reason")
    billings = BillingRepository(tx)
    billing = await billings.of_payment(payment_id)
    caller.require_sight(billing.unit_id, billing.agency_id, billing.office_id)
    payment = billing.reverse(payment_id, reason, caller.account_id)
    billings.save(billing)
    tx.emit(PaymentReversed(**about(billing), payment_id=payment_id, reason=reason))
    return billing, payment
