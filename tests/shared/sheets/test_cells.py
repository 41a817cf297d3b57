from datetime import date, datetime, time, timedelta

import pytest

from shared.sheets.cells import Cell, CellError, cell_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" 张三 ", "张三"),
        (13800005678.0, "13800005678"),
        (999_999_999_999_999.0, "999999999999999"),
        (1e15, "1.00000E+15"),
        (-1e15, "-1.00000E+15"),
        (1.5, "1.5"),
        (float("nan"), "NAN"),
        (float("inf"), "INF"),
        (date(1986, 7, 9), "1986-07-09"),
        (datetime(1986, 7, 9), "1986-07-09"),  # noqa: DTZ001
        (datetime(1986, 7, 9, 8, 30), "1986-07-09 08:30:00"),  # noqa: DTZ001
        (time(8, 30), "08:30:00"),
        (timedelta(hours=30), "1 day, 6:00:00"),
        (True, "True"),
        (CellError("#N/A"), "#N/A"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_cell_has_the_text_that_a_person_reads_in_it(value: Cell, text: str) -> None:
    """Digits that a spreadsheet has lost show as an exponent, and an error as what it is."""
    assert cell_text(value) == text
