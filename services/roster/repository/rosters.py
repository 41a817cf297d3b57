"""Rosters to and from rows."""

from pydantic import TypeAdapter
from sqlalchemy import select

from services.roster.domain.rosters import Roster, RosterState
from services.roster.tables import RosterRow
from shared.bus import Transaction
from shared.contracts.enrollment import LineChoice
from shared.errors import NotFound
from shared.runtime.rows import LoadedRows

LINES = TypeAdapter(list[LineChoice])


class RosterRepository:
    """Rosters."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._rows = LoadedRows(tx.session, RosterRow)

    async def get(self, application_no: str, *, lock: bool = True) -> Roster:
        """Return one, locked unless it is only read; NotFound when there is none."""
        row = await self._session.get(
            RosterRow, application_no, with_for_update=lock, populate_existing=True
        )
        if row is None:
            raise NotFound
        return _roster(self._rows.keep(row))

    async def by_confirmation(self, confirmation_no: str) -> Roster:
        """Return the one of a confirmation."""
        row = await self._session.scalar(
            select(RosterRow).where(RosterRow.confirmation_no == confirmation_no)
        )
        if row is None:
            raise NotFound
        return _roster(self._rows.keep(row))

    async def put(self, roster: Roster) -> None:
        """Save one, new or changed."""
        columns = vars(roster) | {"lines": LINES.dump_python(roster.lines, mode="json")}
        self._rows.save(columns)
        await self._session.flush()


def _roster(row: RosterRow) -> Roster:
    return Roster(
        row.application_no,
        row.unit_id,
        row.agency_id,
        row.office_id,
        LINES.validate_python(row.lines),
        RosterState(row.state),
        row.frozen_key,
        row.frozen_digest,
        row.confirmation_no,
    )
