import pytest

from services.roster.domain.row_kinds import (
    RowKind,
    could_be_name,
    could_be_number,
    kind_of,
    marks_example,
)

FIELDS = ("name", "number", "mobile", "document_kind")


def _kind(*cells: str) -> RowKind:
    """Return the kind of a row: a first cell, then name, number, mobile and kind of document."""
    return kind_of(dict(zip(FIELDS, cells[1:], strict=False)), cells)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (("", "", ""), RowKind.EMPTY),
        (("1", "张三", "370203198607091894"), RowKind.PERSON),
        (("合计", "张三", "370203198607091894"), RowKind.PERSON),
        (("注：", "", "3702031986070918"), RowKind.PERSON),
        (("1", "张三", ""), RowKind.PERSON),
        (("1", "", "", "13800005678"), RowKind.PERSON),
        (("1", "", "25"), RowKind.PERSON),
        (("一车间：甲班", "张三", ""), RowKind.PERSON),
        (("总务科", "张三", ""), RowKind.PERSON),
        (("示例", "张三", "370203198607091894"), RowKind.EXAMPLE),
        (("1", "张三（示例）", "370203198607091894"), RowKind.EXAMPLE),
        (("示例学校", "张三", "370203198607091894"), RowKind.PERSON),
        (("合计", "", "2人"), RowKind.TOTAL),
        (("", "合计", "25"), RowKind.TOTAL),
        (("", "", "共2人"), RowKind.TOTAL),
        (("总计：30 人", "", ""), RowKind.TOTAL),
        (("本页小计", "12", ""), RowKind.TOTAL),
        (("合计算", "张三", ""), RowKind.PERSON),
        (("制表人：李四", "", "审核人："), RowKind.FOOTER),
        (("", "制表人：", "李四"), RowKind.FOOTER),
        (("制表人：", "李四", ""), RowKind.FOOTER),
        (("填表说明：1.与证件一致", "", ""), RowKind.FOOTER),
        (("备注", "", ""), RowKind.FOOTER),
        (("以下空白", "", ""), RowKind.FOOTER),
        (("", "注：本表一式两份", ""), RowKind.FOOTER),
        (("一车间", "", ""), RowKind.TITLE),
        (("3", "", "", "", "居民身份证"), RowKind.EMPTY),
        (("3", "", "", "", "学生证"), RowKind.TITLE),
    ],
)
def test_a_row_is_of_the_kind_that_a_clerk_sees(cells: tuple[str, ...], kind: RowKind) -> None:
    """A person before all else when its number could be one."""
    assert _kind(*cells) is kind


@pytest.mark.parametrize(
    ("written", "could"),
    [
        ("370203198607091894", True),
        ("3702031986070918", True),
        ("3.70203E+17", True),
        ("E12345678", True),
        ("E1234", False),
        ("123456", True),
        ("AB12345", True),
        ("ABC1234", False),
        ("12345", False),
        ("2人", False),
        ("", False),
        ("370203-19860709-1894", True),
        ("1" * 31, False),
        ("1" * 30, True),
    ],
)
def test_a_number_that_could_be_a_documents_is_known(written: str, *, could: bool) -> None:
    """Whole, mistyped or mangled; a count of persons is none."""
    assert could_be_number(written) is could


@pytest.mark.parametrize(
    ("written", "could"),
    [("张三", True), ("Li", True), ("", False), ("制表人：", False), ("张3", False), ("--", False)],
)
def test_a_name_has_letters_and_no_sign_of_a_label(written: str, *, could: bool) -> None:
    """Neither a colon nor a digit; no longer than names are."""
    assert could_be_name(written) is could
    assert could_be_name("王" * 50)
    assert not could_be_name("王" * 51)


def test_an_example_is_marked_by_its_first_cell() -> None:
    """With or without brackets; a department of that name is none."""
    for marked in ("示例", "（示例）", "例：", "样例1", "Example"):
        assert marks_example(marked)
    for other in ("", "示例中学", "1", "例会"):
        assert not marks_example(other)
