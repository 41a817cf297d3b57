"""An invented billing and draft; sums from docs/domain.md, Numbers."""

from decimal import Decimal
from typing import Any

from services.invoicing.domain.billings import Billing
from services.invoicing.domain.invoices import Draft, InvoiceLine, Numbers
from shared.contracts.enrollment import ApprovedLine
from shared.contracts.invoicing import FundingSource

NUMBERS = Numbers("37010126", "0000000845", "a1b2c3")
OPERATOR_MAIL = "operator@example.org"


def billed(code: str, persons: int, payable: str) -> ApprovedLine:
    """Return a line of an approved application that is paid in full by the unit."""
    return ApprovedLine(
        plan_code=code,
        plan_name=f"活动{code}",
        programme="互助保障",
        fee=Decimal(payable) / persons,
        shares=1,
        persons=persons,
        total_fee=Decimal(payable),
        payable=Decimal(payable),
    )


def billing(*lines: ApprovedLine) -> Billing:
    """Return a billing of these lines."""
    return Billing("PRT0000000001", "U1", "青岛海风纺织有限公司", "001201", "0012", list(lines))


def draft(*lines: tuple[str, int, str], **more: Any) -> Draft:  # noqa: ANN401 - any field
    """Return a draft: plan, persons, average price per person."""
    filled: dict[str, Any] = {
        "funding_source": FundingSource.UNION_FUNDS,
        "title": "青岛海风纺织有限公司工会委员会",
        "email": OPERATOR_MAIL,
    }
    return Draft(
        lines=tuple(
            InvoiceLine(code, f"活动{code}", persons, Decimal(price))
            for code, persons, price in lines
        ),
        **filled | more,
    )
