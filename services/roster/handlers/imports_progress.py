"""How far an import is, said while a worker has it in its hands."""

from time import monotonic

from services.roster.domain.imports import Import
from services.roster.domain.rosters import Roster
from services.roster.repository.imports import ImportRepository
from shared.bus import Job
from shared.contracts.base import about
from shared.contracts.roster import ImportProgressed, ImportStage

QUIET_SECONDS = 0.5
"""After its beginning was announced, an import says nothing more for so long."""


class Progress:
    """Says how far an import is, unless it has only just begun: it may be over at once."""

    def __init__(self, batch: Import, roster: Roster, job: Job) -> None:
        """Begin now."""
        self._batch = batch
        self._roster = roster
        self._job = job
        self._quiet_until = monotonic() + QUIET_SECONDS

    async def advance(self, stage: ImportStage, done: int, total: int) -> None:
        """Store and announce a stage and its rows, in a transaction of its own."""
        if monotonic() < self._quiet_until:
            return
        async with self._job.transaction() as tx:
            imports = ImportRepository(tx)
            batch = await imports.get(self._batch.import_id)
            batch.advance(stage, done, total)
            await imports.save(batch)
            tx.emit(progressed(batch, self._roster))


def progressed(batch: Import, roster: Roster) -> ImportProgressed:
    """Return the event that says how far an import is that a worker has in its hands."""
    assert batch.stage is not None
    return ImportProgressed(
        **about(roster),
        import_id=batch.import_id,
        done=batch.done,
        total=batch.total,
        stage=batch.stage,
    )
