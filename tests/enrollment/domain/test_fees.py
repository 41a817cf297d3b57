import csv
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.enrollment.domain.fees import price, totals
from services.enrollment.domain.subsidies import SubsidyRule
from shared.contracts.enrollment import Fund
from tests.enrollment.samples import TODAY, plan

CASES = Path(__file__).parents[2] / "cases" / "fees.csv"
PRICES = st.decimals("0.01", "999.99", places=2)
RULES = st.builds(
    SubsidyRule,
    plan_code=st.just("ZYYL-A"),
    per_person=PRICES,
    fund=st.sampled_from(Fund),
    valid_from=st.just(TODAY),
    grant=st.booleans(),
)


def _cases() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _rule(per_person: str, fund: Fund = Fund.UNION_FUNDS, *, grant: bool = False) -> SubsidyRule:
    return SubsidyRule("ZYYL-A", Decimal(per_person), fund, TODAY, grant=grant)


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["case"] or case["total_fee"])
def test_fees_come_out_as_the_truth_table_says(case: dict[str, str]) -> None:
    """Cases A to D (docs/domain.md, Numbers) and others, to the 分."""
    line = price(
        plan(fee=case["fee_per_share"]),
        int(case["shares"]),
        int(case["persons"]),
        [_rule(case["subsidy_per_person"])],
    )
    got = {name: str(getattr(line, name)) for name in ("total_fee", "subsidy", "payable")}
    assert got == {name: case[name] for name in got}


@given(PRICES, st.integers(1, 9), st.integers(0, 99_999), st.lists(RULES, max_size=4))
def test_every_fen_of_the_fee_is_paid_by_someone_and_nobody_is_paid(
    fee: Decimal, shares: int, persons: int, rules: list[SubsidyRule]
) -> None:
    """Total = subsidy + grant + payable, whatever the rules add up to; never negative."""
    line = price(plan(fee=str(fee)), shares, persons, rules)
    assert line.total_fee == fee * shares * persons
    assert line.total_fee == line.subsidy + line.grant + line.payable
    assert line.subsidy + line.grant == line.from_union_funds + line.from_administrative_funds
    assert min(line.subsidy, line.grant, line.payable) >= 0
    assert line.payable == max(
        line.total_fee - sum(rule.per_person for rule in rules) * persons, Decimal(0)
    )


def test_subsidies_and_grants_are_told_apart_and_split_by_fund() -> None:
    """The billing shows both, and from which funds they come."""
    rules = [
        _rule("10.00"),
        _rule("5.00", Fund.ADMINISTRATIVE_FUNDS),
        _rule("2.00", Fund.ADMINISTRATIVE_FUNDS, grant=True),
    ]
    line = price(plan(), 1, 10, rules)
    assert (line.subsidy, line.grant) == (Decimal("150.00"), Decimal("20.00"))
    assert line.from_union_funds == Decimal("100.00")
    assert line.from_administrative_funds == Decimal("70.00")
    assert line.payable == Decimal("780.00")


def test_what_upper_bodies_give_beyond_the_fee_is_not_paid_out() -> None:
    """A fully subsidised line costs nothing."""
    line = price(plan(fee="20.00"), 1, 3, [_rule("15.00"), _rule("15.00", grant=True)])
    assert (line.subsidy, line.grant) == (Decimal("45.00"), Decimal("15.00"))
    assert str(line.payable) == "0.00"


def test_an_application_owes_the_sum_of_its_lines() -> None:
    """Case D: 1500.00 after the subsidy, and 900.00."""
    lines = [
        price(plan(), 1, 25, [_rule("35.00")]),
        price(plan("ZGZJ", "36.00"), 1, 25, []),
    ]
    sums = totals(lines)
    assert {name: str(value) for name, value in vars(sums).items()} == {
        "total_fee": "3275.00",
        "subsidy": "875.00",
        "grant": "0.00",
        "payable": "2400.00",
    }


def test_no_lines_owe_nothing() -> None:
    """A sum is an amount even when there is nothing to add."""
    assert str(totals([]).payable) == "0.00"
