"""What a line costs and who pays it (docs/domain.md, Numbers, cases A to D)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from services.enrollment.domain.subsidies import SubsidyRule
from shared.contracts.enrollment import ApprovedLine, Fund, Plan

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Totals:
    """Sums over the lines of an application, CNY."""

    total_fee: Decimal
    subsidy: Decimal
    grant: Decimal
    payable: Decimal


def price(plan: Plan, shares: int, persons: int, rules: Iterable[SubsidyRule]) -> ApprovedLine:
    """Return a line with its amounts, CNY; `payable` is never below zero.

    The fee is fee × shares × persons; each rule pays its amount per person of what is left.
    """
    total_fee = plan.fee * shares * persons
    left = total_fee
    paid = {(grant, fund): ZERO for grant in (False, True) for fund in Fund}
    for rule in rules:
        part = min(rule.per_person * persons, left)
        paid[rule.grant, rule.fund] += part
        left -= part
    return ApprovedLine(
        plan_code=plan.code,
        plan_name=plan.name,
        programme=plan.programme,
        fee=plan.fee,
        shares=shares,
        persons=persons,
        total_fee=total_fee,
        subsidy=sum((paid[False, fund] for fund in Fund), ZERO),
        grant=sum((paid[True, fund] for fund in Fund), ZERO),
        from_union_funds=paid[False, Fund.UNION_FUNDS] + paid[True, Fund.UNION_FUNDS],
        from_administrative_funds=paid[False, Fund.ADMINISTRATIVE_FUNDS]
        + paid[True, Fund.ADMINISTRATIVE_FUNDS],
        payable=left,
    )


def totals(lines: Iterable[ApprovedLine]) -> Totals:
    """Return the sums of the lines."""
    lines = list(lines)
    return Totals(
        total_fee=sum((line.total_fee for line in lines), ZERO),
        subsidy=sum((line.subsidy for line in lines), ZERO),
        grant=sum((line.grant for line in lines), ZERO),
        payable=sum((line.payable for line in lines), ZERO),
    )
