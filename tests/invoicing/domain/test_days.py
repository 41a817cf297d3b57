import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.invoicing.domain.days import confirmable_on

CASES = Path(__file__).parents[2] / "cases" / "confirmable_on.csv"


def _cases() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["received_on"])
def test_money_is_confirmable_on_the_day_of_the_truth_table(case: dict[str, str]) -> None:
    """Case E and others, across the ends of months and years."""
    received_on = date.fromisoformat(case["received_on"])
    assert confirmable_on(received_on).isoformat() == case["confirmable_on"]


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_money_is_confirmable_on_the_first_open_day_from_its_arrival(received_on: date) -> None:
    """Days 1 to 25 are open; the first of them that is not before the money."""
    day = received_on
    while day.day > 25:
        day += timedelta(days=1)
    assert confirmable_on(received_on) == day
