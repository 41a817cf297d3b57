from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from services.invoicing.domain.billings import Billing
from services.invoicing.domain.invoices import InvoiceState
from shared.contracts.invoicing import FundingSource
from shared.errors import Conflict, Invalid, NotFound
from shared.values import amount_in_words
from tests.invoicing.samples import billed, billing, draft
from tests.published import words_of_api

WOMENS = ("NGTB", 8, "400.00")


def _submitted() -> Billing:
    one = billing(billed(*WOMENS))
    one.add_invoice("LZ1", draft(("NGTB", 8, "10.00")))
    one.add_invoice("LZ2", draft(("NGTB", 8, "40.00")))
    one.submit()
    return one


def test_case_b_one_line_on_two_invoices_from_two_sources() -> None:
    """80.00 from union funds, 320.00 paid by the members, nothing remains."""
    one = billing(billed(*WOMENS))
    first = one.add_invoice("LZ1", draft(("NGTB", 8, "10.00")))
    assert (first.total, amount_in_words(first.total)) == (Decimal("80.00"), "捌拾元整")
    assert one.remaining == {"NGTB": Decimal("320.00")}
    paid = FundingSource.MEMBER_PAID
    second = one.add_invoice("LZ2", draft(("NGTB", 8, "40.00"), funding_source=paid))
    assert amount_in_words(second.total) == "叁佰贰拾元整"
    assert [str(left) for left in one.remaining.values()] == ["0.00"]
    assert [invoice.state for invoice in one.submit()] == [InvoiceState.SUBMITTED] * 2


def test_case_c_two_lines_owe_their_sum() -> None:
    """80.00 + 280.00 = 360.00."""
    one = billing(billed("YWSH", 4, "80.00"), billed("ZDJB", 4, "280.00"))
    assert one.payable == Decimal("360.00")


def test_case_d_two_lines_on_one_invoice() -> None:
    """What remains after the subsidy, 2400.00 from administrative funds."""
    one = billing(billed("ZYYL-A", 25, "1500.00"), billed("ZGZJ", 25, "900.00"))
    filled = draft(
        ("ZYYL-A", 25, "60.00"),
        ("ZGZJ", 25, "36.00"),
        funding_source=FundingSource.ADMINISTRATIVE_FUNDS,
    )
    invoice = one.add_invoice("LZ1", filled)
    assert str(invoice.total) == "2400.00"
    assert amount_in_words(invoice.total) == "贰仟肆佰元整"
    assert one.submit() != []


@pytest.mark.parametrize(
    ("line", "code"),
    [(("NGTB", 8, "50.01"), "amount_exceeds_remaining"), (("NGTB", 9, "1.00"), "persons_exceed")],
)
def test_an_invoice_takes_no_more_than_there_is(line: tuple[str, int, str], code: str) -> None:
    """Neither money nor persons; a refused draft is not kept."""
    one = billing(billed(*WOMENS))
    with pytest.raises(Invalid) as refused:
        one.add_invoice("LZ1", draft(line))
    assert (refused.value.code, refused.value.field) == (code, "lines")
    assert one.invoices == []


def test_a_plan_that_is_not_billed_is_refused() -> None:
    """With a sentence for the operator."""
    with pytest.raises(Invalid) as refused:
        billing(billed(*WOMENS)).plan_name("ZGZJ")
    assert (refused.value.code, refused.value.field) == ("plan_not_billed", "lines")


def test_a_plan_is_called_as_it_was_approved() -> None:
    """Whichever of the lines it is."""
    one = billing(billed("YWSH", 4, "80.00"), billed("ZDJB", 4, "280.00"))
    assert [one.plan_name(code) for code in ("YWSH", "ZDJB")] == ["活动YWSH", "活动ZDJB"]


@pytest.mark.parametrize(("price", "left"), [("49.99", "0.08"), ("0.01", "399.92")])
def test_nothing_is_submitted_while_a_fen_remains(price: str, left: str) -> None:
    """The refusal names the plan and the amount; drafts stay drafts."""
    one = billing(billed(*WOMENS))
    one.add_invoice("LZ1", draft(("NGTB", 8, price)))
    with pytest.raises(Conflict, match=f"活动NGTB剩余开票金额为{left}元") as refused:
        one.submit()
    assert refused.value.code == "remaining_not_zero"
    assert one.invoice("LZ1").state is InvoiceState.DRAFT


def test_nothing_is_submitted_twice() -> None:
    """The second time there is no draft."""
    with pytest.raises(Conflict) as refused:
        _submitted().submit()
    assert refused.value.code == "nothing_to_submit"


def test_a_draft_can_be_changed_and_deleted() -> None:
    """What it took is measured anew."""
    one = billing(billed(*WOMENS))
    one.add_invoice("LZ1", draft(("NGTB", 8, "50.00")))
    one.change_invoice("LZ1", draft(("NGTB", 8, "40.00")))
    assert one.remaining == {"NGTB": Decimal("80.00")}
    one.delete_invoice("LZ1")
    assert one.remaining == {"NGTB": Decimal("400.00")}
    with pytest.raises(NotFound):
        one.delete_invoice("LZ1")


def test_only_the_draft_that_is_named_changes_or_goes() -> None:
    """Others stay as they are."""
    one = billing(billed(*WOMENS))
    for number, price in enumerate(("10.00", "20.00", "5.00"), 1):
        one.add_invoice(f"LZ{number}", draft(("NGTB", 8, price)))
    one.change_invoice("LZ2", draft(("NGTB", 8, "30.00")))
    one.delete_invoice("LZ1")
    assert [(invoice.invoice_id, str(invoice.total)) for invoice in one.invoices] == [
        ("LZ2", "240.00"),
        ("LZ3", "40.00"),
    ]


def test_an_invoice_is_mailed_for_the_first_time_once() -> None:
    """A second mail does not change when the first one went."""
    one = _submitted()
    first = datetime(2026, 11, 24, 9, tzinfo=UTC)
    one.record_mailed("LZ1", first)
    one.record_mailed("LZ1", first + timedelta(days=1))
    assert [invoice.mailed_at for invoice in one.invoices] == [first, None]


def test_an_invoice_is_in_a_state_that_clients_know() -> None:
    """A new one is a draft that nobody voided."""
    assert list(InvoiceState) == words_of_api("InvoiceState")
    invoice = billing(billed(*WOMENS)).add_invoice("LZ1", draft(("NGTB", 8, "10.00")))
    assert (invoice.state, invoice.void_reason, invoice.voided_by) == ("draft", "", None)


def test_a_submitted_invoice_is_neither_changed_nor_deleted() -> None:
    """Only finance can take it back."""
    one = _submitted()
    with pytest.raises(Conflict, match="联系财务作废") as refused:
        one.change_invoice("LZ1", draft(("NGTB", 8, "1.00")))
    assert refused.value.code == "wrong_state"
    with pytest.raises(Conflict):
        one.delete_invoice("LZ1")


def test_a_voided_invoice_gives_its_amount_back_to_be_invoiced_anew() -> None:
    """Only the new one is then submitted."""
    one = _submitted()
    one.void("LZ1", "抬头有误", "A8")
    assert one.remaining == {"NGTB": Decimal("80.00")}
    one.add_invoice("LZ3", draft(("NGTB", 4, "20.00")))
    assert [invoice.invoice_id for invoice in one.submit()] == ["LZ3"]
    gone = one.invoice("LZ1")
    assert (gone.void_reason, gone.voided_by) == ("抬头有误", "A8")
    with pytest.raises(Conflict, match="才能作废") as refused:
        one.void("LZ1", "再次", "A8")
    assert refused.value.code == "wrong_state"


def test_voiding_needs_its_reason_and_a_submitted_invoice() -> None:
    """Drafts are deleted instead."""
    one = _submitted()
    with pytest.raises(Invalid) as refused:
        one.void("LZ1", " ", "A8")
    assert (refused.value.code, refused.value.field) == ("reason_missing", "reason")
    one.void("LZ1", "抬头有误", "A8")
    one.add_invoice("LZ3", draft(("NGTB", 8, "10.00")))
    with pytest.raises(Conflict):
        one.void("LZ3", "抬头有误", "A8")
