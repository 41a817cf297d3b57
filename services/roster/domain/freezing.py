"""Whether a submitted roster can go to review as it is."""

from collections.abc import Mapping, Sequence
from datetime import date

from services.roster.domain.eligibility import may_join
from services.roster.domain.imports import Import, ImportState
from services.roster.domain.persons import ListedPerson
from services.roster.domain.reasons import refuses
from services.roster.domain.rosters import Roster
from shared.errors import Conflict


class FreezeRefused(Conflict):
    """The roster cannot go to review as it is."""

    def __init__(self, code: str, message: str, plan_code: str | None = None) -> None:
        super().__init__(code, message)
        self.plan_code = plan_code


def require_read(imports: Sequence[Import]) -> None:
    """Raise FreezeRefused when a file waits for its columns, or the last one could not be read.

    `imports` come oldest first; files that were given up do not count.
    """
    if any(one.state is ImportState.NEEDS_COLUMNS for one in imports):
        raise FreezeRefused(
            "import_undecided",
            "有导入的文件还没有指定列，请在人员清单中指定列或放弃该文件后再提交。",
        )
    kept = [one for one in imports if not one.given_up]
    if kept and kept[-1].state is ImportState.FAILED:
        raise FreezeRefused(
            "import_failed", "最近一次导入的文件无法读取，请重新导入人员清单后再提交。"
        )


def above_usual_age(
    roster: Roster, lines: Mapping[str, Sequence[ListedPerson]], on: date
) -> list[int]:
    """Return the ids of those who are above their plan's usual age on the day of submission.

    FreezeRefused for a line without persons, or with persons who may not join.
    """
    rules = roster.rules(roster.plans)
    above = []
    for plan, line in lines.items():
        name = roster.plan_name(plan)
        if not line:
            raise FreezeRefused(
                "line_empty", f"{name}还没有参保人员，请导入人员清单或删除该活动。", plan
            )
        refused = 0
        for listed in line:
            reasons = may_join(listed.person, rules[plan], on)
            refused += refuses(reasons)
            if reasons and not refuses(reasons):
                above.append(listed.person_id)
        if refused:
            raise FreezeRefused(
                "persons_not_eligible",
                f"{name}有{refused}名人员已不符合参保条件，请在人员清单中更正或删除。",
                plan,
            )
    return above
