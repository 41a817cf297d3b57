import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.enrollment.domain.rates import eligible_staff, least_persons, reaches_least_rate
from shared.contracts.enrollment import PlanRules, Sex

WOMENS = PlanRules(sex=Sex.FEMALE, least_rate=80, everyone_below=100)
RULES = st.builds(
    PlanRules,
    sex=st.none() | st.sampled_from(Sex),
    least_rate=st.none() | st.integers(0, 100),
    everyone_below=st.none() | st.integers(0, 200),
)


def test_a_womens_plan_is_measured_against_the_women_on_staff() -> None:
    """Other plans against the whole staff."""
    assert eligible_staff(WOMENS, staff=300, women=120) == 120
    assert eligible_staff(PlanRules(), staff=300, women=120) == 300


@pytest.mark.parametrize(
    ("staff", "women", "persons", "enough"),
    [
        (1000, 200, 160, True),
        (1000, 200, 159, False),
        (100, 50, 40, True),
        (99, 50, 50, True),
        (99, 50, 49, False),
    ],
)
def test_at_least_four_of_five_women_join_and_all_of_them_in_small_units(
    staff: int, women: int, persons: int, *, enough: bool
) -> None:
    """80 %, not a person less; every woman in units of less than 100 staff."""
    assert reaches_least_rate(WOMENS, persons, staff=staff, women=women) is enough


def test_a_plan_without_a_least_rate_takes_anyone() -> None:
    """Even a single person of many."""
    assert reaches_least_rate(PlanRules(), 1, staff=1000, women=0)


@given(RULES, st.integers(0, 400), st.data())
def test_the_least_number_told_to_the_operator_is_the_one_that_is_accepted(
    rules: PlanRules, staff: int, data: st.DataObject
) -> None:
    """One person less is refused, that number is accepted, for units of all sizes."""
    women = data.draw(st.integers(0, staff))
    least = least_persons(rules, staff, women)
    assert 0 <= least <= eligible_staff(rules, staff, women)
    assert reaches_least_rate(rules, least, staff, women)
    assert least == 0 or not reaches_least_rate(rules, least - 1, staff, women)
