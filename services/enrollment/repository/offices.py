"""Offices and agencies to and from rows."""

from collections.abc import Collection
from dataclasses import replace

from pydantic import TypeAdapter
from sqlalchemy import select

from services.enrollment.domain.offices import Office
from services.enrollment.tables import OfficeRow
from shared.bus import Transaction
from shared.errors import NotFound
from shared.http.headers import require_version
from shared.runtime.rows import LoadedRows, columns_for

OFFICE = TypeAdapter(Office)


class OfficeRepository:
    """The tree of offices."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._rows = LoadedRows(tx.session, OfficeRow)

    async def get(self, office_id: str) -> Office:
        """Return an office or agency; NotFound when there is none."""
        row = await self._session.get(OfficeRow, office_id)
        if row is None:
            raise NotFound
        return _office(row)

    async def locked(self, office_id: str, versions: Collection[str] | None = None) -> Office:
        """Load and lock an office or agency.

        NotFound when there is none, PreconditionFailed when it is at none of `versions`.
        """
        row = await self._session.get(
            OfficeRow, office_id, with_for_update=True, populate_existing=True
        )
        if row is None:
            raise NotFound
        office = _office(self._rows.keep(row))
        require_version(office.version, versions)
        return office

    async def children(self, parent_id: str) -> list[str]:
        """Return the ids of the agencies below an office."""
        rows = await self._session.scalars(
            select(OfficeRow.office_id)
            .where(OfficeRow.parent_id == parent_id)
            .order_by(OfficeRow.office_id)
        )
        return list(rows)

    async def all(self) -> list[Office]:
        """Return the whole tree, parents first."""
        rows = await self._session.scalars(select(OfficeRow).order_by(OfficeRow.office_id))
        return [_office(row) for row in rows]

    async def save(self, office: Office) -> None:
        """Store an office or agency, new or locked, as a new version."""
        columns = OFFICE.dump_python(office, by_alias=True)
        self._rows.save(columns | {"version": office.version + 1})
        await self._session.flush()

    async def put(self, office: Office) -> None:
        """Create or update an office or agency as a data file states it."""
        if await self._session.get(OfficeRow, office.office_id) is None:
            await self.save(office)
            return
        known = await self.locked(office.office_id)
        stated = replace(office, version=known.version)
        if stated != known:
            await self.save(stated)


def _office(row: OfficeRow) -> Office:
    return OFFICE.validate_python(columns_for(Office, row))
