"""Payments: money that arrived for a billing."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from services.invoicing.domain.days import confirmable_on

EARLIEST = date(2000, 1, 1)
"""Money received before this day has a mistyped year."""
FARTHEST_CONFIRMATION = timedelta(days=62)
"""How far ahead finance may set the day of confirmation."""
LONGEST_REASON = 200
"""Characters of the reason for money received before the day of entry."""


class PaymentState(StrEnum):
    """Money is there; finance confirmed it; it went back."""

    RECEIVED = "received"
    CONFIRMED = "confirmed"
    REVERSED = "reversed"


@dataclass(frozen=True)
class Remittance:
    """Money as finance enters it, CNY; without `confirm_on` the first possible day is taken."""

    amount: Decimal
    received_on: date
    confirm_on: date | None = None
    reason: str = ""


@dataclass(frozen=True)
class Payment:
    """Money that arrived, CNY; confirmed automatically on `confirm_on`."""

    payment_id: str
    amount: Decimal
    received_on: date
    confirm_on: date
    state: PaymentState = PaymentState.RECEIVED
    reason: str = ""
    """Why it was received before the day of entry."""
    entered_by: str | None = None
    """Account id, as `reversed_by`; None on payments from before they were recorded."""
    reversed_by: str | None = None
    reversal_reason: str | None = None

    @property
    def confirmable_on(self) -> date:
        """Return the first day on which it may be confirmed."""
        return confirmable_on(self.received_on)
