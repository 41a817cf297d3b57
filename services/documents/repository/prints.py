"""Prints to and from rows."""

from pydantic import TypeAdapter
from sqlalchemy import select

from services.documents.domain.prints import Print, PrintState
from services.documents.tables import PrintRow
from shared.bus import Transaction
from shared.contracts.documents import PaperKind
from shared.errors import NotFound
from shared.runtime.rows import LoadedRows, columns_for

PRINT = TypeAdapter(Print)


class PrintRepository:
    """Prints."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._rows = LoadedRows(tx.session, PrintRow)

    def save(self, found: Print) -> None:
        """Save one, new or changed."""
        file = found.file.model_dump(mode="json") if found.file else None
        self._rows.save(vars(found) | {"file": file})

    async def unclaimed(self, kind: PaperKind, number: str) -> Print | None:
        """Lock and return a pending rendering in advance of one paper; None without one."""
        row = await self._session.scalar(
            select(PrintRow)
            .where(
                PrintRow.kind == kind,
                PrintRow.numbers == [number],
                PrintRow.state == PrintState.PENDING,
                PrintRow.printed_by.is_(None),
            )
            .limit(1)
            .with_for_update()
        )
        return _print(self._rows.keep(row)) if row is not None else None

    async def get(self, print_id: str, *, lock: bool = False) -> Print:
        """Return one; NotFound when there is none."""
        row = await self._session.get(PrintRow, print_id, with_for_update=lock)
        if row is None:
            raise NotFound
        return _print(self._rows.keep(row))


def _print(row: PrintRow) -> Print:
    return PRINT.validate_python(columns_for(Print, row))
