"""Number and dates of a confirmation (docs/domain.md, Numbers, case F)."""

from collections.abc import Iterable
from datetime import date, timedelta

from shared.contracts.enrollment import Plan

FIRST_SEQUENCE = 10_000_001


def confirmation_no(office_id: str, confirmed_on: date, sequence: int) -> str:
    """Return `G` + office + day + 8-digit sequence, e.g. G00122024121010000845."""
    return f"G{office_id}{confirmed_on.year:04d}{confirmed_on:%m%d}{sequence:08d}"


def effective_on(received_on: date, plans: Iterable[Plan]) -> date:
    """Return the day on which cover begins: when the money arrived, or later if a plan says so.

    A confirmation has one date: the latest of its plans' (docs/domain.md, step 9).
    """
    return received_on + timedelta(days=max(plan.rules.effective_after_days for plan in plans))
