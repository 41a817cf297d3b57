"""Units to and from rows."""

import json
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.enrollment.domain.units import Contact, Unit
from services.enrollment.tables import UnitRow
from shared.bus import Transaction
from shared.errors import NotFound
from shared.runtime.sealing import Sealed


class UnitRepository:
    """Units; their contacts are sealed."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._sealer = tx.resources.sealer

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


async def oldest_sealed(session: AsyncSession) -> Sealed | None:
    """Return a unit's sealed contact and what it is bound to; None when there are no units."""
    query = select(UnitRow.sealed_contact, UnitRow.unit_id).order_by(UnitRow.unit_id).limit(1)
    row = (await session.execute(query)).one_or_none()
    return (row.sealed_contact, _place(row.unit_id)) if row else None


def _place(unit_id: str) -> str:
    return f"units/{unit_id}/contact"
