"""What people type into a search, as it is compared."""

from datetime import date

import pytest

from shared.errors import Invalid
from shared.searching import LONGEST, folded, in_order


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("prt0000000123", "PRT0000000123"),
        ("ＰＲＴ００００００１２３", "PRT000000123"),
        (" PRT 0000\u3000000\t123\n", "PRT0000000123"),
        ("\u200bG0012\ufeff", "G0012"),
        ("青岛示例（集团）有限公司", "青岛示例(集团)有限公司"),
        ("100%_/", "100%_/"),
        ("  ", ""),
    ],
)
def test_numbers_and_names_are_compared_as_people_mean_them(typed: str, compared: str) -> None:
    """Case, width, spaces and what nobody sees make no difference."""
    assert folded(typed) == compared


def test_what_is_compared_fits_into_an_index() -> None:
    """However long a name is."""
    assert len(folded("长" * 5000)) == LONGEST


def test_a_range_of_days_may_be_open_or_one_day_long() -> None:
    """Only one that ends before it begins is refused."""
    first, last = date(2026, 3, 1), date(2026, 3, 2)
    assert in_order(None, last, "entered_from") == (None, last)
    assert in_order(first, first, "entered_from") == (first, first)
    with pytest.raises(Invalid) as refusal:
        in_order(last, first, "entered_from")
    assert refusal.value.field == "entered_from"
