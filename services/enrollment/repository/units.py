"""Units to and from rows."""

import json
from collections.abc import Collection, Iterable
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.enrollment.domain.units import HOLDING, Unit, UnitState
from services.enrollment.tables import UNIT_ONCE, UnitRow, unit_numbers
from shared.bus import Transaction
from shared.errors import NotFound
from shared.http.headers import require_version
from shared.runtime.rows import LoadedRows
from shared.runtime.sealing import Sealed
from shared.values import folded

UNIT = TypeAdapter(Unit)
MOST_APPLICATIONS = 20
"""Of one mobile; more are of no use to anybody."""
STATED = frozenset(
    {
        "agency_id",
        "office_id",
        "name",
        "kind",
        "credit_code",
        "union_name",
        "secret",
        "district",
        "district_code",
        "address",
        "contact",
    }
)
"""What an office's data file says of a unit; the rest comes of what happens to it."""


class CodeTaken(Exception):  # noqa: N818 - a state of the data, which a handler puts into words
    """Another unit of the office has the credit code."""


class UnitRepository:
    """Units; their contacts are sealed."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._sealer = tx.resources.sealer
        self._rows = LoadedRows(tx.session, UnitRow)

    async def next_id(self) -> str:
        """Return the id of a unit that registers itself."""
        return f"U{await self._session.scalar(unit_numbers.next_value())}"

    async def get(self, unit_id: str) -> Unit:
        """Load a unit; NotFound when there is none."""
        row = await self._session.get(UnitRow, unit_id)
        if row is None:
            raise NotFound
        return self.unit_of(row)

    async def locked(self, unit_id: str, versions: Collection[str] | None = None) -> Unit:
        """Load and lock a unit.

        NotFound when there is none, PreconditionFailed when it is at none of `versions`.
        """
        row = await self._session.get(
            UnitRow, unit_id, with_for_update=True, populate_existing=True
        )
        if row is None:
            raise NotFound
        unit = self.unit_of(self._rows.keep(row))
        require_version(unit.version, versions)
        return unit

    async def get_all(self, unit_ids: Iterable[str]) -> dict[str, Unit]:
        """Load units by id; unknown ids are left out."""
        wanted = set(unit_ids)
        rows = await self._session.scalars(select(UnitRow).where(UnitRow.unit_id.in_(wanted)))
        return {row.unit_id: self.unit_of(row) for row in rows}

    async def one_at_a_time(self, mobile: str) -> None:
        """Let registrations of a mobile take turns until the transaction ends."""
        key = int.from_bytes(self._sealer.lookup_hash(mobile)[:8], signed=True)
        await self._session.execute(select(func.pg_advisory_xact_lock(key)))

    async def registered_with(self, mobile: str) -> list[Unit]:
        """Return the units that registered themselves with a mobile, newest first."""
        rows = await self._session.scalars(
            select(UnitRow)
            .where(UnitRow.mobile_hash == self._sealer.lookup_hash(mobile), UnitRow.self_registered)
            .order_by(UnitRow.unit_id.desc())
            .limit(MOST_APPLICATIONS)
        )
        return [self.unit_of(row) for row in rows]

    async def holding(self, office_id: str, credit_code: str) -> Unit | None:
        """Return the unit of the office that has a credit code."""
        row = await self._session.scalar(
            select(UnitRow).where(
                UnitRow.office_id == office_id,
                UnitRow.credit_code == credit_code,
                UnitRow.state.in_(HOLDING),
            )
        )
        return self.unit_of(row) if row is not None else None

    async def active_with(self, credit_code: str) -> list[Unit]:
        """Return the active units, of any office, that have a credit code."""
        rows = await self._session.scalars(
            select(UnitRow)
            .where(UnitRow.credit_code == credit_code, UnitRow.state == UnitState.ACTIVE)
            .order_by(UnitRow.unit_id)
        )
        return [self.unit_of(row) for row in rows]

    async def rejected_before(self, instant: datetime, limit: int) -> list[Unit]:
        """Load and lock units that were rejected before an instant and still have pictures."""
        rows = await self._session.scalars(
            select(UnitRow)
            .where(
                UnitRow.state == UnitState.REJECTED,
                UnitRow.rejected_at < instant,
                UnitRow.certificates != {},
            )
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [self.unit_of(self._rows.keep(row)) for row in rows]

    async def save(self, unit: Unit) -> None:
        """Store a unit, new or locked, as a new version; CodeTaken changes nothing."""
        unit.version += 1
        columns = UNIT.dump_python(unit, exclude={"contact", "certificates"})
        kept = UNIT.dump_python(unit, mode="json", include={"certificates", "reasons"})
        try:
            async with self._session.begin_nested():
                self._rows.save(columns | kept | self._hidden(unit))
        except IntegrityError as error:
            if UNIT_ONCE not in str(error.orig):
                raise
            raise CodeTaken from None

    async def put(self, unit: Unit) -> bool:
        """Create or update a unit as a data file states it; return whether it is new."""
        if await self._session.get(UnitRow, unit.unit_id) is None:
            await self.save(unit)
            return True
        known = await self.locked(unit.unit_id)
        stated = replace(known, **{name: getattr(unit, name) for name in STATED})
        if stated != known:
            await self.save(stated)
        return False

    def unit_of(self, row: UnitRow) -> Unit:
        """Return a row's unit, its contact unsealed."""
        contact = json.loads(self._sealer.unseal(row.sealed_contact, _place(row.unit_id)))
        columns = {one.name: getattr(row, one.name, None) for one in fields(Unit)}
        return UNIT.validate_python(columns | {"contact": contact})

    def _hidden(self, unit: Unit) -> dict[str, Any]:
        contact = json.dumps(vars(unit.contact)).encode()
        return {
            "sealed_contact": self._sealer.seal(contact, _place(unit.unit_id)),
            "mobile_hash": self._sealer.lookup_hash(unit.contact.mobile),
            "name_folded": folded(unit.name),
        }


async def oldest_sealed(session: AsyncSession) -> Sealed | None:
    """Return a unit's sealed contact and what it is bound to; None when there are no units."""
    query = select(UnitRow.sealed_contact, UnitRow.unit_id).order_by(UnitRow.unit_id).limit(1)
    row = (await session.execute(query)).one_or_none()
    return (row.sealed_contact, _place(row.unit_id)) if row else None


def _place(unit_id: str) -> str:
    return f"units/{unit_id}/contact"
