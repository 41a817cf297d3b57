"""Checking rows against rules, many at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.roster.domain.eligibility import may_join
from services.roster.domain.persons import Person, RawRow, read_person
from services.roster.domain.reasons import Reason
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


def check_rows(
    rows: Sequence[RawRow], rules: Mapping[str, PlanRules], today: date
) -> list[CheckedRow]:
    """Return rows checked by the rules per plan code; of duplicates the first row stays."""
    return refuse_repeated(_check(row, rules, today) for row in rows)


def refuse_repeated(checked: Iterable[CheckedRow]) -> list[CheckedRow]:
    """Refuse persons of an earlier row; called once over all chunks of a file."""
    first_rows: dict[tuple[str, str], int] = {}
    kept = []
    for one in checked:
        person = one.person
        first = one.row.row_no
        if person:
            first = first_rows.setdefault((person.document_kind, person.number), first)
        if first != one.row.row_no:
            message = f"与第 {first} 行重复，请删除其中一行。"
            reasons = (*one.reasons, Reason("row_repeated", message, "number"))
            kept.append(replace(one, person=None, reasons=reasons, by_plan={}))
        else:
            kept.append(one)
    return kept


def _check(row: RawRow, rules: Mapping[str, PlanRules], today: date) -> CheckedRow:
    person, reasons = read_person(row, today)
    by_plan = {code: may_join(person, plan, today) for code, plan in rules.items() if person}
    return CheckedRow(row, person, reasons, by_plan)
