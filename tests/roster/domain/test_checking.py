import pickle
from datetime import date

from services.roster.domain.checking import NOBODY, Checking, check_row
from services.roster.domain.persons import RawRow
from shared.contracts.enrollment import PlanRules, Sex
from tests.people import invented_people

TODAY = date(2026, 11, 24)
RULES = {"everyone": PlanRules(usual_age=50), "women": PlanRules(sex=Sex.FEMALE)}
WOMAN, MAN = sorted(invented_people(2, women=1), key=lambda one: one.sex)


def _row(name: str, number: str) -> RawRow:
    return RawRow(2, name, number)


def test_every_row_is_checked_against_every_plan() -> None:
    """The row's own reasons stand for all plans, a plan's reasons for that plan."""
    checked = check_row(_row(MAN.name, MAN.number), RULES, TODAY)
    assert checked.person is not None
    assert not checked.reasons_for("everyone")
    assert [one.code for one in checked.reasons_for("women")] == ["sex_not_eligible"]
    unnumbered = check_row(_row("张三", ""), RULES, TODAY)
    assert unnumbered.person is None
    assert [one.code for one in unnumbered.reasons_for("women")] == ["number_empty"]


def test_a_person_joins_the_plans_that_take_it() -> None:
    """Plans are bits in the order of the rules; a refusal is something to be told."""
    checking = Checking(RULES, TODAY)
    man = checking.judged(_row(MAN.name, MAN.number))
    assert (man.joins, man.over_usual_age, man.told) == (0b01, 0, True)
    woman = checking.judged(_row(WOMAN.name, WOMAN.number))
    assert (woman.joins, woman.over_usual_age, woman.told) == (0b11, 0, False)
    assert checking.judged(_row("", WOMAN.number)) == NOBODY
    only = Checking({"women": RULES["women"]}, TODAY)
    assert only.judged(_row(MAN.name, MAN.number)) == NOBODY


def test_a_warning_of_one_plan_is_told_and_refuses_nobody() -> None:
    """Above the usual age a proof is needed, where the plan has one."""
    day = date(WOMAN.birth_date.year + 51, 12, 31)
    older = Checking(RULES, day).judged(_row(WOMAN.name, WOMAN.number))
    assert (older.joins, older.over_usual_age, older.told) == (0b11, 0b01, True)


def test_rows_and_results_cross_to_a_child_process() -> None:
    """Both are pickled there and back."""
    row = _row(MAN.name, MAN.number)
    checked = check_row(row, RULES, TODAY)
    assert pickle.loads(pickle.dumps((row, RULES, checked)))[2] == checked  # noqa: S301 - ours
