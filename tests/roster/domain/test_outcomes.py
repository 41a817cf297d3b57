from datetime import date

import pytest

from services.roster.domain.checking import CheckedRow, check_rows
from services.roster.domain.outcomes import Outcome, outcome_of
from services.roster.domain.persons import RawRow
from shared.contracts.enrollment import PlanRules, Sex
from shared.contracts.roster import LineImport
from tests.people import invented_people
from tests.roster.samples import LINES

TODAY = date(2026, 11, 24)
RULES = {"ZYYL-A": PlanRules(), "NGTB": PlanRules(sex=Sex.FEMALE)}


def _checked() -> list[CheckedRow]:
    """Check a man, a woman and a row without a number for both plans."""
    man, woman = sorted(invented_people(2, women=1), key=lambda one: one.sex, reverse=True)
    rows = [RawRow(2, man.name, man.number), RawRow(3, woman.name, woman.number), RawRow(4, "张三")]
    return check_rows(rows, RULES, TODAY)


def test_every_row_is_taken_into_each_line_that_it_may_join() -> None:
    """What failed comes back once, with the reasons of each line by its name."""
    found = outcome_of(_checked(), [b"man", b"woman", None], LINES, (), {("NGTB", b"woman")})
    assert (found.rows, found.warnings) == (3, 0)
    assert [(one.plan_code, one.unexpired, one.over_usual_age) for one in found.entries] == [
        ("ZYYL-A", False, False),
        ("ZYYL-A", False, False),
        ("NGTB", True, False),
    ]
    assert found.lines == (
        LineImport(plan_code="ZYYL-A", succeeded=2, failed=1),
        LineImport(plan_code="NGTB", succeeded=1, failed=2),
    )
    assert [(row.row_no, [one.message for one in reasons]) for row, reasons in found.failed] == [
        (2, ["女工特病：该活动仅限女职工参加。"]),
        (4, ["“身份证号”为空，请填写证件号码。"]),
    ]
    assert [one.plan_code for one in found.kept_in(["NGTB"])] == ["NGTB"]


def test_a_file_without_rows_warns_of_nothing() -> None:
    """And adds nobody."""
    assert outcome_of([], [], LINES, (), ()).warnings == Outcome(0).warnings == 0


def test_each_row_has_its_own_hash() -> None:
    """One too few would give persons each other's cover: a fault of ours."""
    with pytest.raises(ValueError, match="shorter"):
        outcome_of(_checked(), [b"man", b"woman"], LINES, (), ())


def test_with_one_line_its_name_is_not_repeated() -> None:
    """Whoever reads the reasons knows it."""
    found = outcome_of(_checked(), [b"man", b"woman", None], {"NGTB": "女工特病"}, (), ())
    assert [reason.message for _, reasons in found.failed for reason in reasons] == [
        "该活动仅限女职工参加。",
        "“身份证号”为空，请填写证件号码。",
    ]


def test_who_stands_in_a_line_already_is_refused_for_that_line() -> None:
    """The reason names the line and the column; the other line takes them."""
    found = outcome_of(_checked()[:1], [b"man"], LINES, {("ZYYL-A", b"man")}, ())
    [(row, reasons)] = found.failed
    assert row.row_no == 2
    assert [(one.code, one.column) for one in reasons] == [
        ("already_in_line", "number"),
        ("sex_not_eligible", "sex"),
    ]
    assert "“住院医疗”" in reasons[0].message
    assert found.entries == []


def test_a_row_without_a_person_stands_in_no_line() -> None:
    """It is not taken for somebody who is there."""
    found = outcome_of(_checked()[2:], [None], {"ZYYL-A": "住院医疗"}, {("ZYYL-A", b"")}, ())
    [(_, reasons)] = found.failed
    assert [one.code for one in reasons] == ["number_empty"]


def test_a_warning_is_counted_once_per_row_and_lets_it_pass() -> None:
    """However many lines warn of it."""
    rules = dict.fromkeys(LINES, PlanRules(usual_age=1))
    rows = [RawRow(2, one.name, one.number) for one in invented_people(1)]
    found = outcome_of(check_rows(rows, rules, TODAY), [b"one"], LINES, (), ())
    assert found.warnings == 1
    assert [one.over_usual_age for one in found.entries] == [True, True]
    assert found.failed == []
