from datetime import date
from decimal import Decimal

from services.invoicing.domain.actions import next_actions
from services.invoicing.domain.billings import Billing
from services.invoicing.domain.payments import Remittance
from shared.identity.caller import Caller
from shared.identity.permissions import Role
from tests.invoicing.samples import billed, billing, draft

TODAY = date(2025, 11, 3)
OWED = Decimal("80.00")


def _offered(one: Billing) -> dict[str, list[str]]:
    """Return what each role is offered, without those that are offered nothing."""
    callers = {role: Caller(account_id="A1", name="", role=role, office_id="0012") for role in Role}
    offered = {str(role): list(map(str, next_actions(one, callers[role]))) for role in Role}
    return {role: actions for role, actions in offered.items() if actions}


def test_finance_is_offered_what_the_money_waits_for() -> None:
    """To enter it, to take it back, nothing once it is confirmed."""
    one = billing(billed("YWSH", 4, "80.00"))
    one.add_invoice("LZ1", draft(("YWSH", 4, "20.00")))
    one.submit()
    assert _offered(one) == {"finance": ["enter_payment"]}
    one.receive("P1", Remittance(OWED, TODAY), TODAY)
    assert _offered(one) == {"finance": ["reverse_payment"]}
    one.confirm_due(TODAY)
    assert _offered(one) == {}


def test_a_unit_is_offered_invoices_until_all_is_submitted() -> None:
    """A draft is not submitted yet."""
    one = billing(billed("YWSH", 4, "80.00"))
    assert _offered(one)["operator"] == ["invoice"]
    one.add_invoice("LZ1", draft(("YWSH", 4, "20.00")))
    assert _offered(one)["operator"] == ["invoice"]
    one.submit()
    assert "operator" not in _offered(one)


def test_a_unit_that_owes_nothing_has_nothing_to_invoice() -> None:
    """A fully subsidised application."""
    assert "operator" not in _offered(billing(billed("YWSH", 4, "0.00")))
