from datetime import date

from pydantic import TypeAdapter

from services.enrollment.domain.confirmations import (
    FIRST_SEQUENCE,
    confirmation_no,
    effective_on,
)
from shared.values import ConfirmationNo
from tests.enrollment.samples import plan

RECEIVED = date(2024, 12, 9)


def test_a_confirmation_number_names_office_day_and_sequence() -> None:
    """Case F (docs/domain.md, Numbers)."""
    assert confirmation_no("0012", date(2024, 12, 10), 10_000_845) == "G00122024121010000845"


def test_the_first_number_of_an_office_is_a_confirmation_number() -> None:
    """As contracts and addresses expect it."""
    number = confirmation_no("0012", RECEIVED, FIRST_SEQUENCE)
    assert TypeAdapter(ConfirmationNo).validate_python(number) == number
    assert number.endswith("10000001")


def test_cover_begins_when_the_money_arrived() -> None:
    """Effective on the 9th, confirmed on the 10th."""
    assert effective_on(RECEIVED, [plan(), plan("ZGZJ")]) == RECEIVED


def test_the_plan_that_begins_last_decides() -> None:
    """One paper has one date, also across the end of a year."""
    late = plan("ZGZJ", effective_after_days=30)
    assert effective_on(RECEIVED, [plan(), late]) == date(2025, 1, 8)
