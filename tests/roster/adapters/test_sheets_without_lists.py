"""Sheets that hold no list of persons, as the operator says."""

import pytest

from services.roster.adapters.list_reader import ColumnsUnknown, ListReader
from services.roster.domain.columns import ChosenColumns
from services.roster.domain.row_kinds import RowKind
from shared.errors import Invalid
from tests.people import invented_people
from tests.roster.kinds.kind import HEADER, book, row

A, B, C = invented_people(3, seed=61)
CONTACTS = [("姓名", "电话", "编码"), (A.name, A.mobile, A.number), (C.name, C.mobile, C.number)]
LIST = [HEADER, row(1, A), row(2, B)]


def _reader(content: bytes, *no_lists: str) -> ListReader:
    """Return the reader of a file of which these sheets are no lists."""
    return ListReader(content, [ChosenColumns(one, 1, {}, is_list=False) for one in no_lists])


def _numbers(reader: ListReader) -> list[str]:
    return [found.written().number for found in reader.rows(lambda _: lambda _: None)]


@pytest.mark.parametrize(
    "content", [book(名单=LIST, 联系人=CONTACTS), book(联系人=CONTACTS, 名单=LIST)]
)
def test_nothing_of_a_sheet_that_is_no_list_is_read(content: bytes) -> None:
    """It is asked about before; then its persons are not there, its rows not counted."""
    with pytest.raises(ColumnsUnknown) as asked:
        _numbers(_reader(content))
    assert (asked.value.sheet, asked.value.width, asked.value.is_alone) == ("联系人", 3, False)
    reader = _reader(content, "联系人")
    assert _numbers(reader) == [A.number, B.number]
    assert +reader.counts == {RowKind.TITLE: 1, RowKind.PERSON: 2}
    assert reader.learnt == []


def test_an_only_sheet_says_so() -> None:
    """Its persons would be lost; a sheet beside it counts even when it is empty."""
    with pytest.raises(ColumnsUnknown) as asked:
        _numbers(_reader(book(联系人=CONTACTS)))
    assert asked.value.is_alone
    with pytest.raises(ColumnsUnknown) as asked:
        _numbers(_reader(book(联系人=CONTACTS, 空表=[])))
    assert not asked.value.is_alone


def test_so_does_one_without_anybody() -> None:
    """A sheet is asked about too when only its titles look like those of a list."""
    titles = [("工号", "姓名"), (1, "")]
    with pytest.raises(ColumnsUnknown) as asked:
        _numbers(_reader(book(名单=titles)))
    assert asked.value.is_alone
    with pytest.raises(ColumnsUnknown) as asked:
        _numbers(_reader(book(说明=[("请看下页",)], 名单=titles)))
    assert (asked.value.sheet, asked.value.is_alone) == ("名单", False)


def test_every_other_sheet_is_still_asked_about() -> None:
    """One after another, whether it has persons or titles alone."""
    content = book(联系人=CONTACTS, 家属=CONTACTS, 汇总=[("部门", "姓名"), ("一车间", "")])
    for no_lists, sheet in (
        ((), "联系人"),
        (("联系人",), "家属"),
        (("联系人", "家属"), "汇总"),
    ):
        with pytest.raises(ColumnsUnknown) as asked:
            _numbers(_reader(content, *no_lists))
        assert asked.value.sheet == sheet


@pytest.mark.parametrize("other", [[], [("本单位情况说明",)]])
def test_a_file_without_another_list_is_refused(other: list[tuple[str, ...]]) -> None:
    """It is not empty: what it lacks is a list."""
    with pytest.raises(Invalid) as refused:
        _numbers(_reader(book(联系人=CONTACTS, 其他=other), "联系人"))
    assert refused.value.code == "header_missing"


def test_the_list_filled_into_a_sample_sheet_is_the_list_then() -> None:
    """As it is in a file without any other list."""
    reader = _reader(book(联系人=CONTACTS, 填写示例=LIST), "联系人")
    assert _numbers(reader) == [A.number, B.number]
