"""What a payment notice says."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from services.documents.domain.payment_notice import PaymentNotice
from shared.contracts.enrollment import ApprovedLine
from tests.documents.samples import ACCOUNT, CASE_A, CASE_B, CASE_C, CASE_D, approved, line, notice

SEED = Path(__file__).parents[3] / "deploy" / "seed" / "qingdao.json"


def test_a_subsidy_lowers_what_the_unit_owes() -> None:
    """Case D of docs/domain.md."""
    paper = notice(*CASE_D)
    assert [(each.amount, each.subsidy, each.payable) for each in paper.lines] == [
        (Decimal("2375.00"), Decimal("875.00"), Decimal("1500.00")),
        (Decimal("900.00"), Decimal("0.00"), Decimal("900.00")),
    ]
    assert (paper.amount, paper.subsidy) == (Decimal("3275.00"), Decimal("875.00"))
    assert (paper.payable, paper.payable_in_words) == (Decimal("2400.00"), "贰仟肆佰元整")


@pytest.mark.parametrize(
    ("case", "amounts", "words"),
    [
        (CASE_A, ["190.00", "144.00"], "叁佰叁拾肆元整"),
        (CASE_B, ["400.00"], "肆佰元整"),
        (CASE_C, ["80.00", "280.00"], "叁佰陆拾元整"),
    ],
)
def test_a_line_costs_fee_times_shares_times_persons(
    case: tuple[ApprovedLine, ...], amounts: list[str], words: str
) -> None:
    """Cases A to C of docs/domain.md."""
    paper = notice(*case)
    assert [str(each.amount) for each in paper.lines] == amounts
    assert paper.payable_in_words == words


def test_the_unit_is_told_where_how_and_when_to_pay() -> None:
    """The guide's sentences."""
    paper = notice(*CASE_A)
    told = paper.check + "".join(paper.rules)
    for words in ("务必核对金额、账号", "请交款时务必备注单位名称", "每月1日至25日", "26日后"):
        assert words in told
    assert "转账、支票、支票倒存、电汇、国库支付" in told
    assert paper.account == ACCOUNT


def test_the_account_is_the_one_in_the_offices_data_file() -> None:
    """The guide's Qingdao account."""
    (account,) = json.loads(SEED.read_text(encoding="utf-8"))["receiving_accounts"]
    assert {**account, **vars(ACCOUNT)} == account


@pytest.mark.parametrize("field", ["total_fee", "subsidy", "grant", "payable"])
def test_a_notice_whose_sum_is_not_the_sum_of_its_lines_is_never_written(field: str) -> None:
    """A cent too much is refused."""
    event = approved(*CASE_D)
    wrong = event.model_copy(update={field: getattr(event, field) + Decimal("0.01")})
    with pytest.raises(ValueError, match=f"^{field.replace('_', ' ')}: announced"):
        PaymentNotice.of(wrong, ACCOUNT)


def test_a_line_that_does_not_multiply_out_is_never_written() -> None:
    """Persons counted twice are refused."""
    wrong = line("住院医疗", "95.00", 1, 2).model_copy(update={"persons": 3})
    with pytest.raises(ValueError, match=r"^fee of a line: "):
        PaymentNotice.of(approved(wrong), ACCOUNT)


def test_cover_given_free_lowers_what_the_unit_owes_too() -> None:
    """What upper bodies pay and what they give stand apart; both are taken off."""
    paid = {"grant": Decimal("10.00"), "payable": Decimal("1490.00")}
    given = CASE_D[0].model_copy(update=paid)
    event = approved(given).model_copy(update={"grant": given.grant})
    paper = PaymentNotice.of(event, ACCOUNT)
    assert (paper.subsidy, paper.grant) == (Decimal("875.00"), Decimal("10.00"))
    assert (paper.payable, paper.payable_in_words) == (Decimal("1490.00"), "壹仟肆佰玖拾元整")


def test_a_line_that_owes_another_amount_than_is_left_is_never_written() -> None:
    """The refusal names the figure."""
    wrong = CASE_D[0].model_copy(update={"payable": Decimal("1500.01")})
    with pytest.raises(ValueError, match=r"^payable of a line: announced 1500\.01, "):
        PaymentNotice.of(approved(wrong), ACCOUNT)


def test_a_name_is_cut_to_its_place() -> None:
    """A hundred characters of a unit's."""
    assert notice(*CASE_A, unit="甲" * 100).unit == "甲" * 100
    assert notice(*CASE_A, unit="甲" * 101).unit == "甲" * 99 + "…"
