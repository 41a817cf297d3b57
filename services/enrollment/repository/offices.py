"""Offices and agencies to and from rows."""

from pydantic import TypeAdapter
from sqlalchemy import select

from services.enrollment.domain.offices import Office
from services.enrollment.tables import OfficeRow
from shared.bus import Transaction
from shared.errors import NotFound
from shared.runtime.rows import columns_for

OFFICE = TypeAdapter(Office)


class OfficeRepository:
    """The tree of offices."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session

    async def get(self, office_id: str) -> Office:
        """Return an office or agency; NotFound when there is none."""
        row = await self._session.get(OfficeRow, office_id)
        if row is None:
            raise NotFound
        return _office(row)

    async def all(self) -> list[Office]:
        """Return the whole tree, parents first."""
        rows = await self._session.scalars(select(OfficeRow).order_by(OfficeRow.office_id))
        return [_office(row) for row in rows]

    async def put(self, office: Office) -> None:
        """Create or update an office or agency."""
        await self._session.merge(OfficeRow(**OFFICE.dump_python(office, by_alias=True)))
        await self._session.flush()


def _office(row: OfficeRow) -> Office:
    return OFFICE.validate_python(columns_for(Office, row))
