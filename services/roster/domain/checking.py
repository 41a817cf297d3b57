"""Checking rows against the rules of plans."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from services.roster.domain.eligibility import is_above_usual_age, may_join
from services.roster.domain.persons import Person, RawRow, read_person
from services.roster.domain.quick_reading import PlainReader, PlainRows
from services.roster.domain.reasons import Reason, refuses
from shared.contracts.enrollment import PlanRules


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row, its person unless one of the reasons is an error, and the reasons of each plan."""

    row: RawRow
    person: Person | None
    reasons: tuple[Reason, ...]
    by_plan: Mapping[str, tuple[Reason, ...]]

    def reasons_for(self, plan_code: str) -> tuple[Reason, ...]:
        """Return the reasons of the row and those of the plan."""
        return self.reasons + self.by_plan.get(plan_code, ())


class Joining(NamedTuple):
    """Which plans take the person of a row; plans are bits in the order of the rules."""

    person: Person | None
    """None when no plan takes anybody of this row."""
    joins: int = 0
    """The plans that take the person."""
    over_usual_age: int = 0
    """The plans that want a proof of the age."""
    told: bool = True
    """Whether there is a reason against the row, or a warning."""


NOBODY = Joining(None)


def check_row(row: RawRow, rules: Mapping[str, PlanRules], today: date) -> CheckedRow:
    """Return a row checked by the rules per plan code, alone: it may repeat another one."""
    person, reasons = read_person(row, today)
    by_plan = {code: may_join(person, plan, today) for code, plan in rules.items() if person}
    return CheckedRow(row, person, reasons, by_plan)


class Checking:
    """Checks the rows of one file against the rules of its plans, on one day."""

    def __init__(self, rules: Mapping[str, PlanRules], today: date) -> None:
        """Take the rules by plan code, in the order of the bits, and the day of import."""
        self._rules = rules
        self._today = today
        self._plain = PlainRows(rules, today)
        self.all_plans = (1 << len(rules)) - 1
        """What a plain person joins."""

    def plain_reader(self, at: Mapping[str, int]) -> PlainReader:
        """Return what reads the plain rows of a list by its columns."""
        return self._plain.reader(at)

    def check(self, row: RawRow) -> CheckedRow:
        """Return a row with all reasons."""
        return check_row(row, self._rules, self._today)

    def judged(self, row: RawRow) -> Joining:
        """Return the plans that take the person of any row."""
        checked = self.check(row)
        if checked.person is None:
            return NOBODY
        joins = over_usual_age = 0
        for bit, plan in enumerate(self._rules):
            reasons = checked.by_plan[plan]
            joins |= (not refuses(reasons)) << bit
            over_usual_age |= is_above_usual_age(reasons) << bit
        told = bool(checked.reasons) or any(checked.by_plan.values())
        return Joining(checked.person, joins, over_usual_age, told) if joins else NOBODY
