"""What is told of the rows of a file: why they are refused, and what is to be looked at."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from services.roster.domain.checking import CheckedRow
from services.roster.domain.persons import RawRow
from services.roster.domain.reasons import Reason, Severity, refuses


class Listed(NamedTuple):
    """Somebody with the same number stands in the line of a plan already."""

    plan_code: str
    same_name: bool


class Repeats(NamedTuple):
    """An earlier row of the file, taken into the line of a plan, has the same number."""

    plan_code: str
    same_name: bool
    first: int
    """Place of that row."""


class OtherName(NamedTuple):
    """Somebody with the same number and another name stands in a line of the application."""

    plan_name: str
    name: str


Finding = Listed | Repeats | OtherName
"""What the roster, or the rest of the file, has against a row."""


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A row with what is told of it."""

    row: RawRow
    reasons: Sequence[Reason]
    taken: bool
    """Whether a line takes its person."""
    refused: bool
    """Whether a line refuses it."""

    @property
    def warned(self) -> bool:
        """Whether it is taken, with something to look at."""
        return self.taken and any(one.severity is Severity.WARNING for one in self.reasons)

    @property
    def why(self) -> str:
        """Return the reasons, for the operator."""
        return "".join(reason.message for reason in self.reasons)

    @property
    def placed_why(self) -> str:
        """Return where the row was, and the reasons."""
        return f"原{self.row.where}：{self.why}"


def told(
    checked: CheckedRow,
    findings: Collection[Finding],
    plans: Mapping[str, str],
    where: Mapping[int, str],
) -> ToldRow:
    """Return a row with the reasons of all `plans`, whose names go by code.

    A reason of one plan names it where there are several. `where` has the words for the places
    that findings name.
    """
    known: list[Reason] = []
    taken = refused = False
    repeated = {one.plan_code for one in findings if isinstance(one, Repeats)}
    for plan, name in plans.items():
        own = checked.by_plan.get(plan, ())
        reasons = [
            *checked.reasons,
            *(_named(one, name) if len(plans) > 1 else one for one in own),
            *(
                _against(one, name, where, by_plan=repeated != set(plans))
                for one in findings
                if _is_for(one, plan)
            ),
        ]
        if checked.person is None or refuses(reasons):
            refused = True
        else:
            taken = True
        known += [reason for reason in reasons if reason not in known]
    known += [_other_name(one) for one in findings if isinstance(one, OtherName)]
    return ToldRow(checked.row, known, taken, refused)


def _named(reason: Reason, plan_name: str) -> Reason:
    return replace(reason, message=f"{plan_name}：{reason.message}")


def _is_for(finding: Finding, plan_code: str) -> bool:
    return not isinstance(finding, OtherName) and finding.plan_code == plan_code


def _against(
    finding: Finding, plan_name: str, where: Mapping[int, str], *, by_plan: bool
) -> Reason:
    """Return why a plan refuses a row; `by_plan` when not all plans do so for a repetition."""
    if isinstance(finding, Repeats):
        first = where[finding.first]
        own = f"{plan_name}：" if by_plan else ""
        message = (
            f"{own}与{first}重复，请删除其中一行。"
            if finding.same_name
            else f"{own}证件号码与{first}相同，但姓名不同，请核对证件号码和姓名。"
        )
        return Reason("row_repeated", message, "number")
    assert isinstance(finding, Listed)
    message = (
        f"已在“{plan_name}”的人员清单中，无需重复导入。"
        if finding.same_name
        else f"该证件号码已在“{plan_name}”的人员清单中，但姓名不同，请核对证件号码和姓名。"
    )
    return Reason("already_in_line", message, "number")


def _other_name(finding: OtherName) -> Reason:
    """Return the warning that names the difference; it goes to the unit's operator only."""
    message = (
        f"“{finding.plan_name}”的人员清单中，同一证件号码的姓名是“{finding.name}”，"
        "请核对证件号码是否填错。"
    )
    return Reason("other_name", message, "name", Severity.WARNING)
