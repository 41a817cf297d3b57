"""Who may join a plan."""

from collections.abc import Iterable
from datetime import date

from services.roster.domain.persons import Person
from services.roster.domain.reasons import Reason, Severity
from shared.contracts.enrollment import PlanRules
from shared.contracts.labels import SEXES


def age_on(birth_date: date, on: date) -> int:
    """Return the age in full years."""
    birthday_passed = (on.month, on.day) >= (birth_date.month, birth_date.day)
    return on.year - birth_date.year - (not birthday_passed)


ABOVE_USUAL_AGE = "above_usual_age"


def is_above_usual_age(reasons: Iterable[Reason]) -> bool:
    """Return whether one of the reasons is that the person is above the plan's usual age."""
    return any(reason.code == ABOVE_USUAL_AGE for reason in reasons)


def may_join(person: Person, rules: PlanRules, on: date) -> tuple[Reason, ...]:
    """Return every reason against the person on that day; none when they may join."""
    reasons = []
    age = age_on(person.birth_date, on)
    if rules.min_age is not None and age < rules.min_age:
        reasons.append(
            Reason("age_below", f"未满 {rules.min_age} 周岁，不能参加该活动。", "birth_date")
        )
    if rules.max_age is not None and age > rules.max_age:
        reasons.append(
            Reason("age_above", f"已超过 {rules.max_age} 周岁，不能参加该活动。", "birth_date")
        )
    elif rules.usual_age is not None and age > rules.usual_age:
        message = f"已超过 {rules.usual_age} 周岁，需提供超龄证明。"
        reasons.append(Reason(ABOVE_USUAL_AGE, message, "birth_date", Severity.WARNING))
    if rules.sex is not None and person.sex is not rules.sex:
        message = f"该活动仅限{SEXES[rules.sex]}职工参加。"
        reasons.append(Reason("sex_not_eligible", message, "sex"))
    if person.occupation_class not in rules.occupation_classes:
        reasons.append(
            Reason(
                "occupation_not_eligible",
                "该活动不接受此职业类别，请核对“职业类别”列。",
                "occupation_class",
            )
        )
    return tuple(reasons)
