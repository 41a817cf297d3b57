"""Imports that end without persons."""

from services.roster.domain.imports import FileRefusal
from services.roster.repository.imports import ImportRepository
from services.roster.repository.persons import PersonRepository
from services.roster.repository.rosters import RosterRepository
from services.roster.repository.staged_rows import StagedRowRepository
from shared.bus import Transaction
from shared.contracts.base import about
from shared.contracts.roster import ImportFinished


async def refuse_import(import_id: str, refusal: FileRefusal, tx: Transaction) -> None:
    """End an import of whose file nothing is taken."""
    imports = ImportRepository(tx)
    application_no = (await imports.get(import_id)).application_no
    roster = await RosterRepository(tx).get(application_no)
    batch = await imports.get(import_id)
    if batch.asked is not None:
        tx.discard(batch.asked.rows.key)
    await StagedRowRepository(tx, batch).clear()  # an earlier release may have left some
    batch.refuse(refusal, tx.now)
    await imports.save(batch)
    tx.emit(
        ImportFinished(
            **about(roster),
            import_id=import_id,
            total=0,
            lines=(),
            counts=await PersonRepository(tx).counts(batch.application_no),
            error=refusal.code,
        )
    )
