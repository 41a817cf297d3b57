"""What may come next for an application, as far as invoicing decides it."""

from services.invoicing.domain.billings import Billing, MoneyStanding
from shared.contracts.actions import NextAction
from shared.identity.caller import Caller
from shared.identity.permissions import Permission


def next_actions(billing: Billing, caller: Caller) -> list[NextAction]:
    """Return what a caller who sees a billing may do next with it."""
    if caller.may(Permission.ENROLL) and billing.awaits_invoices:
        return [NextAction.INVOICE]
    if caller.may(Permission.TAKE_PAYMENTS):
        match billing.standing:
            case MoneyStanding.AWAITED:
                return [NextAction.ENTER_PAYMENT]
            case MoneyStanding.RECEIVED:
                return [NextAction.REVERSE_PAYMENT]
    return []
