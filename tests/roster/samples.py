"""An invented roster and a file for it."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from services.roster.domain.imports import Import
from services.roster.domain.rosters import Roster
from shared.contracts.enrollment import LineChoice, Plan, PlanRules
from shared.contracts.files import StoredFile

FILE = StoredFile(key="imports/1", file_name="1.xlsx", media_type="", digest="", size=1)
LINES = {"ZYYL-A": "住院医疗", "NGTB": "女工特病"}


def roster(*codes: str, **rules: Any) -> Roster:  # noqa: ANN401 - any rule
    """Return an open roster with a line per plan, all with these rules."""
    plans = [
        Plan(
            code=code,
            programme="互助保障",
            name=f"活动{code}",
            category="住院医疗",
            fee=Decimal("95.00"),
            rules=PlanRules(**rules),
        )
        for code in codes
    ]
    lines = [LineChoice(plan=plan, shares=1) for plan in plans]
    return Roster("PRT0000000001", "U1", "001201", "0012", lines)


def import_(number: str = "1", *plans: str) -> Import:
    """Return a batch that waits for a worker, for these plans or for both."""
    began = datetime(2026, 11, 24, 8, tzinfo=UTC)
    return Import(number, "PRT0000000001", list(plans or LINES), LINES, FILE, began)
