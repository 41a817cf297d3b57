"""When cover ends."""

from datetime import date

import pytest

from shared.catalogue.samples import sample_of
from shared.contracts.enrollment import ConfirmationIssued, cover_until, last_day_of_cover


@pytest.mark.parametrize(
    ("effective_on", "years", "until"),
    [
        (date(2024, 12, 9), 1, date(2025, 12, 8)),
        (date(2024, 12, 9), 3, date(2027, 12, 8)),
        (date(2025, 1, 1), 1, date(2025, 12, 31)),
        (date(2023, 3, 1), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 28)),
    ],
)
def test_cover_ends_the_day_before_its_anniversary(
    effective_on: date, years: int, until: date
) -> None:
    """A day that the year lacks counts as 1 March."""
    assert last_day_of_cover(effective_on, years) == until


def test_the_event_says_when_cover_ends() -> None:
    """Older events lack it: it follows from their terms."""
    older = ConfirmationIssued.model_validate(sample_of(ConfirmationIssued.topic)["data"])
    assert older.cover_until is None
    assert cover_until(older) == {"ZYYL-A": date(2027, 11, 23), "NGTB-2025": date(2029, 11, 23)}
    decided = {"ZYYL-A": date(2027, 12, 31), "NGTB-2025": date(2029, 12, 31)}
    assert cover_until(older.model_copy(update={"cover_until": decided})) == decided
