"""Participation rates: persons of a line ÷ staff that may join."""

from shared.contracts.enrollment import PlanRules, Sex


def eligible_staff(rules: PlanRules, staff: int, women: int) -> int:
    """Return the staff that may join a plan: for women's plans, the women on staff."""
    return women if rules.sex is Sex.FEMALE else staff


def reaches_least_rate(rules: PlanRules, persons: int, staff: int, women: int) -> bool:
    """Return whether a line reaches the plan's least rate; in small units it may be 100 %."""
    eligible = eligible_staff(rules, staff, women)
    if rules.everyone_below is not None and staff < rules.everyone_below:
        return persons >= eligible
    return rules.least_rate is None or persons * 100 >= rules.least_rate * eligible


def least_persons(rules: PlanRules, staff: int, women: int) -> int:
    """Return the smallest number of persons that reaches the plan's least rate."""
    eligible = eligible_staff(rules, staff, women)
    if rules.everyone_below is not None and staff < rules.everyone_below:
        return eligible
    return -(-(rules.least_rate or 0) * eligible // 100)
