"""Imports to and from rows."""

from pydantic import TypeAdapter
from sqlalchemy import func, select

from services.roster.domain.imports import Import, ImportState
from services.roster.tables import ImportRow, RosterRow
from shared.bus import Transaction
from shared.errors import NotFound
from shared.runtime.rows import LoadedRows, columns_for

IMPORT = TypeAdapter(Import)


class ImportRepository:
    """Import batches."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._now = tx.now
        self._rows = LoadedRows(tx.session, ImportRow)

    async def save(self, batch: Import) -> None:
        """Save one, new or changed."""
        self._rows.save(_columns(batch))
        await self._session.flush()

    async def find(self, import_id: str) -> Import | None:
        """Return one; None when there is none."""
        row = await self._session.get(ImportRow, import_id, populate_existing=True)
        return _import(self._rows.keep(row)) if row is not None else None

    async def get(self, import_id: str) -> Import:
        """Return one; NotFound when there is none."""
        found = await self.find(import_id)
        if found is None:
            raise NotFound
        return found

    async def count_open(self, unit_id: str) -> tuple[int, int]:
        """Lock a unit's imports; return how many workers have or will have, and how many wait.

        Those that wait do so for their columns. Of several at once each counts those before it.
        """
        lock = func.pg_advisory_xact_lock(func.hashtext(f"imports/{unit_id}"))
        await self._session.execute(select(lock))
        waits = ImportRow.state == ImportState.NEEDS_COLUMNS
        counts = await self._session.execute(
            select(func.count().filter(~waits), func.count().filter(waits))
            .select_from(ImportRow)
            .join(RosterRow, RosterRow.application_no == ImportRow.application_no)
            .where(RosterRow.unit_id == unit_id, ImportRow.finished_at.is_(None))
        )
        under_way, waiting = counts.one()
        return under_way, waiting

    async def next_expired(self) -> str | None:
        """Return the id of an import whose columns nobody said in time; None when there is none."""
        found: str | None = await self._session.scalar(
            select(ImportRow.import_id)
            .where(
                ImportRow.state == ImportState.NEEDS_COLUMNS, ImportRow.columns_until <= self._now
            )
            .limit(1)
        )
        return found

    async def of(self, application_no: str) -> list[Import]:
        """Return an application's batches, oldest first."""
        rows = await self._session.scalars(
            select(ImportRow)
            .where(ImportRow.application_no == application_no)
            .order_by(ImportRow.created_at, ImportRow.import_id)
        )
        return [_import(self._rows.keep(row)) for row in rows]


def _columns(batch: Import) -> dict[str, object]:
    documents: dict[str, object] = IMPORT.dump_python(
        batch,
        mode="json",
        include={"file", "rows", "result", "failed", "told", "error", "asked", "chosen"},
    )
    return vars(batch) | documents


def _import(row: ImportRow) -> Import:
    return IMPORT.validate_python(columns_for(Import, row))
