from shared.sheets.cells import Cell
from shared.sheets.headers import Header, ListColumns, best_guess, find_headers, header_at
from shared.sheets.titles import Titles

TITLES = Titles(
    {
        "code": ["编码", "证件号码"],
        "name": ["名称", "姓名"],
        "phone": ["手机", "电话", "联系方式"],
        "note": ["备注"],
    },
    ["code", "name"],
)


def _one(at: dict[str, int], row: int = 1, last: int | None = None) -> Header:
    return Header(row, last or row, (ListColumns(at, 0, None),))


def test_a_header_is_found_below_titles_and_blank_rows() -> None:
    """Its row is counted from 1; columns from 0."""
    rows: list[list[Cell]] = [["名单"], [], ["序号", "名称", "编码"], [1, "甲", "A1"]]
    assert find_headers(rows, TITLES) == [_one({"name": 1, "code": 2}, 3)]


def test_every_complete_header_is_found_in_order() -> None:
    """A list below another one has its own columns."""
    rows = [["名称", "编码"], ["甲", "A1"], ["编码", "名称", "备注"], ["B2", "乙", ""]]
    assert find_headers(rows, TITLES) == [
        _one({"name": 0, "code": 1}),
        _one({"code": 0, "name": 1, "note": 2}, 3),
    ]


def test_a_row_with_values_is_no_header() -> None:
    """A form that is filled in has its values beside its titles."""
    assert find_headers([["名称", "甲", "编码", "370203198"]], TITLES) == []
    for usual in ("37020319", "202601", "手机（如13800000000）"):
        assert find_headers([["名称", "编码", usual]], TITLES) != []


def test_of_two_titles_for_a_field_the_more_usual_one_counts() -> None:
    """Wherever it stands."""
    rows = [["电话", "手机", "名称", "编码"]]
    assert find_headers(rows, TITLES) == [_one({"phone": 1, "name": 2, "code": 3})]


def test_the_lower_of_two_rows_of_titles_counts_alone_or_with_the_upper_one() -> None:
    """The upper title reaches over the columns to its right."""
    rows = [
        ["名称", "证件", "", "联系方式", ""],
        ["", "类型", "号码", "座机", "手机"],
        ["甲", "", "A1"],
    ]
    assert find_headers(rows, TITLES) == [_one({"name": 0, "code": 2, "phone": 4}, 1, 2)]


def test_a_row_of_values_is_no_second_row_of_titles() -> None:
    """Nor is one of words that are no titles."""
    for second in (["甲", "A1", "13800005678"], ["", "", "座机"], ["", "", "1"], []):
        rows = [["名称", "编码", "联系方式"], second]
        assert find_headers(rows, TITLES)[0].last == 1


def test_titles_that_merged_cells_repeat_below_are_one_header() -> None:
    """A title over two rows stands in both."""
    rows = [["名称", "编码", "联系方式"], ["名称", "编码", "手机"]]
    assert find_headers(rows, TITLES) == [_one({"name": 0, "code": 1, "phone": 2}, 1, 2)]


def test_a_row_without_titles_above_a_header_is_none_of_it() -> None:
    """It may be a person."""
    for above in (["甲", ""], ["名单"], ["甲", "A1"]):
        rows = [above, ["名称", "编码"], ["乙", "B2"]]
        assert find_headers(rows, TITLES) == [_one({"name": 0, "code": 1}, 2)]


def test_titles_about_others_are_not_read() -> None:
    """Nor is what stands below such a title, or a list to the right of one."""
    others = Titles({"name": ["姓名"], "code": ["编码"]}, ["name", "code"], ["配偶", "关系"])
    expected = _one({"name": 0, "code": 1})
    for right in (["配偶姓名", "配偶编码"], ["关系", "姓名", "编码"]):
        assert find_headers([["姓名", "编码", *right]], others) == [expected]
    rows = [["姓名", "编码", "配偶", ""], ["", "", "姓名", "编码"]]
    assert find_headers(rows, others) == [_one({"name": 0, "code": 1}, 1, 2)]
    again = ["姓名", "编码", "关系"]
    [both] = find_headers([[*again, *again]], others)
    assert [one.at for one in both.lists] == [{"name": 0, "code": 1}, {"name": 3, "code": 4}]


def test_lists_side_by_side_may_have_different_titles() -> None:
    """A required field that comes again begins another list; one that lacks some does not."""
    [header] = find_headers([["名称", "编码", "姓名", "证件号码", "电话"]], TITLES)
    assert [one.at for one in header.lists] == [
        {"name": 0, "code": 1},
        {"name": 2, "code": 3, "phone": 4},
    ]
    [single] = find_headers([["名称", "证件号码", "编码", "电话", "手机"]], TITLES)
    assert [one.at for one in single.lists] == [{"name": 0, "code": 2, "phone": 4}]


def test_lists_side_by_side_have_columns_of_their_own() -> None:
    """A running number that comes again belongs to the right one."""
    [header] = find_headers([["序号", "名称", "编码", "序号", "名称", "编码", "备注"]], TITLES)
    assert header.lists == (
        ListColumns({"name": 1, "code": 2}, 0, 3),
        ListColumns({"name": 4, "code": 5, "note": 6}, 3, None),
    )


def test_a_title_that_comes_again_without_a_whole_list_begins_none() -> None:
    """The first one counts."""
    [header] = find_headers([["名称", "编码", "备注", "备注", "编码"]], TITLES)
    assert header.lists == (ListColumns({"name": 0, "code": 1, "note": 2}, 0, None),)


def test_a_header_is_known_again_further_down() -> None:
    """With the row below it where that goes on with titles; nothing else is one."""
    assert header_at([["名称", "编码"]], TITLES, first=7) == _one({"name": 0, "code": 1}, 7)
    assert header_at([["名称", "甲"]], TITLES, first=7) is None
    assert header_at([[]], TITLES, first=7) is None


def test_the_best_guess_has_the_most_fields() -> None:
    """Though a required one is missing."""
    rows = [["名单"], ["名称", "手机", "备注"], ["名称", "手机"]]
    assert best_guess(rows, TITLES) == _one({"name": 0, "phone": 1, "note": 2}, 2)
    assert best_guess([["甲", "乙"]], TITLES) is None
