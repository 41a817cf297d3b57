"""Imports: accepted at once, read and checked by a worker, stored in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from services.roster.adapters.checking import CheckedRow, check_rows, refuse_repeated
from services.roster.adapters.refusals import too_large
from services.roster.adapters.workbook_reader import Sheet, read_rows
from services.roster.adapters.workbook_writer import failed_rows
from services.roster.domain.imports import ImportState
from services.roster.domain.persons import RawRow
from services.roster.domain.reasons import Reason, Severity, refuses
from services.roster.domain.roster import RosterState
from services.roster.repository import Entry, ImportRepository, PersonRepository, RosterRepository
from services.roster.tables import ImportRow
from shared.bus import Job, TooEarly, Transaction
from shared.contracts.base import about
from shared.contracts.enrollment import PlanRules
from shared.contracts.files import Prefix, StoredFile
from shared.contracts.roster import ImportFinished, ImportProgressed, ImportStarted, LineImport
from shared.errors import Invalid, Refusal, TooMany
from shared.identity.caller import Caller
from shared.identity.permissions import Permission
from shared.runtime.child import WorkNotDone, WorkTooLarge
from shared.runtime.clock import OFFICE_ZONE

ROWS_PER_CHECK = 5_000
READ_SECONDS = 120.0
CHECK_SECONDS = 60.0
MOST_OPEN = 3
"""Of one unit, over all its applications, waiting and running."""
RETRY_SECONDS = 10
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""Media type of workbooks."""


async def accept_import(
    application_no: str,
    file: StoredFile,
    lines: list[str] | None,
    corrects: str | None,
    caller: Caller,
    tx: Transaction,
) -> ImportRow:
    """Accept a file for some lines, or for all; a worker reads it.

    `corrects` is the batch whose failed rows it brings back, all of them. Raises TooMany while the
    unit has `MOST_OPEN` imports that have not ended.
    """
    caller.require(Permission.ENROLL)
    roster = await RosterRepository(tx.session).get(application_no)
    caller.require_sight(roster.unit_id, roster.agency_id, roster.office_id)
    roster.require_open()
    await tx.keep(file.key)
    plans = list(dict.fromkeys(lines or roster.plans))
    roster.rules(plans)
    imports = ImportRepository(tx.session)
    if corrects is not None and not await imports.has_failed_rows(application_no, corrects):
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
    row = ImportRow(
        import_id=str(uuid4()),
        application_no=application_no,
        lines=plans,
        file=file.model_dump(mode="json"),
        state=ImportState.QUEUED,
        done=0,
        total=0,
        result=[],
        warnings=0,
        created_at=tx.now,
        plan_names={plan: roster.plan_name(plan) for plan in plans},
        corrects=corrects,
    )
    imports.add(row)
    tx.emit(ImportStarted(**about(roster), import_id=row.import_id))
    return row


@dataclass(frozen=True)
class Outcome:
    """The result of a file, line by line."""

    entries: list[Entry]
    failed: list[tuple[RawRow, list[Reason]]]
    lines: tuple[LineImport, ...]
    warnings: int


async def run_import(event: ImportStarted, job: Job) -> None:
    """Read and check a file in a child process, then store its persons in one transaction."""
    async with job.transaction() as tx:
        row = await ImportRepository(tx.session).get(event.import_id)
        roster = await RosterRepository(tx.session).get(event.application_no, lock=False)
        row.state = ImportState.RUNNING
        file, lines = StoredFile.model_validate(row.file), row.lines
        names = {plan: row.plan_names.get(plan, plan) for plan in lines}
    try:
        rules = roster.rules(lines)
        sheet = await _read(job, file)
        checked = await _checked(event, job, sheet.rows, rules)
    except (Refusal, WorkNotDone) as error:
        await _refuse(event, job, error)
        return
    async with job.transaction() as tx:
        persons = PersonRepository(tx.session, tx.resources.sealer)
        existing = await persons.numbers(event.application_no, lines)
        outcome = await _outcome(checked, names, existing, persons, tx)
    failed = await _failed_workbook(event, job, outcome)
    async with job.finish() as tx:
        roster = await RosterRepository(tx.session).get(event.application_no)
        if roster.state is RosterState.CLOSED:
            outcome = Outcome([], [], (), 0)  # given up meanwhile: nobody is kept
            if failed is not None:
                tx.discard(failed.key)
                failed = None
        elif failed is not None:
            await tx.keep(failed.key)
        persons = PersonRepository(tx.session, tx.resources.sealer)
        if await persons.numbers(event.application_no, lines) != existing:
            raise TooEarly("another import came in between; look again")
        # Persons of a line that was removed meanwhile are dropped.
        entries = [entry for entry in outcome.entries if entry.plan_code in roster.plans]
        await persons.add(event.application_no, event.import_id, entries)
        imports = ImportRepository(tx.session)
        row = await imports.get(event.import_id)
        row.state, row.finished_at = ImportState.FINISHED, tx.now
        row.done = row.total = len(checked)
        row.failed_rows = len(outcome.failed)
        await imports.note_corrected(row.corrects or sheet.corrects, row)
        row.result = [line.model_dump() for line in outcome.lines]
        row.warnings = outcome.warnings
        row.failed = failed.model_dump(mode="json") if failed else None
        counts = await persons.counts(event.application_no)
        tx.emit(
            ImportFinished(
                **about(roster),
                import_id=event.import_id,
                total=len(checked),
                lines=outcome.lines,
                counts=counts,
            )
        )


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
    today = job.resources.clock().astimezone(OFFICE_ZONE).date()
    checked: list[CheckedRow] = []
    for start in range(0, len(rows), ROWS_PER_CHECK):
        chunk = rows[start : start + ROWS_PER_CHECK]
        checked += await child.run(CHECK_SECONDS, check_rows, chunk, rules, today)
        if len(checked) < len(rows):
            await _progress(event, job, len(checked), len(rows))
    return refuse_repeated(checked)


async def _progress(event: ImportStarted, job: Job, done: int, total: int) -> None:
    async with job.transaction() as tx:
        row = await ImportRepository(tx.session).get(event.import_id)
        row.done, row.total = done, total
        tx.emit(ImportProgressed(**event.model_dump(), done=done, total=total))


async def _outcome(
    checked: Sequence[CheckedRow],
    plans: Mapping[str, str],
    existing: set[tuple[str, bytes]],
    persons: PersonRepository,
    tx: Transaction,
) -> Outcome:
    hashes = {
        id(one): persons.number_hash(one.person.document_kind, one.person.number)
        for one in checked
        if one.person
    }
    today = tx.now.astimezone(OFFICE_ZONE).date()
    covered = await persons.covered(list(plans), hashes.values(), today)
    entries: list[Entry] = []
    failed: dict[int, tuple[RawRow, list[Reason]]] = {}
    refused = dict.fromkeys(plans, 0)
    warned = 0
    for one in checked:
        warned += any(
            reason.severity is Severity.WARNING
            for plan in plans
            for reason in one.reasons_for(plan)
        )
        for plan, name in plans.items():
            own = one.by_plan.get(plan, ())
            if len(plans) > 1:  # whoever reads it has one row before him for all plans
                own = tuple(replace(each, message=f"{name}：{each.message}") for each in own)
            reasons = [*one.reasons, *own]
            key = (plan, hashes.get(id(one), b""))
            if one.person and key in existing:
                reasons.append(
                    Reason(
                        "already_in_line",
                        f"已在“{name}”的人员清单中，无需重复导入。",
                        "number",
                    )
                )
            if one.person is None or refuses(reasons):
                refused[plan] += 1
                _, known = failed.setdefault(one.row.row_no, (one.row, []))
                known += [reason for reason in reasons if reason not in known]
                continue
            over = any(reason.code == "above_usual_age" for reason in reasons)
            entries.append(Entry(plan, one.person, key in covered, over))
    lines = tuple(
        LineImport(plan_code=plan, succeeded=len(checked) - refused[plan], failed=refused[plan])
        for plan in plans
    )
    return Outcome(entries, list(failed.values()), lines, warned)


async def _failed_workbook(event: ImportStarted, job: Job, outcome: Outcome) -> StoredFile | None:
    if not outcome.failed:
        return None
    content = await job.resources.child.run(
        CHECK_SECONDS, failed_rows, outcome.failed, event.import_id
    )
    key = f"{Prefix.FAILED_ROWS}/{event.application_no}/{event.import_id}.xlsx"
    return await job.resources.storage.put_file(key, content, "导入失败人员.xlsx", XLSX)


async def _refuse(event: ImportStarted, job: Job, error: Refusal | WorkNotDone) -> None:
    """End an import whose file cannot be read."""
    refusal = error if isinstance(error, Refusal) else _blamed(error)
    async with job.finish() as tx:
        roster = await RosterRepository(tx.session).get(event.application_no)
        persons = PersonRepository(tx.session, tx.resources.sealer)
        row = await ImportRepository(tx.session).get(event.import_id)
        row.state, row.finished_at = ImportState.FAILED, tx.now
        row.error = {"code": refusal.code, "message": refusal.message}
        counts = await persons.counts(event.application_no)
        tx.emit(
            ImportFinished(
                **about(roster),
                import_id=event.import_id,
                total=0,
                lines=(),
                counts=counts,
                error=refusal.code,
            )
        )


def _blamed(error: WorkNotDone) -> Refusal:
    if isinstance(error, WorkTooLarge):
        return too_large()
    return Invalid("file_unreadable", "文件过于复杂或已损坏，请用下载的模板重新填写后上传。")
