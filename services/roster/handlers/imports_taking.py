"""Persons taken into their lines while their file is read, in one transaction.

Nobody sees them before it commits. Other transactions say meanwhile how far it is.
"""

from collections import Counter
from contextlib import aclosing
from dataclasses import dataclass, replace

from services.roster.adapters.row_encoder import COLUMNS
from services.roster.adapters.staging import Chunk, FileRead, FileToRead, staged
from services.roster.adapters.telling import Told, tell
from services.roster.adapters.workbook_writer import XLSX
from services.roster.domain.imports import Import, ImportOutcome
from services.roster.domain.rosters import Roster
from services.roster.domain.row_kinds import RowKind
from services.roster.handlers.imports_progress import Progress
from services.roster.repository.imports import ImportRepository
from services.roster.repository.persons import PersonRepository
from services.roster.repository.recalled_columns import RecalledColumnsRepository
from services.roster.repository.rosters import RosterRepository
from services.roster.repository.staged_rows import Findings, StagedRowRepository, Takers
from shared.bus import Job, TooEarly, Transaction
from shared.contracts.base import about
from shared.contracts.files import Prefix, StoredFile
from shared.contracts.roster import (
    ImportFinished,
    ImportStage,
    LineImport,
    RowCounts,
)

READ_SECONDS = 120.0
JSON = "application/json"


@dataclass(frozen=True)
class _Added:
    """A file whose persons have been added to their lines."""

    read: FileRead
    takers: Takers
    findings: Findings

    @property
    def persons(self) -> int:
        """Return how many rows hold persons."""
        return self.read.counts[RowKind.PERSON]

    def outcome(self) -> ImportOutcome:
        """Return what became of the rows; nothing is told of single ones."""
        others = {kind: self.read.counts.get(kind, 0) for kind in RowKind}
        persons = others.pop(RowKind.PERSON)
        return ImportOutcome(
            RowCounts(taken=self.takers.rows, refused=persons - self.takers.rows, **others),
            tuple(
                LineImport(plan_code=plan, succeeded=rows, failed=persons - rows)
                for plan, rows in self.takers.by_plan.items()
            ),
        )


async def take_in(file: FileToRead, batch: Import, roster: Roster, job: Job) -> None:
    """Read a file in a child, add its persons to their lines and finish the import.

    Raises ColumnsUnknown, Invalid for the file as a whole, WorkNotDone; Conflict when the roster
    ended meanwhile, TooEarly when its lines changed so that the file has to be read again.
    """
    progress = Progress(batch, roster, job)
    async with job.transaction() as tx:
        rows = StagedRowRepository(tx, batch)
        added = await _add_persons(file, batch, roster, rows, progress, job, tx)
        await progress.advance(ImportStage.STORING, added.persons, added.persons)
        outcome = await _told(file, batch, added, job)
        await job.finish_in(tx)
        await _finish(batch, added, outcome, rows, tx)


async def _add_persons(
    file: FileToRead,
    batch: Import,
    roster: Roster,
    rows: StagedRowRepository,
    progress: Progress,
    job: Job,
    tx: Transaction,
) -> _Added:
    """Add the persons to their lines while the child reads on; find what speaks against rows."""
    # Begins the transaction, which `copy` needs; an earlier release may have left some, too.
    await rows.clear()
    joined: Counter[str] = Counter()
    after = 0
    read: FileRead | None = None
    parts = job.resources.child.stream(
        READ_SECONDS, staged, file, batch.import_id, batch.application_no
    )
    async with aclosing(parts):
        async for part in parts:
            if isinstance(part, Chunk):
                await rows.copy(part.copied, COLUMNS)
                joined += await rows.add_to_lines(after, part.until, file.today)
                after = part.until
                await progress.advance(ImportStage.CHECKING, part.done, 0)
            else:
                read = part
    assert read is not None, "it comes last"
    findings: Findings = {}
    await rows.begin_comparing()
    now = await RosterRepository(tx).get(batch.application_no, lock=False)
    plans = [plan for plan in batch.lines if plan in now.plans]
    takers = await rows.takers(plans)
    for plan, count in takers.by_plan.items():
        if count != joined[plan]:  # somebody was left out
            await rows.refuse(plan, findings)
            if not await rows.are_all_in(plan):
                raise TooEarly("who kept others out has left the line since; read the file again")
    if findings:
        takers = await rows.takers(plans)
    names = {line.plan.code: line.plan.name for line in roster.lines}
    await rows.find_other_names(names, findings)
    return _Added(read, takers, findings)


async def _told(file: FileToRead, batch: Import, added: _Added, job: Job) -> ImportOutcome:
    """Return what became of the rows; what is told of them is stored."""
    outcome = added.outcome()
    rows = added.read.told
    if rows == [] and not added.findings:
        return outcome
    names = {plan: batch.plan_names.get(plan, plan) for plan in batch.lines}
    if rows is not None and not added.findings:
        file = replace(file, content=b"")  # the rows are known: it is not read again
    told: Told = await job.resources.child.run(
        READ_SECONDS, tell, file, batch.import_id, names, added.findings, rows
    )
    key = f"{Prefix.FAILED_ROWS}/{batch.application_no}/{batch.import_id}"
    storage = job.resources.storage
    failed: StoredFile | None = None
    if told.workbook is not None:
        failed = await storage.put_file(f"{key}.xlsx", told.workbook, "导入失败人员.xlsx", XLSX)
    shown = await storage.put_file(f"{key}.json", told.shown, "导入提示.json", JSON)
    return replace(
        outcome, warnings=told.warned, failed_rows=told.refused, failed=failed, told=shown
    )


async def _finish(
    batch: Import, added: _Added, outcome: ImportOutcome, rows: StagedRowRepository, tx: Transaction
) -> None:
    """End the import; nobody stays in a line that is gone. Conflict when the roster has ended."""
    roster = await RosterRepository(tx).get(batch.application_no)
    roster.require_not_ended()
    persons = PersonRepository(tx)
    plans = [plan for plan in batch.lines if plan in roster.plans]
    if not plans:
        raise TooEarly("all lines are gone; look again")
    if plans != batch.lines:
        await persons.keep_only(batch.application_no, roster.plans)
    if plans != list(added.takers.by_plan):
        left = replace(added, takers=await rows.takers(plans)).outcome()
        outcome = replace(outcome, rows=left.rows, lines=left.lines)
    for file in (outcome.failed, outcome.told):
        if file is not None:
            await tx.keep(file.key)
    await rows.clear()
    imports = ImportRepository(tx)
    batch = await imports.get(batch.import_id)
    batch.finish(outcome, tx.now)
    await imports.save(batch)
    await _note_correction(batch, added.read.corrects, imports)
    await _learn(added, roster.unit_id, tx)
    tx.emit(
        ImportFinished(
            **about(roster),
            import_id=batch.import_id,
            total=outcome.persons,
            lines=outcome.lines,
            rows=outcome.rows,
            counts=await persons.counts(batch.application_no),
        )
    )


async def _learn(added: _Added, unit_id: str, tx: Transaction) -> None:
    """Remember the columns under which most persons came in; forget those under which none did."""
    recalled = RecalledColumnsRepository(tx)
    if added.takers.rows * 2 >= added.persons:
        await recalled.learn(unit_id, added.read.learnt)
    if not added.takers.rows:
        await recalled.forget(unit_id, added.read.recalled)


async def _note_correction(by: Import, written: str | None, imports: ImportRepository) -> None:
    """Note that a batch brings back failed rows, as its sender says, or else its workbook."""
    corrects = by.corrects or written
    corrected = await imports.find(corrects) if corrects is not None else None
    if corrected is not None:
        corrected.note_correction(by)
        await imports.save(corrected)
