"""Prints to and from rows."""

from dataclasses import asdict

from pydantic import TypeAdapter
from sqlalchemy import select, update

from services.documents.domain.prints import Print, PrintState
from services.documents.tables import PrintRow, file_key
from shared.bus import Transaction
from shared.contracts.files import StoredFile
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
        account = asdict(found.account) if found.account else None
        self._rows.save(vars(found) | {"file": file, "account": account})

    async def note_progress(self, print_id: str, done: int) -> None:
        """Record how many papers of a print are set; of one that has ended nothing is."""
        await self._session.execute(
            update(PrintRow)
            .where(PrintRow.print_id == print_id, PrintRow.state == PrintState.PENDING)
            .values(done=done)
        )

    async def file_of(self, key: str) -> StoredFile | None:
        """Return the file of this key, if a print has it."""
        found = await self._session.scalar(
            select(PrintRow.file).where(file_key(PrintRow) == key).limit(1)
        )
        return None if found is None else StoredFile.model_validate(found)

    async def get(self, print_id: str, *, lock: bool = False) -> Print:
        """Return one; NotFound when there is none."""
        row = await self._session.get(PrintRow, print_id, with_for_update=lock)
        if row is None:
            raise NotFound
        return _print(self._rows.keep(row))


def _print(row: PrintRow) -> Print:
    return PRINT.validate_python(columns_for(Print, row))
