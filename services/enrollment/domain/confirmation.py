"""The number and the dates of a confirmation (docs/domain.md, case F)."""

from collections.abc import Iterable
from datetime import date, timedelta

from shared.contracts.enrollment import Plan

FIRST_SEQUENCE = 10_000_001


def confirmation_no(office_id: str, confirmed_on: date, sequence: int) -> str:
    """Return `G` + office + day + 8-digit sequence, as in G00122024121010000845."""
    return f"G{office_id}{confirmed_on.year:04d}{confirmed_on:%m%d}{sequence:08d}"


def effective_on(received_on: date, plans: Iterable[Plan]) -> date:
    """Return the day cover begins: when the money arrived, later when a plan says so (decided).

    One paper has one date, so the plan that begins last decides.
    """
    return received_on + timedelta(days=max(plan.rules.effective_after_days for plan in plans))
