from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Invalid
from shared.sheets.cells import Cell
from shared.sheets.merges import Merge, filled, vertical

PLACES = st.tuples(*[st.integers(0, 5)] * 4).map(
    lambda four: (min(four[:2]), min(four[2:]), max(four[:2]), max(four[2:]))
)


def _rows(*lines: str) -> list[list[Cell]]:
    return [list(line) for line in lines]


def test_what_stands_in_the_first_cell_stands_in_all_rows_of_its_column() -> None:
    """And in no other column."""
    merges = vertical([(0, 0, 2, 1)])
    assert merges == [Merge(0, 0, 2, 1)]
    assert [*filled(iter(_rows("abc", "  c", "  c", "  c")), merges)] == [
        *_rows("abc", "a c", "a c", "  c")
    ]


def test_cells_merged_within_a_row_change_nothing() -> None:
    """Their value is in the row already."""
    assert vertical([(3, 0, 3, 7)]) == []


def test_an_empty_cell_fills_no_others() -> None:
    """Whatever a program left below it stays."""
    rows: list[list[Cell]] = [["", "x"], ["y", "x"]]
    assert [*filled(iter(rows), vertical([(0, 0, 1, 0)]))] == [["", "x"], ["y", "x"]]


def test_short_rows_grow_up_to_the_merged_column() -> None:
    """Programs leave out empty cells at the end of a row."""
    rows: list[list[Cell]] = [["a", "b"], [], ["c"]]
    assert [*filled(iter(rows), vertical([(0, 1, 2, 1)]))] == [["a", "b"], ["", "b"], ["c", "b"]]


def test_of_cells_that_are_merged_twice_the_later_one_counts() -> None:
    """No spreadsheet program writes such ones."""
    rows = _rows("a", "b", " ", " ")
    assert [*filled(iter(rows), vertical([(0, 0, 3, 0), (1, 0, 2, 0)]))] == _rows(*"aaa ")


def test_a_million_merged_cells_are_read_and_no_more() -> None:
    """They take memory, each one."""
    assert len(vertical((row, 0, row + 1, 0) for row in range(1_000_000))) == 1_000_000
    with pytest.raises(Invalid, match="过大"):
        vertical((row, 0, row + 1, 0) for row in range(1_000_001))


@given(st.lists(PLACES, max_size=6), st.integers(0, 8))
def test_every_cell_is_that_of_the_file_or_of_a_merge_over_it(
    places: list[tuple[int, int, int, int]], height: int
) -> None:
    """Whatever is merged with what."""
    rows: list[list[Cell]] = [
        [row * 10 + column + 1 for column in range(6)] for row in range(height)
    ]
    before = [[*row] for row in rows]
    after = [*filled(iter(rows), vertical(places))]
    assert len(after) == height
    for row, column in product(range(height), range(6)):
        over = [top for top, left, bottom, _ in places if left == column and top < row <= bottom]
        possible = [after[top][column] for top in over]
        if len([left for _, left, _, _ in places if left == column]) > 1 or not over:
            possible.append(before[row][column])
        assert after[row][column] in possible
