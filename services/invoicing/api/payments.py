"""Payments: HTTP endpoints."""

from fastapi import APIRouter

from services.invoicing import views
from services.invoicing.api.schemas import (
    ExpectedPayment,
    NewPayment,
    PaymentAnswer,
    Reason,
    payment_answer,
)
from services.invoicing.domain.billings import Billing
from services.invoicing.domain.payments import Payment, Remittance
from services.invoicing.handlers import payments
from shared.bus import Transaction, published_position
from shared.contracts.invoicing import BillingEvent
from shared.http.commands import CommandOf, CreationOf
from shared.identity.permissions import Permission

router = APIRouter(tags=["invoicing"])


async def _sequenced_answer(tx: Transaction, billing: Billing, payment: Payment) -> PaymentAnswer:
    """Return the payment with the billing's sequence: the gateway waits until others have it."""
    await tx.write_outbox()
    sequence = await published_position(tx.session, BillingEvent.stream, billing.application_no)
    return payment_answer(billing.application_no, payment, sequence)


@router.post("/payments", status_code=201)
async def post_payment(body: NewPayment, command: CreationOf) -> PaymentAnswer:
    """Enter money that arrived."""

    async def act(tx: Transaction) -> PaymentAnswer:
        billing, payment = await payments.receive_payment(
            body.application_no, _remittance(body), command.caller, tx
        )
        return await _sequenced_answer(tx, billing, payment)

    return await command.once(body, PaymentAnswer, act)


@router.post("/payments/preview")
async def preview_payment(body: NewPayment, command: CommandOf) -> ExpectedPayment:
    """Say what entering a payment would do, or why it would be refused; nothing is kept."""
    command.caller.require(Permission.TAKE_PAYMENTS)
    async with command.transaction() as tx:
        billing, _ = await views.billing(tx, command.caller, body.application_no)
    payment = billing.payment_from("", _remittance(body), tx.today)
    return ExpectedPayment(
        amount=payment.amount,
        received_on=payment.received_on,
        confirmable_on=payment.confirmable_on,
        confirmed_on=payment.confirm_on,
        confirmed_at_once=payment.confirm_on <= tx.today,
    )


def _remittance(body: NewPayment) -> Remittance:
    return Remittance(body.amount, body.received_on, body.confirmed_on, body.reason)


@router.post("/payments/{payment_id}/reversal")
async def reverse_payment(payment_id: str, body: Reason, command: CommandOf) -> PaymentAnswer:
    """Reverse a payment that is not yet confirmed."""
    async with command.transaction() as tx:
        billing, payment = await payments.reverse_payment(
            payment_id, body.reason, command.caller, tx
        )
        return await _sequenced_answer(tx, billing, payment)
