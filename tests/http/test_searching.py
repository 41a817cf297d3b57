"""What people type into a search, as it is compared."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import column, func, select

from shared.errors import Invalid
from shared.http.searching import EXACT_UP_TO, counted, has_number, in_order
from shared.runtime.database import open_engine, sessions_of
from shared.values import LONGEST_FOLDED, folded


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
    assert len(folded("长" * 5000)) == LONGEST_FOLDED


def test_a_range_of_days_may_be_open_or_one_day_long() -> None:
    """Only one that ends before it begins is refused."""
    first, last = date(2026, 3, 1), date(2026, 3, 2)
    assert in_order(None, last, "entered_from") == (None, last)
    assert in_order(first, first, "entered_from") == (first, first)
    with pytest.raises(Invalid) as refusal:
        in_order(last, first, "entered_from")
    assert refusal.value.field == "entered_from"


@pytest.mark.parametrize(
    ("there", "told"),
    [
        (0, (0, True)),
        (3, (3, True)),
        (EXACT_UP_TO, (EXACT_UP_TO, True)),
        (EXACT_UP_TO + 1, (EXACT_UP_TO, False)),
    ],
)
async def test_a_total_is_exact_to_ten_thousand(
    postgres: str, there: int, told: tuple[int, bool]
) -> None:
    """Beyond that it says that there are more; what a first page shows whole is not counted."""
    engine = open_engine(postgres)
    numbers = func.generate_series(1, there).table_valued("value").render_derived()
    async with sessions_of(engine)() as session:
        for page, cursor in ((51, None), (1, "PRT0000000051")):
            found = await counted(session, select(numbers.c.value), page, 50, cursor)
            assert (found.total, found.total_is_exact) == told
        found = await counted(session, select(numbers.c.value), 7, 50, None)
        assert (found.total, found.total_is_exact) == (7, True)
    await engine.dispose()


def test_a_whole_number_is_looked_up_and_a_part_is_searched() -> None:
    """The first needs no more than an index; what people type is no pattern."""
    number: Any = column("number")
    assert "LIKE" not in str(has_number(number, "PRT0000000123", 13))
    part = has_number(number, "1%2_3", 13).compile()
    assert "LIKE" in str(part)
    assert part.params["number_1"] == "1/%2/_3"
