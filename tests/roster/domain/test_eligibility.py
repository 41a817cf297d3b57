from dataclasses import replace
from datetime import date

import pytest

from services.roster.domain.documents import DocumentKind
from services.roster.domain.eligibility import age_on, may_join
from services.roster.domain.persons import Person
from services.roster.domain.reasons import refuses
from shared.contracts.enrollment import OccupationClass, PlanRules, Sex

ON = date(2026, 11, 24)


def _person(birth_date: date) -> Person:
    return Person("张三", DocumentKind.RESIDENT_ID, "370203198607091894", Sex.MALE, birth_date)


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(2000, 11, 24), date(2026, 11, 24), 26),
        (date(2000, 11, 25), date(2026, 11, 24), 25),
        (date(2000, 2, 29), date(2026, 2, 28), 25),
        (date(2000, 2, 29), date(2026, 3, 1), 26),
    ],
)
def test_age_counts_full_years(born: date, on: date, age: int) -> None:
    """A year is full on the birthday; after 28 February for those born on the 29th."""
    assert age_on(born, on) == age


@pytest.mark.parametrize(
    ("born", "codes"),
    [
        (date(2010, 11, 25), ["age_below"]),
        (date(2010, 11, 24), []),
        (date(1965, 11, 25), []),
        (date(1965, 11, 24), ["above_usual_age"]),
        (date(1960, 11, 25), ["above_usual_age"]),
        (date(1960, 11, 24), ["age_above"]),
    ],
)
def test_age_refuses_outside_the_range_and_warns_above_the_usual(
    born: date, codes: list[str]
) -> None:
    """16 to 65, usually up to 60."""
    rules = PlanRules(min_age=16, max_age=65, usual_age=60)
    assert [reason.code for reason in may_join(_person(born), rules, ON)] == codes


def test_a_warning_refuses_nobody() -> None:
    """A person above the usual age joins with 超龄证明."""
    reasons = may_join(_person(date(1960, 1, 1)), PlanRules(usual_age=60), ON)
    assert "超龄证明" in reasons[0].message
    assert [(reason.code, reason.column) for reason in reasons] == [
        ("above_usual_age", "birth_date")
    ]
    assert not refuses(reasons)


def test_all_that_speaks_against_a_person_is_said() -> None:
    """Age, sex and occupation at once."""
    rules = PlanRules(max_age=30, sex=Sex.FEMALE, occupation_classes=(OccupationClass.HIGH_RISK,))
    reasons = may_join(_person(date(1986, 7, 9)), rules, ON)
    assert [(reason.code, reason.column) for reason in reasons] == [
        ("age_above", "birth_date"),
        ("sex_not_eligible", "sex"),
        ("occupation_not_eligible", "occupation_class"),
    ]
    assert refuses(reasons)


def test_who_is_too_young_is_told_in_the_column_of_the_birth_date() -> None:
    """With the age that the plan wants."""
    [reason] = may_join(_person(date(2015, 1, 1)), PlanRules(min_age=16), ON)
    assert (reason.code, reason.column) == ("age_below", "birth_date")
    assert "未满 16 周岁" in reason.message


@pytest.mark.parametrize(("sex", "whom"), [(Sex.FEMALE, "女"), (Sex.MALE, "男")])
def test_a_plan_for_one_sex_says_for_which(sex: Sex, whom: str) -> None:
    """Those of that sex may join it."""
    man = _person(date(1986, 7, 9))
    woman = replace(man, sex=Sex.FEMALE)
    for person in (man, woman):
        reasons = may_join(person, PlanRules(sex=sex), ON)
        assert [f"仅限{whom}职工" in one.message for one in reasons] == [True] * (
            person.sex is not sex
        )


def test_a_plan_without_limits_takes_everybody() -> None:
    """None means no limit."""
    assert may_join(_person(date(1930, 1, 1)), PlanRules(), ON) == ()
