"""Imports: a file is accepted at once, and told of when it has been read."""

from typing import Any
from uuid import uuid4

from services.roster.adapters.telling import shown_rows
from services.roster.domain.imports import FileRefusal, Import
from services.roster.handlers.imports_ending import refuse_import
from services.roster.repository.imports import ImportRepository
from services.roster.repository.rosters import RosterRepository
from shared.bus import Transaction
from shared.contracts.base import about
from shared.contracts.files import StoredFile
from shared.contracts.roster import ImportColumnsGiven, ImportStarted
from shared.errors import Invalid, TooMany
from shared.identity.caller import Caller
from shared.identity.permissions import Permission
from shared.runtime.resources import Resources

MOST_OPEN = 3
"""Of one unit, over all its applications, waiting and running."""
MOST_WAITING = 20
"""Of one unit, for their columns."""
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
    """Accept a file for some lines; a worker reads it.

    `corrects` is the batch whose failed rows it brings back, all of them. Without `lines` it is for
    those of that batch, else for all. Raises TooMany while the unit has `MOST_OPEN` imports under
    way, or `MOST_WAITING` that wait for their columns.
    """
    caller.require(Permission.ENROLL)
    roster = await RosterRepository(tx).get(application_no)
    caller.require_sight(roster.unit_id, roster.agency_id, roster.office_id)
    roster.require_open()
    await tx.keep(file.key)
    imports = ImportRepository(tx)
    usual, names = roster.plans, {}
    if corrects is not None:
        corrected = await imports.find(corrects)
        if corrected is None or not corrected.has_failed_rows(application_no):
            raise Invalid(
                "batch_unknown",
                "没有这个导入批次，或该批次没有失败的人员，请刷新后重试。",
                field="corrects",
            )
        usual, names = corrected.lines, corrected.plan_names
    plans = list(dict.fromkeys(lines or usual))
    roster.rules(plans, names)
    under_way, waiting = await imports.count_open(roster.unit_id)
    if waiting >= MOST_WAITING:
        raise TooMany(
            "too_many_waiting",
            f"贵单位有 {waiting} 个文件等待指定列，请先指定列或放弃这些文件，再上传新的文件。",
            retry_after=RETRY_SECONDS,
        )
    if under_way >= MOST_OPEN:
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


async def give_up_import(event: ImportStarted | ImportColumnsGiven, tx: Transaction) -> None:
    """End an import as failed: the unit may send the file again."""
    await refuse_import(event.import_id, NOT_READ, tx)


async def failures(batch: Import, resources: Resources) -> list[dict[str, Any]]:
    """Return the first failed rows of an import, as they were written, and why."""
    return await _told(batch, "failures", resources)


async def warnings(batch: Import, resources: Resources) -> list[dict[str, Any]]:
    """Return the first rows of an import that were taken with a warning, and which."""
    return await _told(batch, "warnings", resources)


async def _told(batch: Import, kind: str, resources: Resources) -> list[dict[str, Any]]:
    if batch.told is None:
        return []
    return shown_rows(await resources.storage.get(batch.told.key), kind)
