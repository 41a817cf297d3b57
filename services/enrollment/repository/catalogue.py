"""Plans and subsidy rules to and from rows."""

from sqlalchemy import delete, select

from services.enrollment.domain.subsidies import SubsidyRule
from services.enrollment.tables import PlanRow, SubsidyRow
from shared.bus import Transaction
from shared.contracts.enrollment import Fund, Plan
from shared.errors import Invalid


class CatalogueRepository:
    """Plans and subsidy rules."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session

    async def plans(self, codes: list[str]) -> dict[str, Plan]:
        """Return the plans by code; Invalid when one is unknown or no longer offered."""
        rows = await self._session.scalars(
            select(PlanRow).where(PlanRow.code.in_(codes), PlanRow.offered)
        )
        plans = {row.code: Plan.model_validate(row.plan) for row in rows}
        for code in codes:
            if code not in plans:
                raise Invalid(
                    "plan_unknown", f"保障活动“{code}”不存在或已停办，请重新选择。", field="plan"
                )
        return plans

    async def subsidies(self, codes: list[str]) -> list[SubsidyRule]:
        """Return all subsidy rules of these plans, in the order in which they were added."""
        rows = await self._session.scalars(
            select(SubsidyRow).where(SubsidyRow.plan_code.in_(codes)).order_by(SubsidyRow.id)
        )
        return [
            SubsidyRule(
                plan_code=row.plan_code,
                per_person=row.per_person,
                fund=Fund(row.fund),
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                unit_id=row.unit_id,
                unit_kind=row.unit_kind,
                grant=row.grant,
            )
            for row in rows
        ]

    async def put_plan(self, plan: Plan) -> None:
        """Create or update a plan."""
        await self._session.merge(
            PlanRow(code=plan.code, offered=True, plan=plan.model_dump(mode="json"))
        )
        await self._session.flush()  # for the subsidy rules, which name the plan

    async def put_subsidies(self, plan_code: str, rules: list[SubsidyRule]) -> None:
        """Replace the subsidy rules of a plan."""
        await self._session.execute(delete(SubsidyRow).where(SubsidyRow.plan_code == plan_code))
        self._session.add_all(
            SubsidyRow(
                plan_code=rule.plan_code,
                unit_id=rule.unit_id,
                unit_kind=rule.unit_kind,
                per_person=rule.per_person,
                fund=rule.fund,
                grant=rule.grant,
                valid_from=rule.valid_from,
                valid_to=rule.valid_to,
            )
            for rule in rules
        )
