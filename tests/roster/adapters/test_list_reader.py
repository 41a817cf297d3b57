"""Every row of a file is accounted for."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.roster.adapters.list_reader import MOST_ROWS, ListReader
from services.roster.domain.checking import Checking
from services.roster.domain.columns import ChosenColumns
from services.roster.domain.quick_reading import PlainReader
from services.roster.domain.row_kinds import RowKind
from shared.contracts.enrollment import PlanRules
from shared.errors import Invalid
from tests.people import invented_people
from tests.roster.kinds.kind import HEADER, book, row

TODAY = date(2026, 11, 24)
PEOPLE = invented_people(30, seed=11)
Cells = tuple[object, ...]

persons = st.sampled_from(PEOPLE).map(lambda one: (RowKind.PERSON, row(1, one)))
others = st.sampled_from(
    [
        (RowKind.PERSON, (1, "张三", "", "")),
        (RowKind.PERSON, ("注：", "", "3702031986", "")),
        (RowKind.PERSON, ("合计", "李四", "37020319860709189", "")),
        (RowKind.TITLE, HEADER),
        (RowKind.TITLE, ("一车间", "", "", "")),
        (RowKind.TOTAL, ("合计", "", "2人", "")),
        (RowKind.FOOTER, ("制表人：张三", "", "", "")),
        (RowKind.EXAMPLE, ("示例", PEOPLE[0].name, PEOPLE[0].number, "")),
        (RowKind.EMPTY, (7, "", "", "")),
        (RowKind.EMPTY, ("", "", "", "")),
        (RowKind.EMPTY, ()),
    ]
)
lists = st.lists(st.one_of(persons, others), min_size=1, max_size=20).map(
    lambda rows: [*rows, (RowKind.FOOTER, ("审核人：李四", "", "", ""))]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(lists, min_size=1, max_size=3), st.integers(0, 3))
def test_what_is_counted_is_what_the_file_holds(
    sheets: list[list[tuple[RowKind, Cells]]], titles: int
) -> None:
    """Whatever kinds of rows follow each other, below however many titles, on several sheets."""
    above = [("参保人员名单",)] * titles
    content = book(
        **{
            f"表{at}": [*above, HEADER, *(cells for _, cells in rows)]
            for at, rows in enumerate(sheets)
        }
    )
    expected = Counter(kind for rows in sheets for kind, _ in rows)
    expected[RowKind.TITLE] += len(sheets) * (titles + 1)
    reader = ListReader(content)
    checking = Checking({"A": PlanRules()}, TODAY)
    found = list(reader.rows(checking.plain_reader))
    assert +reader.counts == +expected
    assert len(found) == expected[RowKind.PERSON]
    assert [one.place for one in found] == sorted({one.place for one in found})
    assert sum(reader.counts.values()) == sum(titles + 1 + len(rows) for rows in sheets)


def test_a_file_has_so_many_persons_and_no_more() -> None:
    """Other rows do not count."""
    content = book(名单=[HEADER, ("一车间",), *(row(at, one) for at, one in enumerate(PEOPLE[:3]))])
    assert len(list(ListReader(content, limit=3).rows(_nothing_plain))) == 3
    with pytest.raises(Invalid, match="一个文件最多 2 行") as refused:
        list(ListReader(content, limit=2).rows(_nothing_plain))
    assert refused.value.code == "too_many_rows"
    assert MOST_ROWS == 300_000


def _nothing_plain(_: Mapping[str, int]) -> PlainReader:
    return lambda _: None


def _chosen(content: bytes, header_row: int) -> list[str]:
    chosen = [ChosenColumns("名单", header_row, {"name": 0, "number": 1})]
    rows = ListReader(content, chosen).rows(_nothing_plain)
    return [found.written().number for found in rows]


def test_the_columns_that_were_said_are_those_of_the_whole_sheet() -> None:
    """A list beside them, or a person above them, is refused: the answer did not speak of it."""
    one, other, third = PEOPLE[:3]
    assert _chosen(book(名单=[("甲", "乙"), (one.name, one.number)]), 1) == [one.number]
    beside = [("甲", "乙", "丙", "丁"), (one.name, one.number, other.name, other.number)]
    with pytest.raises(Invalid) as refused:
        _chosen(book(名单=beside), 1)
    assert refused.value.code == "persons_beside_list"
    spouses = [("甲", "乙", "配偶证号"), (one.name, one.number, other.number)]
    assert _chosen(book(名单=spouses), 1) == [one.number]
    above = [(one.name, one.number), (other.name, other.number), (third.name, third.number)]
    with pytest.raises(Invalid) as refused:
        _chosen(book(名单=above), 2)
    assert refused.value.code == "rows_above_header"


def test_titles_are_learnt_only_where_they_name_the_columns() -> None:
    """A title over the whole list stands above lists of other columns too."""
    one = PEOPLE[0]
    for titles, learnt in ((("甲", "乙"), 1), (("参保人员名单", ""), 0)):
        content = book(名单=[titles, (one.name, one.number)])
        reader = ListReader(content, [ChosenColumns("名单", 1, {"name": 0, "number": 1})])
        assert len(list(reader.rows(_nothing_plain))) == 1
        assert len(reader.learnt) == learnt
