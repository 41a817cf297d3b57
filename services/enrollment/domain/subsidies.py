"""Subsidies and grants: what an upper body pays of the fee."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.contracts.enrollment import Fund


@dataclass(frozen=True)
class SubsidyRule:
    """CNY per person of a plan; for all units unless `unit_id` or `unit_kind` is given."""

    plan_code: str
    per_person: Decimal
    fund: Fund
    valid_from: date
    valid_to: date | None = None
    unit_id: str | None = None
    unit_kind: str | None = None
    grant: bool = False

    def applies(self, plan_code: str, unit_id: str, unit_kind: str, on: date) -> bool:
        """Return whether the rule applies to this plan, unit and day; both its days included."""
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
    """Return the rules that apply; those for a unit and those for its kind add up."""
    return [rule for rule in rules if rule.applies(plan_code, unit_id, unit_kind, on)]
