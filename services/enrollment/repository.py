"""Load and store enrollment's aggregates; never commits."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.enrollment.domain.application import Application
from services.enrollment.domain.confirmation import FIRST_SEQUENCE
from services.enrollment.domain.subsidies import SubsidyRule
from services.enrollment.domain.unit import Contact, Unit
from services.enrollment.tables import (
    ApplicationRow,
    ConfirmationNumberRow,
    OfficeRow,
    PlanRow,
    SubsidyRow,
    UnitRow,
    application_numbers,
)
from shared.contracts.enrollment import Fund, Plan
from shared.errors import Invalid, NotFound
from shared.http.headers import require_version
from shared.runtime.sealing import Sealed, Sealer
from shared.values import application_no, folded

APPLICATION = TypeAdapter(Application)


class ApplicationRepository:
    """Applications; what is loaded stays locked until the transaction ends."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows: dict[str, ApplicationRow] = {}

    async def next_no(self) -> str:
        """Return the next application number."""
        return application_no(await self._session.scalar(application_numbers.next_value()) or 0)

    async def get(self, number: str, versions: Collection[str] | None = None) -> Application:
        """Load and lock an application.

        NotFound when there is none, PreconditionFailed when it is at none of `versions`.
        """
        row = await self._session.get(ApplicationRow, number, with_for_update=True)
        if row is None:
            raise NotFound
        require_version(row.version, versions)
        self._rows[number] = row
        return APPLICATION.validate_python(row.body)

    async def by_confirmation(self, confirmation_no: str) -> Application:
        """Load and lock the application of a confirmation; NotFound when there is none."""
        number = await self._session.scalar(
            select(ApplicationRow.application_no).where(
                ApplicationRow.confirmation_no == confirmation_no
            )
        )
        if number is None:
            raise NotFound
        return await self.get(number)

    def add(self, application: Application, now: datetime) -> None:
        """Insert a new application."""
        row = ApplicationRow(
            application_no=application.application_no,
            unit_id=application.unit_id,
            agency_id=application.agency_id,
            office_id=application.office_id,
            kind=application.kind,
            entered_on=application.entered_on,
            unit_folded=folded(application.unit_name),
            version=0,
        )
        self._rows[application.application_no] = row
        self.save(application, now)
        self._session.add(row)

    def save(self, application: Application, now: datetime) -> None:
        """Store an application that was loaded or added here, as a new version."""
        application.record_state(now)
        row = self._rows[application.application_no]
        row.state = application.state
        row.plans = [line.plan.code for line in application.lines]
        row.reviewers = sorted({review.reviewer for review in application.reviews})
        row.body = APPLICATION.dump_python(application, mode="json")
        row.version += 1
        if application.confirmation:
            row.confirmation_no = application.confirmation.confirmation_no

    async def next_confirmation_sequence(self, office_id: str) -> int:
        """Return the office's next sequence number; locks it until the transaction ends."""
        numbers = ConfirmationNumberRow
        sequence = await self._session.scalar(
            upsert(numbers)
            .values(office_id=office_id, sequence=FIRST_SEQUENCE)
            .on_conflict_do_update(
                index_elements=[numbers.office_id], set_={"sequence": numbers.sequence + 1}
            )
            .returning(numbers.sequence)
        )
        return int(sequence or 0)


class CatalogueRepository:
    """Plans and subsidy rules."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

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


class UnitRepository:
    """Units, and the offices they belong to; `sealer` seals and unseals contacts."""

    def __init__(self, session: AsyncSession, sealer: Sealer) -> None:
        self._session = session
        self._sealer = sealer

    async def get(self, unit_id: str) -> Unit:
        """Load a unit; NotFound when there is none."""
        row = await self._session.get(UnitRow, unit_id)
        if row is None:
            raise NotFound
        return self._unit(row)

    def _unit(self, row: UnitRow) -> Unit:
        contact = json.loads(self._sealer.unseal(row.sealed_contact, _place(row.unit_id)))
        return Unit(
            row.unit_id,
            row.agency_id,
            row.office_id,
            row.name,
            row.kind,
            row.credit_code,
            row.union_name,
            row.secret,
            row.district,
            row.address,
            Contact(**contact),
        )

    async def get_all(self, unit_ids: Iterable[str]) -> dict[str, Unit]:
        """Load units by id; unknown ids are left out."""
        wanted = set(unit_ids)
        rows = await self._session.scalars(select(UnitRow).where(UnitRow.unit_id.in_(wanted)))
        return {row.unit_id: self._unit(row) for row in rows}

    async def put(self, unit: Unit) -> bool:
        """Create or update a unit; returns whether it is new."""
        new = await self._session.get(UnitRow, unit.unit_id) is None
        contact = json.dumps(vars(unit.contact)).encode()
        columns = {name: value for name, value in vars(unit).items() if name != "contact"}
        await self._session.merge(
            UnitRow(**columns, sealed_contact=self._sealer.seal(contact, _place(unit.unit_id)))
        )
        return new

    async def office(self, office_id: str) -> OfficeRow:
        """Load an office or agency; NotFound when there is none."""
        row = await self._session.get(OfficeRow, office_id)
        if row is None:
            raise NotFound
        return row

    async def put_office(self, row: OfficeRow) -> None:
        """Create or update an office or agency."""
        await self._session.merge(row)
        await self._session.flush()


async def oldest_sealed(session: AsyncSession) -> Sealed | None:
    """Return a unit's sealed contact and what it is bound to; None when there are no units."""
    query = select(UnitRow.sealed_contact, UnitRow.unit_id).order_by(UnitRow.unit_id).limit(1)
    row = (await session.execute(query)).one_or_none()
    return (row.sealed_contact, _place(row.unit_id)) if row else None


def _place(unit_id: str) -> str:
    return f"units/{unit_id}/contact"
