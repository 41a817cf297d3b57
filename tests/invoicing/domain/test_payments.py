from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.invoicing.domain.billings import Billing, MoneyStanding
from services.invoicing.domain.invoices import InvoiceState
from services.invoicing.domain.payments import (
    LONGEST_REASON,
    Payment,
    PaymentState,
    Remittance,
)
from services.invoicing.repository.billings import BILLING
from shared.errors import Conflict, Invalid, NotFound
from tests.invoicing.samples import NUMBERS, billed, billing, draft
from tests.published import schema, words_of_api

TODAY = date(2025, 11, 26)
FIRST = date(2025, 12, 1)
OWED = Decimal("360.00")


def _billing() -> Billing:
    return billing(billed("YWSH", 4, "80.00"), billed("ZDJB", 4, "280.00"))


def _paid(confirm_on: date | None = None) -> Billing:
    one = _billing()
    one.receive("P1", Remittance(OWED, TODAY, confirm_on), TODAY)
    return one


@pytest.mark.parametrize("amount", ["359.99", "360.01", "0.00"])
def test_money_is_exactly_what_is_owed(amount: str) -> None:
    """Neither a 分 less nor more."""
    with pytest.raises(Invalid) as refused:
        _billing().receive("P1", Remittance(Decimal(amount), TODAY), TODAY)
    assert (refused.value.code, refused.value.field) == ("amount_differs", "amount")


def test_money_does_not_arrive_in_the_future() -> None:
    """Today is the latest."""
    with pytest.raises(Invalid) as refused:
        _billing().receive("P1", Remittance(OWED, FIRST), TODAY)
    assert (refused.value.code, refused.value.field) == ("received_in_future", "received_on")


def test_money_of_another_century_has_a_mistyped_year() -> None:
    """2000-01-01 is the first day that money can have."""
    _billing().receive("P1", Remittance(OWED, date(2000, 1, 1)), TODAY)
    with pytest.raises(Invalid, match="核对年份") as refused:
        _billing().receive("P1", Remittance(OWED, date(1999, 12, 31)), TODAY)
    assert (refused.value.code, refused.value.field) == ("received_too_early", "received_on")


def test_money_that_arrived_today_is_taken() -> None:
    """Only tomorrow is the future; what nobody had to give a reason for has none."""
    payment = _billing().receive("P1", Remittance(OWED, TODAY), TODAY)
    assert (payment.state, payment.reason) == (PaymentState.RECEIVED, "")
    assert (payment.entered_by, payment.reversed_by) == (None, None)
    assert Payment("P1", OWED, TODAY, FIRST).reason == ""


@pytest.mark.parametrize("received_on", [TODAY - timedelta(days=1), date(2006, 11, 2)])
def test_money_from_before_the_day_of_entry_needs_a_reason(received_on: date) -> None:
    """Cover begins with it; the reason stays on record."""
    one = replace(_billing(), entered_on=TODAY)
    with pytest.raises(Invalid, match="2025-11-26") as refused:
        one.receive("P1", Remittance(OWED, received_on), TODAY)
    assert (refused.value.code, refused.value.field) == ("reason_missing", "reason")
    payment = one.receive("P1", Remittance(OWED, received_on, reason="补录"), TODAY)
    assert (payment.received_on, payment.reason) == (received_on, "补录")


def test_money_of_the_day_of_entry_needs_none() -> None:
    """Nor does any in a billing that was opened before that day was noted."""
    replace(_billing(), entered_on=TODAY).receive("P1", Remittance(OWED, TODAY), TODAY)
    _billing().receive("P1", Remittance(OWED, date(2006, 11, 2)), TODAY)


def test_the_day_of_confirmation_is_at_most_62_days_ahead() -> None:
    """A mistyped year would confirm nothing for years."""
    last = date(2026, 1, 27)
    assert _paid(last).payment is not None
    with pytest.raises(Invalid, match="2026-01-27") as refused:
        _paid(last + timedelta(days=1))
    assert (refused.value.code, refused.value.field) == ("confirmed_too_late", "confirmed_on")


def test_what_a_payment_would_be_can_be_asked_without_entering_it() -> None:
    """The same days and the same refusals; nothing is kept."""
    one = _billing()
    expected = one.payment_from("", Remittance(OWED, TODAY), TODAY)
    assert (expected.confirmable_on, expected.confirm_on) == (FIRST, FIRST)
    with pytest.raises(Invalid):
        one.payment_from("", Remittance(OWED, FIRST), TODAY)
    assert one.payment is None


def test_money_of_the_26th_is_not_confirmed_before_the_first() -> None:
    """Finance may name that day or a later one."""
    with pytest.raises(Invalid, match="2025-12-01") as refused:
        _billing().receive("P1", Remittance(OWED, TODAY, date(2025, 11, 30)), TODAY)
    assert (refused.value.code, refused.value.field) == ("confirmed_too_early", "confirmed_on")
    assert _paid(FIRST).payment is not None


def test_money_arrives_once() -> None:
    """A second entry is refused, confirmed or not."""
    one = _paid()
    with pytest.raises(Conflict) as refused:
        one.receive("P2", Remittance(OWED, TODAY), TODAY)
    assert refused.value.code == "already_paid"
    one.confirm_due(FIRST)
    with pytest.raises(Conflict):
        one.receive("P2", Remittance(OWED, TODAY), FIRST)


def test_money_is_confirmed_by_itself_when_its_day_comes() -> None:
    """Not a day earlier, and only once."""
    one = _paid()
    assert one.confirm_due(date(2025, 11, 30)) is None
    assert not one.confirmed
    confirmed = one.confirm_due(FIRST)
    assert confirmed is not None
    assert (confirmed.state, confirmed.confirm_on) == (PaymentState.CONFIRMED, FIRST)
    assert one.confirmed
    assert one.confirm_due(FIRST) is None


def test_money_entered_late_is_confirmed_on_the_day_of_entry() -> None:
    """A confirmation is not dated back unless finance says so."""
    one = _billing()
    payment = one.receive("P1", Remittance(OWED, date(2025, 11, 10)), TODAY)
    assert (payment.confirmable_on, payment.confirm_on) == (date(2025, 11, 10), TODAY)


def test_finance_may_give_the_day_of_confirmation() -> None:
    """Received 2024-12-09, confirmed 2024-12-10."""
    one = _billing()
    payment = one.receive(
        "P1", Remittance(OWED, date(2024, 12, 9), date(2024, 12, 10)), date(2024, 12, 11)
    )
    assert payment.confirm_on == date(2024, 12, 10)


def test_money_that_went_back_makes_room_for_another() -> None:
    """Both stay on record."""
    one = _paid()
    assert one.reverse("P1", "重复登记", "A8").state is PaymentState.REVERSED
    assert one.payment is None
    one.receive("P2", Remittance(OWED, TODAY), TODAY)
    assert [payment.payment_id for payment in one.payments] == ["P1", "P2"]


def test_of_several_payments_the_one_that_is_named_goes_back() -> None:
    """And the one that is there is confirmed; the others stay as they are."""
    one = _paid()
    one.reverse("P1", "重复登记", "A8")
    one.receive("P2", Remittance(OWED, TODAY), TODAY)
    one.reverse("P2", "退款", "A9")
    one.receive("P3", Remittance(OWED, TODAY), TODAY)
    one.confirm_due(FIRST)
    assert [(payment.payment_id, payment.state) for payment in one.payments] == [
        ("P1", PaymentState.REVERSED),
        ("P2", PaymentState.REVERSED),
        ("P3", PaymentState.CONFIRMED),
    ]


def test_the_money_of_a_billing_is_in_a_state_that_clients_know() -> None:
    """Awaited, received, confirmed; awaited again when it went back."""
    assert list(MoneyStanding) == words_of_api("MoneyStanding")
    assert list(PaymentState) == words_of_api("PaymentState")
    gone = _paid()
    gone.reverse("P1", "重复登记", "A8")
    assert [one.standing for one in (_paid(), gone)] == ["received", "awaited"]


def test_a_reason_is_as_long_as_the_api_takes_it() -> None:
    """Two hundred characters."""
    reason = schema("NewPayment")["properties"]["reason"]
    assert reason["maxLength"] == LONGEST_REASON == 200


def test_a_payment_says_who_entered_and_who_reversed_it_and_why() -> None:
    """Also once it is confirmed; one kept from before says nothing."""
    one = _billing()
    one.receive("P1", Remittance(OWED, TODAY), TODAY, "A7")
    gone = one.reverse("P1", "重复登记", "A8")
    assert (gone.entered_by, gone.reversed_by, gone.reversal_reason) == ("A7", "A8", "重复登记")
    one.receive("P2", Remittance(OWED, TODAY), TODAY, "A8")
    confirmed = one.confirm_due(FIRST)
    assert confirmed is not None
    assert (confirmed.entered_by, confirmed.reversed_by) == ("A8", None)
    body = BILLING.dump_python(one, mode="json")
    for payment in body["payments"]:
        for name in ("entered_by", "reversed_by", "reversal_reason"):
            del payment[name]
    assert [kept.entered_by for kept in BILLING.validate_python(body).payments] == [None, None]


def test_confirmed_or_reversed_money_does_not_go_back() -> None:
    """Cover has begun; and nothing goes back twice."""
    one = _paid()
    one.confirm_due(FIRST)
    with pytest.raises(Conflict, match="尚未确认") as refused:
        one.reverse("P1", "重复登记", "A8")
    assert refused.value.code == "wrong_state"
    gone = _paid()
    gone.reverse("P1", "重复登记", "A8")
    with pytest.raises(Conflict):
        gone.reverse("P1", "重复登记", "A8")
    with pytest.raises(NotFound):
        gone.reverse("P9", "重复登记", "A8")


def test_a_fully_subsidised_application_is_confirmed_with_nothing() -> None:
    """0.00 is what it owes, and there is nothing to invoice."""
    one = billing(billed("YWSH", 4, "0.00"))
    one.receive("P1", Remittance(Decimal("0.00"), TODAY), TODAY)
    one.confirm_due(FIRST)
    assert one.confirmed
    assert one.issuable() == []


def test_receipts_are_due_when_money_is_confirmed_and_invoices_are_submitted() -> None:
    """Whichever comes last; each invoice once."""
    one = _paid()
    one.add_invoice("LZ1", draft(("YWSH", 4, "20.00"), ("ZDJB", 4, "70.00")))
    one.submit()
    assert one.issuable() == []
    one.confirm_due(FIRST)
    (due,) = one.issuable()
    assert due.mailed_at is None
    issued = one.issue(due, "青岛办事处", FIRST, NUMBERS)
    assert (issued.state, one.issuable()) == (InvoiceState.ISSUED, [])
    one.void("LZ1", "抬头有误", "A8")
    assert one.remaining == {"YWSH": Decimal("80.00"), "ZDJB": Decimal("280.00")}


def test_a_voided_invoice_waits_until_its_amount_is_submitted_anew() -> None:
    """Drafting it again is not enough; a billing that was never invoiced waits for nothing."""
    one = _billing()
    assert not one.awaits_reissue
    whole = draft(("YWSH", 4, "20.00"), ("ZDJB", 4, "70.00"))
    one.add_invoice("LZ1", whole)
    one.submit()
    assert not one.awaits_reissue
    one.void("LZ1", "抬头有误", "A8")
    assert one.awaits_reissue
    one.add_invoice("LZ2", whole)
    assert one.awaits_reissue
    one.submit()
    assert not one.awaits_reissue
