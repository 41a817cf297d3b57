"""Imports in a worker: a file is read in a child, and its persons are taken into their lines."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

from services.roster.adapters.asking import asked_rows
from services.roster.adapters.list_reader import ColumnsUnknown
from services.roster.adapters.staging import FileToRead
from services.roster.domain.imports import AskedSheet, FileRefusal, Import
from services.roster.domain.rosters import Roster
from services.roster.handlers.imports_columns import ASKED
from services.roster.handlers.imports_ending import refuse_import
from services.roster.handlers.imports_progress import progressed
from services.roster.handlers.imports_taking import READ_SECONDS, take_in
from services.roster.repository.imports import ImportRepository
from services.roster.repository.recalled_columns import RecalledColumnsRepository
from services.roster.repository.rosters import RosterRepository
from shared.bus import Job
from shared.contracts.base import about
from shared.contracts.files import Prefix
from shared.contracts.roster import ImportColumnsGiven, ImportColumnsNeeded, ImportStarted
from shared.errors import Refusal
from shared.runtime.child import WorkBroken, WorkNotDone, WorkTooLarge
from shared.runtime.clock import office_day
from shared.sheets.refusals import too_large

COLUMNS_WAIT = timedelta(hours=24)


async def run_import(event: ImportStarted | ImportColumnsGiven, job: Job) -> None:
    """Take the persons of a file into their lines.

    It waits for its columns when these are unknown; it ends without persons when it cannot be read.
    """
    batch, roster, recalled = await _begin(event, job)
    try:
        roster.require_not_ended()
        rules = roster.rules(batch.lines, batch.plan_names)
        content = await job.resources.storage.get(batch.file.key)
        today = office_day(job.resources.clock())
        keys = job.resources.sealer.keys
        file = FileToRead(content, rules, today, keys, batch.chosen, recalled)
        try:
            await take_in(file, batch, roster, job)
        except WorkBroken:  # the child that read it died
            await take_in(file, batch, roster, job)
    except ColumnsUnknown as unknown:
        await _ask(event, job, file, unknown)
    except (Refusal, WorkNotDone) as error:
        async with job.finish() as tx:
            await refuse_import(event.import_id, _refusal(error), tx)


async def _begin(
    event: ImportStarted | ImportColumnsGiven, job: Job
) -> tuple[Import, Roster, Mapping[bytes, Mapping[str, int]]]:
    async with job.transaction() as tx:
        imports = ImportRepository(tx)
        batch = await imports.get(event.import_id)
        roster = await RosterRepository(tx).get(event.application_no, lock=False)
        batch.begin()
        await imports.save(batch)
        tx.emit(progressed(batch, roster))
        return batch, roster, await RecalledColumnsRepository(tx).of(roster.unit_id)


async def _ask(
    event: ImportStarted | ImportColumnsGiven, job: Job, file: FileToRead, unknown: ColumnsUnknown
) -> None:
    """Wait for the columns of a sheet; its first rows are stored for whoever is asked."""
    asked = await job.resources.child.run(READ_SECONDS, asked_rows, file.content, unknown.sheet)
    key = f"{Prefix.FAILED_ROWS}/{event.application_no}/{event.import_id}-{uuid4()}.json"
    rows = await job.resources.storage.put_file(
        key, ASKED.dump_json(asked), "列.json", "application/json"
    )
    async with job.finish() as tx:
        await tx.keep(key)
        roster = await RosterRepository(tx).get(event.application_no)
        imports = ImportRepository(tx)
        batch = await imports.get(event.import_id)
        until = tx.now + COLUMNS_WAIT
        sheet = AskedSheet(unknown.sheet, unknown.width, unknown.is_alone, rows)
        batch.ask_columns(sheet, until)
        await imports.save(batch)
        tx.emit(ImportColumnsNeeded(**about(roster), import_id=event.import_id, until=until))


def _refusal(error: Refusal | WorkNotDone) -> FileRefusal:
    if isinstance(error, WorkTooLarge):
        error = too_large()
    if isinstance(error, Refusal):
        return FileRefusal(error.code, error.message)
    return FileRefusal("file_unreadable", "文件过于复杂或已损坏，请用下载的模板重新填写后上传。")
