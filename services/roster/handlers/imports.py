"""Imports: accepted at once, read and checked by a worker, stored in one transaction."""

from collections.abc import Mapping, Sequence
from uuid import uuid4

from services.roster.adapters.failed_rows_reader import read_failed_rows
from services.roster.adapters.refusals import too_large
from services.roster.adapters.workbook_reader import Sheet, read_rows
from services.roster.adapters.workbook_writer import XLSX, failed_rows
from services.roster.domain.checking import CheckedRow, check_rows, refuse_repeated
from services.roster.domain.imports import FileRefusal, Import
from services.roster.domain.outcomes import Outcome, outcome_of
from services.roster.domain.persons import RawRow
from services.roster.domain.rosters import RosterState
from services.roster.repository.covers import CoverRepository
from services.roster.repository.imports import ImportRepository
from services.roster.repository.persons import PersonRepository
from services.roster.repository.rosters import RosterRepository
from shared.bus import Job, TooEarly, Transaction
from shared.contracts.base import about
from shared.contracts.enrollment import PlanRules
from shared.contracts.files import Prefix, StoredFile
from shared.contracts.roster import ImportFinished, ImportProgressed, ImportStarted
from shared.errors import Invalid, Refusal, TooMany
from shared.identity.caller import Caller
from shared.identity.permissions import Permission
from shared.runtime.child import WorkNotDone, WorkTooLarge
from shared.runtime.clock import office_day
from shared.runtime.resources import Resources

ROWS_PER_CHECK = 5_000
READ_SECONDS = 120.0
READ_AGAIN_SECONDS = 20.0
CHECK_SECONDS = 60.0
MOST_OPEN = 3
"""Of one unit, over all its applications, waiting and running."""
RETRY_SECONDS = 10
NOT_READ = FileRefusal("not_read", "系统暂时无法读取该文件，请稍后重新导入；多次出现请联系办事处。")


async def accept_import(
    application_no: str,
    file: StoredFile,
    lines: list[str] | None,
    corrects: str | None,
    caller: Caller,
    tx: Transaction,
) -> Import:
    """Accept a file for some lines, or for all; a worker reads it.

    `corrects` is the batch whose failed rows it brings back, all of them. Raises TooMany while the
    unit has `MOST_OPEN` imports that have not ended.
    """
    caller.require(Permission.ENROLL)
    roster = await RosterRepository(tx).get(application_no)
    caller.require_sight(roster.unit_id, roster.agency_id, roster.office_id)
    roster.require_open()
    await tx.keep(file.key)
    plans = list(dict.fromkeys(lines or roster.plans))
    roster.rules(plans)
    imports = ImportRepository(tx)
    if corrects is not None:
        corrected = await imports.find(corrects)
        if corrected is None or not corrected.has_failed_rows(application_no):
            raise Invalid(
                "batch_unknown",
                "没有这个导入批次，或该批次没有失败的人员，请刷新后重试。",
                field="corrects",
            )
    if await imports.count_open(roster.unit_id) >= MOST_OPEN:
        raise TooMany(
            "too_many_imports",
            f"贵单位已有 {MOST_OPEN} 个文件正在导入，请等其中一个导入完成后再上传。",
            retry_after=RETRY_SECONDS,
        )
    batch = Import(
        import_id=str(uuid4()),
        application_no=application_no,
        lines=plans,
        plan_names={plan: roster.plan_name(plan) for plan in plans},
        file=file,
        created_at=tx.now,
        corrects=corrects,
    )
    await imports.save(batch)
    tx.emit(ImportStarted(**about(roster), import_id=batch.import_id))
    return batch


async def run_import(event: ImportStarted, job: Job) -> None:
    """Read and check a file in a child process, then store its persons in one transaction."""
    async with job.transaction() as tx:
        imports = ImportRepository(tx)
        batch = await imports.get(event.import_id)
        roster = await RosterRepository(tx).get(event.application_no, lock=False)
        batch.begin()
        await imports.save(batch)
    names = {plan: batch.plan_names.get(plan, plan) for plan in batch.lines}
    try:
        rules = roster.rules(batch.lines)
        sheet = await _read(job, batch.file)
        checked = await _checked(event, job, sheet.rows, rules)
    except (Refusal, WorkNotDone) as error:
        async with job.finish() as tx:
            await _end_refused(event, _refusal(error), tx)
        return
    async with job.transaction() as tx:
        persons = PersonRepository(tx)
        listed = await persons.numbers(event.application_no, batch.lines)
        hashes = [
            persons.number_hash(one.person.document_kind, one.person.number) if one.person else None
            for one in checked
        ]
        covered = await CoverRepository(tx).covered(
            batch.lines, [one for one in hashes if one is not None], tx.today
        )
    outcome = outcome_of(checked, hashes, names, listed, covered)
    failed = await _failed_workbook(event, job, outcome)
    async with job.finish() as tx:
        roster = await RosterRepository(tx).get(event.application_no)
        if roster.state is RosterState.CLOSED:
            outcome = Outcome(rows=len(checked))  # given up meanwhile: nobody is kept
            if failed is not None:
                tx.discard(failed.key)
                failed = None
        elif failed is not None:
            await tx.keep(failed.key)
        persons = PersonRepository(tx)
        if await persons.numbers(event.application_no, batch.lines) != listed:
            raise TooEarly("another import came in between; look again")
        await persons.add(event.application_no, event.import_id, outcome.kept_in(roster.plans))
        imports = ImportRepository(tx)
        batch = await imports.get(event.import_id)
        batch.finish(outcome, failed, tx.now)
        await imports.save(batch)
        await _note_correction(batch, batch.corrects or sheet.corrects, imports)
        tx.emit(
            ImportFinished(
                **about(roster),
                import_id=event.import_id,
                total=outcome.rows,
                lines=outcome.lines,
                counts=await persons.counts(event.application_no),
            )
        )


async def give_up_import(event: ImportStarted, tx: Transaction) -> None:
    """End an import as failed: the unit may send the file again."""
    await _end_refused(event, NOT_READ, tx)


async def failures(batch: Import, limit: int, resources: Resources) -> list[dict[str, str]]:
    """Return the failed rows of an import, at most `limit`, as they were written, and why."""
    if batch.failed is None:
        return []
    content = await resources.storage.get(batch.failed.key)
    return await resources.child.run(READ_AGAIN_SECONDS, read_failed_rows, content, limit)


async def _read(job: Job, file: StoredFile) -> Sheet:
    content = await job.resources.storage.get(file.key)
    sheet = await job.resources.child.run(READ_SECONDS, read_rows, content)
    if not sheet.rows:
        raise Invalid("file_empty", "文件中没有人员，请填写后再上传。")
    return sheet


async def _checked(
    event: ImportStarted, job: Job, rows: Sequence[RawRow], rules: Mapping[str, PlanRules]
) -> list[CheckedRow]:
    child = job.resources.child
    today = office_day(job.resources.clock())
    checked: list[CheckedRow] = []
    for start in range(0, len(rows), ROWS_PER_CHECK):
        chunk = rows[start : start + ROWS_PER_CHECK]
        checked += await child.run(CHECK_SECONDS, check_rows, chunk, rules, today)
        if len(checked) < len(rows):
            await _progress(event, job, len(checked), len(rows))
    return refuse_repeated(checked)


async def _progress(event: ImportStarted, job: Job, done: int, total: int) -> None:
    async with job.transaction() as tx:
        imports = ImportRepository(tx)
        batch = await imports.get(event.import_id)
        batch.advance(done, total)
        await imports.save(batch)
        tx.emit(ImportProgressed(**event.model_dump(), done=done, total=total))


async def _failed_workbook(event: ImportStarted, job: Job, outcome: Outcome) -> StoredFile | None:
    if not outcome.failed:
        return None
    content = await job.resources.child.run(
        CHECK_SECONDS, failed_rows, outcome.failed, event.import_id
    )
    key = f"{Prefix.FAILED_ROWS}/{event.application_no}/{event.import_id}.xlsx"
    return await job.resources.storage.put_file(key, content, "导入失败人员.xlsx", XLSX)


async def _note_correction(by: Import, corrects: str | None, imports: ImportRepository) -> None:
    corrected = await imports.find(corrects) if corrects is not None else None
    if corrected is not None:
        corrected.note_correction(by)
        await imports.save(corrected)


async def _end_refused(event: ImportStarted, refusal: FileRefusal, tx: Transaction) -> None:
    """End an import whose file was not read."""
    roster = await RosterRepository(tx).get(event.application_no)
    imports = ImportRepository(tx)
    batch = await imports.get(event.import_id)
    batch.refuse(refusal, tx.now)
    await imports.save(batch)
    tx.emit(
        ImportFinished(
            **about(roster),
            import_id=event.import_id,
            total=0,
            lines=(),
            counts=await PersonRepository(tx).counts(event.application_no),
            error=refusal.code,
        )
    )


def _refusal(error: Refusal | WorkNotDone) -> FileRefusal:
    if isinstance(error, WorkTooLarge):
        error = too_large()
    if isinstance(error, Refusal):
        return FileRefusal(error.code, error.message)
    return FileRefusal("file_unreadable", "文件过于复杂或已损坏，请用下载的模板重新填写后上传。")
