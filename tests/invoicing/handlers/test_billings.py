"""What a unit owes, its invoices and its money, as invoicing's handlers keep them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.invoicing.domain.actions import next_actions
from services.invoicing.domain.billings import Billing, MoneyStanding
from services.invoicing.domain.invoices import InvoiceState
from services.invoicing.domain.payments import Remittance
from services.invoicing.handlers import invoices
from services.invoicing.handlers.payments import (
    confirm_due_payments,
    receive_payment,
    reverse_payment,
)
from services.invoicing.repository.billings import BillingRepository
from shared.contracts.actions import NextAction
from shared.contracts.enrollment import ApplicationApproved, Kind
from shared.contracts.invoicing import (
    BillingOpened,
    InvoiceIssued,
    InvoicesSubmitted,
    InvoiceVoided,
    PaymentConfirmed,
    PaymentReceived,
    PaymentReversed,
)
from shared.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from shared.identity.permissions import Role
from tests.handling import NOON, NUMBER, SCOPE, Handling, caller
from tests.invoicing.samples import billed, draft

OPERATOR, FINANCE = caller(), caller(Role.FINANCE)
TODAY = NOON.date()
PAYABLE = Decimal("2375.00")
WHOLE = draft(("A", 25, "95.00"))


@pytest.fixture
async def billing(invoicing: Handling) -> Handling:
    """Open the billing of an approved application: 25 persons at 95 yuan."""
    lines = (billed("A", 25, str(PAYABLE)),)
    await invoicing.handle(
        ApplicationApproved(
            application_no=NUMBER,
            **SCOPE,
            kind=Kind.ENROLLMENT,
            unit_name="青岛海晏示例职业学校",
            credit_code="1237020312345678AW",
            agency_name="市北区代办处",
            entered_on=TODAY - timedelta(days=10),
            approved_on=TODAY,
            lines=lines,
            total_fee=PAYABLE,
            subsidy=Decimal("0.00"),
            grant=Decimal("0.00"),
            payable=PAYABLE,
        )
    )
    return invoicing


async def kept(billing: Handling) -> Billing:
    """Return the billing as it stands."""
    async with billing.transaction() as tx:
        return await BillingRepository(tx).get(NUMBER)


async def add_invoice(billing: Handling, *lines: tuple[str, int, str]) -> str:
    """Draft an invoice; return its id."""
    async with billing.transaction() as tx:
        _, invoice = await invoices.add_invoice(NUMBER, draft(*lines), OPERATOR, tx)
    return invoice.invoice_id


async def submit(billing: Handling) -> None:
    """Submit the drafts."""
    async with billing.transaction() as tx:
        await invoices.submit_invoices(NUMBER, OPERATOR, tx)


async def pay(
    billing: Handling, on: date = TODAY, confirm_on: date | None = None, amount: Decimal = PAYABLE
) -> str:
    """Let finance enter the money; return the payment's id."""
    async with billing.transaction() as tx:
        remittance = Remittance(amount, on, confirm_on)
        _, payment = await receive_payment(NUMBER, remittance, FINANCE, tx)
    return payment.payment_id


async def test_an_approval_opens_what_the_unit_owes(billing: Handling) -> None:
    """Nothing is on an invoice, no money is there."""
    [opened] = await billing.announced()
    assert isinstance(opened, BillingOpened)
    assert opened.payable == PAYABLE
    found = await kept(billing)
    assert (found.remaining, found.standing) == ({"A": PAYABLE}, MoneyStanding.AWAITED)


async def test_invoices_are_submitted_when_nothing_remains(billing: Handling) -> None:
    """Two of them add up to what is owed."""
    await billing.announced()
    first = await add_invoice(billing, ("A", 10, "95.00"))
    with pytest.raises(Conflict) as early:
        await submit(billing)
    assert early.value.code == "remaining_not_zero"
    second = await add_invoice(billing, ("A", 15, "95.00"))
    await submit(billing)
    [submitted] = await billing.announced()
    assert isinstance(submitted, InvoicesSubmitted)
    assert submitted.invoice_ids == (first, second)
    assert first < second


async def test_an_invoice_over_what_remains_is_refused(billing: Handling) -> None:
    """By a fen, by a person, for another plan."""
    for lines in (("A", 25, "95.01"), ("A", 26, "91.34"), ("B", 1, "1.00")):
        with pytest.raises(Invalid):
            await add_invoice(billing, lines)
    assert (await kept(billing)).invoices == []


async def test_a_draft_is_changed_by_whoever_saw_it_last_and_deleted(billing: Handling) -> None:
    """Not by another unit, not after it was submitted."""
    invoice_id = await add_invoice(billing, ("A", 10, "95.00"))
    async with billing.transaction() as tx:
        with pytest.raises(PreconditionFailed):
            await invoices.change_invoice(NUMBER, invoice_id, WHOLE, OPERATOR, tx, {"1"})
        other = caller(unit_id="U0000002")
        with pytest.raises(NotFound):
            await invoices.change_invoice(NUMBER, invoice_id, WHOLE, other, tx, None)
    async with billing.transaction() as tx:
        await invoices.delete_invoice(NUMBER, invoice_id, OPERATOR, tx)
    invoice_id = await add_invoice(billing, ("A", 10, "95.00"))
    async with billing.transaction() as tx:
        await invoices.change_invoice(NUMBER, invoice_id, WHOLE, OPERATOR, tx, None)
    await submit(billing)
    async with billing.transaction() as tx:
        with pytest.raises(Conflict):
            await invoices.delete_invoice(NUMBER, invoice_id, OPERATOR, tx)


async def test_receipts_are_issued_when_invoices_and_money_are_there(billing: Handling) -> None:
    """Whichever comes last; with the office's next number, and once."""
    await add_invoice(billing, ("A", 25, "95.00"))
    await billing.announced()
    await pay(billing)
    received, confirmed = await billing.announced()
    assert isinstance(received, PaymentReceived)
    assert isinstance(confirmed, PaymentConfirmed)
    await submit(billing)
    _, issued = await billing.announced()
    assert isinstance(issued, InvoiceIssued)
    assert (issued.receipt.code, issued.receipt.number) == ("37020126", "0000000001")
    assert (issued.receipt.total, issued.receipt.issued_on) == (PAYABLE, TODAY)


async def test_money_of_the_26th_is_confirmed_on_the_first(billing: Handling) -> None:
    """By the timer, on that day and not before."""
    billing.hands.now = NOON.replace(day=26)
    await pay(billing, billing.hands.now.date())
    await billing.announced()

    async def confirm() -> list[type]:
        async with billing.transaction() as tx:
            assert await confirm_due_payments(tx) is False
        return [type(event) for event in await billing.announced()]

    billing.hands.now = NOON.replace(day=31)
    assert await confirm() == []
    billing.hands.now = NOON.replace(month=4, day=1)
    assert await confirm() == [PaymentConfirmed]
    assert await confirm() == []


async def test_money_is_entered_once_in_full_by_finance(billing: Handling) -> None:
    """Everything else is refused, and nothing is announced."""
    await billing.announced()
    with pytest.raises(Invalid):
        await pay(billing, amount=PAYABLE - Decimal("0.01"))
    with pytest.raises(Invalid):
        await pay(billing, TODAY + timedelta(days=1))
    async with billing.transaction() as tx:
        with pytest.raises(Forbidden):
            await receive_payment(NUMBER, Remittance(PAYABLE, TODAY), OPERATOR, tx)
    assert await billing.announced() == []
    await pay(billing)
    with pytest.raises(Conflict):
        await pay(billing)


async def test_money_that_is_not_confirmed_can_go_back(billing: Handling) -> None:
    """With a reason; then it is awaited again."""
    payment_id = await pay(billing, TODAY, TODAY + timedelta(days=3))
    async with billing.transaction() as tx:
        with pytest.raises(Invalid):
            await reverse_payment(payment_id, " ", FINANCE, tx)
    async with billing.transaction() as tx:
        await reverse_payment(payment_id, "重复汇款", FINANCE, tx)
    *_, event = await billing.announced()
    assert isinstance(event, PaymentReversed)
    assert (await kept(billing)).standing is MoneyStanding.AWAITED
    await pay(billing)
    async with billing.transaction() as tx:
        with pytest.raises(Conflict):
            await reverse_payment(payment_id, "重复汇款", FINANCE, tx)


async def test_a_voided_invoice_remains_to_be_invoiced_again(billing: Handling) -> None:
    """By finance, with a reason; the unit is then told that something waits."""
    invoice_id = await add_invoice(billing, ("A", 25, "95.00"))
    await submit(billing)
    async with billing.transaction() as tx:
        with pytest.raises(Forbidden):
            await invoices.void_invoice(NUMBER, invoice_id, "抬头有误", OPERATOR, tx)
    async with billing.transaction() as tx:
        await invoices.void_invoice(NUMBER, invoice_id, "抬头有误", FINANCE, tx)
    *_, event = await billing.announced()
    assert isinstance(event, InvoiceVoided)
    found = await kept(billing)
    assert (found.invoices[0].state, found.awaits_reissue) == (InvoiceState.VOID, True)


async def test_a_preview_has_everything_but_the_numbers(billing: Handling) -> None:
    """And keeps nothing."""
    async with billing.transaction() as tx:
        shown = await invoices.preview_receipt(await BillingRepository(tx).get(NUMBER), WHOLE, tx)
    assert (shown.total, shown.code, shown.payee) == (PAYABLE, "", "中国职工保险互助会青岛办事处")
    assert (await kept(billing)).invoices == []


async def test_what_comes_next_is_told_to_whoever_may_do_it(billing: Handling) -> None:
    """Invoices to the unit until nothing remains, money to finance."""
    found = await kept(billing)
    assert next_actions(found, OPERATOR) == [NextAction.INVOICE]
    assert next_actions(found, FINANCE) == [NextAction.ENTER_PAYMENT]
    assert next_actions(found, caller(Role.AGENCY_REVIEWER)) == []
    await add_invoice(billing, ("A", 25, "95.00"))
    assert next_actions(await kept(billing), OPERATOR) == [NextAction.INVOICE]
    await submit(billing)
    assert next_actions(await kept(billing), OPERATOR) == []
    await pay(billing, TODAY, TODAY + timedelta(days=3))
    assert next_actions(await kept(billing), FINANCE) == [NextAction.REVERSE_PAYMENT]
    billing.hands.forward(days=3)
    async with billing.transaction() as tx:
        await confirm_due_payments(tx)
    assert next_actions(await kept(billing), FINANCE) == []
