"""What becomes of the rows of a file, line by line."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from services.roster.domain.checking import CheckedRow
from services.roster.domain.eligibility import is_above_usual_age
from services.roster.domain.persons import Entry, RawRow
from services.roster.domain.reasons import Reason, Severity, refuses
from shared.contracts.roster import LineImport

LineKey = tuple[str, bytes]
"""A plan's code and the hash of a document's number."""


@dataclass(frozen=True)
class Outcome:
    """The persons to be added, the rows that failed with their reasons, the counts per line."""

    rows: int
    entries: Sequence[Entry] = ()
    failed: Sequence[tuple[RawRow, Sequence[Reason]]] = ()
    lines: tuple[LineImport, ...] = ()
    warnings: int = 0

    def kept_in(self, plans: Collection[str]) -> list[Entry]:
        """Return the persons of the lines that are still there."""
        return [entry for entry in self.entries if entry.plan_code in plans]


def outcome_of(
    checked: Sequence[CheckedRow],
    hashes: Sequence[bytes | None],
    plans: Mapping[str, str],
    listed: Collection[LineKey],
    covered: Collection[LineKey],
) -> Outcome:
    """Return what becomes of checked rows in the lines of `plans`, whose names go by code.

    `hashes` has the number's hash of each row's person; `listed` are those who stand in a line
    already, `covered` those whose cover under a plan has not expired.
    """
    entries: list[Entry] = []
    failed: dict[int, tuple[RawRow, list[Reason]]] = {}
    refused = dict.fromkeys(plans, 0)
    warned = 0
    for one, number_hash in zip(checked, hashes, strict=True):
        warned += any(
            reason.severity is Severity.WARNING
            for plan in plans
            for reason in one.reasons_for(plan)
        )
        for plan, name in plans.items():
            own = one.by_plan.get(plan, ())
            if len(plans) > 1:  # whoever reads it has one row before him for all plans
                own = tuple(replace(each, message=f"{name}：{each.message}") for each in own)
            reasons = [*one.reasons, *own]
            key = (plan, number_hash or b"")
            if one.person and key in listed:
                reasons.append(_already_in_line(name))
            if one.person is None or refuses(reasons):
                refused[plan] += 1
                _, known = failed.setdefault(one.row.row_no, (one.row, []))
                known += [reason for reason in reasons if reason not in known]
                continue
            entries.append(Entry(plan, one.person, key in covered, is_above_usual_age(reasons)))
    lines = tuple(
        LineImport(plan_code=plan, succeeded=len(checked) - refused[plan], failed=refused[plan])
        for plan in plans
    )
    return Outcome(len(checked), entries, list(failed.values()), lines, warned)


def _already_in_line(plan_name: str) -> Reason:
    return Reason("already_in_line", f"已在“{plan_name}”的人员清单中，无需重复导入。", "number")
