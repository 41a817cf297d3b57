"""What a confirmation and its annex say."""

from datetime import date
from decimal import Decimal

import pytest

from services.documents.domain.confirmation import ConfirmationPaper
from shared.contracts.enrollment import ApprovedLine
from tests.documents.samples import CASE_C, OFFICE, issued, line, persons, roster


def test_a_confirmation_says_what_is_covered_from_when_to_when() -> None:
    """Case C of docs/domain.md."""
    paper = ConfirmationPaper.of(issued(*CASE_C, years=2), roster(), OFFICE)
    assert (paper.number, paper.business) == ("G00122024121010000845", "续保")
    assert (paper.effective_on, paper.dated) == (date(2024, 12, 9), date(2024, 12, 10))
    assert [each.amount for each in paper.lines] == [Decimal("80.00"), Decimal("280.00")]
    assert {each.until for each in paper.lines} == {date(2026, 12, 8)}
    assert (paper.amount, paper.amount_in_words) == (Decimal("360.00"), "叁佰陆拾元整")


def test_the_annex_lists_the_persons_of_each_plan_in_the_order_of_the_file() -> None:
    """With full numbers: the paper is proof of cover."""
    listed = persons(4)
    paper = ConfirmationPaper.of(issued(*CASE_C), roster(意外伤害=listed, 人员=persons(1)), OFFICE)
    accident, illness = paper.annex
    assert [row.number for row in accident.rows] == [1, 2, 3, 4]
    assert [row.document_number for row in accident.rows] == [each.number for each in listed]
    assert {row.document_kind for row in accident.rows} == {"居民身份证"}
    assert {row.sex for row in accident.rows} <= {"男", "女"}
    assert accident.unnamed == 0
    assert (illness.rows, illness.unnamed) == ((), 4)


def test_who_stands_in_the_annex_without_a_name_is_counted() -> None:
    """Four approved, one listed."""
    paper = ConfirmationPaper.of(issued(*CASE_C), roster(意外伤害=persons(1)), OFFICE)
    assert [len(plan.rows) for plan in paper.annex] == [1, 0]
    assert [plan.unnamed for plan in paper.annex] == [3, 4]


@pytest.mark.parametrize(
    ("wrong", "figure"),
    [
        (line("住院医疗", "95.00", 2, 2).model_copy(update={"shares": 1}), "fee of a line"),
        (line("住院医疗", "95.00", 2, 2).model_copy(update={"persons": 1}), "fee of a line"),
    ],
)
def test_a_confirmation_that_does_not_add_up_is_never_written(
    wrong: ApprovedLine, figure: str
) -> None:
    """It says which figure differs, line or sum."""
    with pytest.raises(ValueError, match=f"^{figure}: announced 380.00, computed 190.00$"):
        ConfirmationPaper.of(issued(wrong), roster(), OFFICE)
    event = issued(*CASE_C).model_copy(update={"total_fee": Decimal("360.01")})
    with pytest.raises(ValueError, match=r"^total fee: announced 360\.01, computed 360\.00$"):
        ConfirmationPaper.of(event, roster(), OFFICE)


def test_more_persons_than_were_approved_are_never_printed() -> None:
    """Five listed, four approved."""
    with pytest.raises(ValueError, match=r"^意外伤害: 5 persons listed, 4 approved$"):
        ConfirmationPaper.of(issued(*CASE_C), roster(意外伤害=persons(5)), OFFICE)


def test_the_roster_of_another_application_is_never_printed() -> None:
    """The number decides."""
    other = roster().model_copy(update={"application_no": "PRT0000000009"})
    with pytest.raises(ValueError, match=r"^the roster belongs to another application$"):
        ConfirmationPaper.of(issued(line("住院医疗", "95.00", 1, 1)), other, OFFICE)
