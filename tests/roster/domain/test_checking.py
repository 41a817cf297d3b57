import pickle
from datetime import date

from services.roster.domain.checking import check_rows, refuse_repeated
from services.roster.domain.persons import RawRow
from shared.contracts.enrollment import PlanRules, Sex
from tests.people import invented_people

TODAY = date(2026, 11, 24)
RULES = {"everyone": PlanRules(), "women": PlanRules(sex=Sex.FEMALE)}


def _rows(n: int, women: int = 0) -> list[RawRow]:
    return [
        RawRow(number, one.name, one.number, one.mobile)
        for number, one in enumerate(invented_people(n, women=women), 2)
    ]


def test_every_row_is_checked_against_every_plan() -> None:
    """The row's own reasons stand for all plans, a plan's reasons for that plan."""
    checked = check_rows([*_rows(5, women=2), RawRow(9, "张三")], RULES, TODAY)
    assert [bool(one.person) for one in checked] == [True] * 5 + [False]
    assert sum(not one.reasons_for("women") for one in checked) == 2
    assert sum(not one.reasons_for("everyone") for one in checked) == 5
    assert [reason.code for reason in checked[-1].reasons_for("women")] == ["number_empty"]


def test_who_stands_twice_in_a_file_is_refused_on_the_later_row() -> None:
    """However the number is written; the reason names the first row."""
    first, second = _rows(2)
    again = RawRow(9, first.name, f" {first.number.lower()}\u200b")
    checked = check_rows([first, second, again], RULES, TODAY)
    assert [bool(one.person) for one in checked] == [True, True, False]
    [reason] = checked[2].reasons
    assert (reason.code, reason.column) == ("row_repeated", "number")
    assert reason.message == "与第 2 行重复，请删除其中一行。"


def test_who_stands_in_two_chunks_is_refused_too() -> None:
    """Chunks are checked apart and brought together over the whole file."""
    first, second = _rows(2)
    again = RawRow(9, first.name, first.number)
    chunks = [check_rows(chunk, RULES, TODAY) for chunk in ([first, second], [again])]
    together = refuse_repeated(one for chunk in chunks for one in chunk)
    assert together == check_rows([first, second, again], RULES, TODAY)
    assert refuse_repeated(together) == together


def test_a_refused_row_keeps_nobody_else_out() -> None:
    """Only persons who were read are repeated."""
    row = _rows(1)[0]
    nameless = RawRow(1, "", row.number)
    assert [bool(one.person) for one in check_rows([nameless, row], RULES, TODAY)] == [False, True]


def test_rows_and_results_cross_to_a_child_process() -> None:
    """Both are pickled there and back."""
    rows = _rows(3)
    checked = check_rows(rows, RULES, TODAY)
    assert pickle.loads(pickle.dumps((check_rows, rows, RULES)))[1] == rows  # noqa: S301 - ours
    assert pickle.loads(pickle.dumps(checked)) == checked  # noqa: S301 - our own bytes
