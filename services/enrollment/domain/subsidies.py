"""Subsidies and grants: what an upper body pays of the fee; rules as data."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.contracts.enrollment import Fund


@dataclass(frozen=True)
class SubsidyRule:
    """CNY per person of a plan, for one unit or one kind of unit, while valid."""

    plan_code: str
    per_person: Decimal
    fund: Fund
    valid_from: date
    valid_to: date | None = None
    unit_id: str | None = None
    unit_kind: str | None = None
    grant: bool = False

    def applies(self, plan_code: str, unit_id: str, unit_kind: str, on: date) -> bool:
        """Return whether the rule pays for persons of this unit under this plan on that day."""
        return (
            self.plan_code == plan_code
            and self.valid_from <= on
            and (self.valid_to is None or on <= self.valid_to)
            and (self.unit_id is None or self.unit_id == unit_id)
            and (self.unit_kind is None or self.unit_kind == unit_kind)
        )


def applicable(
    rules: Iterable[SubsidyRule], plan_code: str, unit_id: str, unit_kind: str, on: date
) -> list[SubsidyRule]:
    """Return the rules that pay; those of a unit and of its kind add up (decided)."""
    return [rule for rule in rules if rule.applies(plan_code, unit_id, unit_kind, on)]
