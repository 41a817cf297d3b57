from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.enrollment.domain.subsidies import SubsidyRule, applicable
from shared.contracts.enrollment import Fund

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
RULE = SubsidyRule("ZYYL-A", Decimal("35.00"), Fund.ADMINISTRATIVE_FUNDS, FIRST, LAST)


def _applies(rule: SubsidyRule, on: date = FIRST, plan_code: str = "ZYYL-A") -> bool:
    return bool(applicable([rule], plan_code, "U1", "enterprise", on))


@pytest.mark.parametrize(
    ("on", "applies"),
    [
        (FIRST - timedelta(days=1), False),
        (FIRST, True),
        (LAST, True),
        (LAST + timedelta(days=1), False),
    ],
)
def test_a_rule_pays_from_its_first_to_its_last_day(on: date, *, applies: bool) -> None:
    """Both days included."""
    assert _applies(RULE, on) is applies


def test_a_rule_lowers_the_fee_unless_it_says_that_cover_is_given() -> None:
    """A subsidy, not a grant."""
    assert not RULE.grant


def test_a_rule_without_an_end_goes_on() -> None:
    """Until an office gives it one."""
    assert _applies(replace(RULE, valid_to=None), date(2099, 1, 1))


def test_a_rule_pays_only_for_its_plan() -> None:
    """Another line of the same application gets nothing."""
    assert not _applies(RULE, plan_code="ZGZJ")


@pytest.mark.parametrize(
    ("unit_id", "unit_kind", "applies"),
    [
        (None, None, True),
        ("U1", None, True),
        ("U2", None, False),
        (None, "enterprise", True),
        (None, "state_organ", False),
        ("U1", "state_organ", False),
    ],
)
def test_a_rule_pays_for_whom_it_names(
    unit_id: str | None, unit_kind: str | None, *, applies: bool
) -> None:
    """A unit, a kind of units, or everyone; both named means both."""
    assert _applies(replace(RULE, unit_id=unit_id, unit_kind=unit_kind)) is applies


def test_rules_for_a_unit_and_for_its_kind_add_up() -> None:
    """In the order in which the office listed them."""
    rules = [replace(RULE, unit_id="U1"), replace(RULE, unit_kind="enterprise"), RULE]
    assert applicable(rules, "ZYYL-A", "U1", "enterprise", FIRST) == rules
