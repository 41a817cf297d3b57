from datetime import date

from services.roster.domain.checking import CheckedRow, check_row
from services.roster.domain.outcomes import Listed, OtherName, Repeats, told
from services.roster.domain.persons import RawRow
from shared.contracts.enrollment import PlanRules, Sex
from tests.people import invented_people
from tests.roster.samples import LINES

TODAY = date(2026, 11, 24)
RULES = {"ZYYL-A": PlanRules(), "NGTB": PlanRules(sex=Sex.FEMALE)}
WOMAN, MAN = sorted(invented_people(2, women=1), key=lambda one: one.sex)
NOWHERE: dict[int, str] = {}


def _checked(name: str, number: str, **rules: PlanRules) -> CheckedRow:
    return check_row(RawRow(2, name, number), rules or RULES, TODAY)


def _woman() -> CheckedRow:
    return _checked(WOMAN.name, WOMAN.number)


def test_a_row_is_refused_where_a_plan_refuses_it_and_taken_where_one_takes_it() -> None:
    """The reason names the plan."""
    row = told(_checked(MAN.name, MAN.number), (), LINES, NOWHERE)
    assert (row.taken, row.refused, row.warned) == (True, True, False)
    assert row.why == "女工特病：该活动仅限女职工参加。"


def test_a_row_without_a_person_is_taken_nowhere() -> None:
    """Its reason stands there once, for all plans; nothing is found of nobody."""
    row = told(_checked("张三", ""), (), LINES, NOWHERE)
    assert (row.taken, row.refused, row.warned) == (False, True, False)
    assert row.why == "“身份证号”为空，请填写证件号码。"


def test_a_row_without_reasons_is_taken() -> None:
    """In all plans, with nothing to tell."""
    row = told(_woman(), (), LINES, NOWHERE)
    assert (row.taken, row.refused, row.warned, row.why) == (True, False, False, "")


def test_who_stands_in_a_line_already_is_refused_for_that_line() -> None:
    """The reason names the plan; another name is said too."""
    row = told(_woman(), [Listed("ZYYL-A", same_name=True)], LINES, NOWHERE)
    assert (row.taken, row.refused) == (True, True)
    assert row.why == "已在“住院医疗”的人员清单中，无需重复导入。"
    other = told(_woman(), [Listed("ZYYL-A", same_name=False)], LINES, NOWHERE)
    assert other.why == "该证件号码已在“住院医疗”的人员清单中，但姓名不同，请核对证件号码和姓名。"
    assert [(one.code, one.column) for one in other.reasons] == [("already_in_line", "number")]


def test_a_repeated_row_names_the_first_one() -> None:
    """Once for all plans; another name is said too."""
    found = [Repeats(plan, same_name=True, first=7) for plan in LINES]
    row = told(_woman(), found, LINES, {7: "第 3 行"})
    assert (row.taken, row.refused) == (False, True)
    assert row.why == "与第 3 行重复，请删除其中一行。"
    other = told(_woman(), [Repeats("NGTB", same_name=False, first=7)], LINES, {7: "第 3 行"})
    assert (other.taken, other.refused) == (True, True)
    assert other.why == "女工特病：证件号码与第 3 行相同，但姓名不同，请核对证件号码和姓名。"


def test_another_name_for_the_number_is_a_warning_that_names_it() -> None:
    """A mistyped number that is valid insures a stranger."""
    row = told(_woman(), [OtherName("重疾", "王某")], LINES, NOWHERE)
    assert (row.taken, row.refused, row.warned) == (True, False, True)
    assert row.why == "“重疾”的人员清单中，同一证件号码的姓名是“王某”，请核对证件号码是否填错。"


def test_a_warning_lets_a_row_pass() -> None:
    """Where there is one plan only, its name is not repeated."""
    warning = PlanRules(usual_age=1)
    row = told(_checked(MAN.name, MAN.number, NGTB=warning), (), {"NGTB": "女工特病"}, NOWHERE)
    assert (row.taken, row.refused, row.warned) == (True, False, True)
    assert row.why == "已超过 1 周岁，需提供超龄证明。"


def test_a_warning_of_a_row_that_no_line_takes_is_told_with_its_refusal() -> None:
    """It is among the failed rows, not among the warned ones."""
    found = [Listed(plan, same_name=True) for plan in LINES]
    row = told(_woman(), [*found, OtherName("重疾", "王某")], LINES, NOWHERE)
    assert (row.taken, row.refused, row.warned) == (False, True, False)
