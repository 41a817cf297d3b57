"""An invented plan and application."""

from datetime import date
from decimal import Decimal
from typing import Any

from services.enrollment.domain.applications import Application, Objection, create_line
from shared.contracts.enrollment import Kind, Plan, PlanRules
from shared.contracts.files import StoredFile

TODAY = date(2026, 11, 24)
EMPTY = Objection("line_empty", "人员清单为空。")
"""An objection of the roster service."""
SCAN = StoredFile(key="scans/1", file_name="1.pdf", media_type="application/pdf", digest="", size=1)


def plan(code: str = "ZYYL-A", fee: str = "95.00", **rules: Any) -> Plan:  # noqa: ANN401 - any rule
    """Return a plan with these rules."""
    return Plan(
        code=code,
        programme="在职职工住院医疗（一年期）",
        name=f"活动{code}",
        category="住院医疗",
        fee=Decimal(fee),
        rules=PlanRules(**rules),
    )


def application(*plans: Plan) -> Application:
    """Return a draft with one share of each plan."""
    return Application(
        application_no="PRT0000000001",
        kind=Kind.ENROLLMENT,
        new_employment=False,
        unit_id="U1",
        unit_name="青岛海风纺织有限公司",
        agency_id="001201",
        office_id="0012",
        entered_on=TODAY,
        lines=[create_line(one, 1) for one in plans or (plan(),)],
    )
