"""Imports: HTTP endpoints."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.roster import views
from services.roster.domain.imports import Import, ImportState
from services.roster.handlers.imports import accept_import, failures, warnings
from services.roster.handlers.templates import TEMPLATE
from services.roster.repository.imports import ImportRepository
from shared.bus import Transaction
from shared.contracts.files import StoredFile
from shared.contracts.roster import ImportStage, LineImport, RowCounts
from shared.errors import NotFound
from shared.http.commands import CommandOf, CreationOf
from shared.http.waiting import Wait, settled
from shared.identity.permissions import Permission
from shared.values import ApplicationNo

GONE = "已删除的保障活动"
"""Name of a plan that is no line any more and whose name was not stored."""

router = APIRouter(tags=["roster"])


class NewImport(BaseModel):
    """A file that the gateway has stored, and the lines that it is for.

    Without these it is for those of the batch that it corrects, else for all.
    """

    file: StoredFile
    lines: list[str] | None = None
    corrects: str | None = None


class ImportRefusal(BaseModel):
    """Why a file could not be read at all."""

    code: str
    message: str = Field(description="What to do about it, in Chinese")


class ImportAnswer(BaseModel):
    """A batch; progress while it runs, counts per line when it is finished."""

    import_id: str
    application_no: str
    state: ImportState
    file_name: str
    file_type: str = TEMPLATE
    plan_names: dict[str, str] = Field(description="Names of the plans that it is for, by code")
    stage: ImportStage | None = Field(description="What a worker does with it; null before")
    done: int
    total: int
    lines: list[LineImport]
    rows: RowCounts = Field(description="What the rows of the lists in the file are")
    warnings: int
    has_warnings: bool = Field(description="Whether the rows with warnings can be shown")
    columns_until: datetime | None = Field(
        description="When it is given up unless somebody says which column is which"
    )
    has_failed_rows: bool
    corrected_by: str | None = Field(
        description="The batch in which all of its failed rows came back"
    )
    error: ImportRefusal | None
    created_at: datetime
    finished_at: datetime | None


class FailedRow(BaseModel):
    """A row that was not taken in: where it stands, the texts as they were written, and why."""

    sheet: str
    row_no: int = Field(description="From 1, as spreadsheets count")
    name: str
    number: str
    mobile: str
    document_kind: str
    occupation_class: str
    remark: str
    sex: str
    birth_date: str
    why: str


class WarnedRow(BaseModel):
    """A person who was taken in with a warning: where the row stands, who it is, and why."""

    sheet: str
    row_no: int = Field(description="From 1, as spreadsheets count")
    name: str
    number: str
    why: str


def shown_import(batch: Import) -> ImportAnswer:
    """Show a batch."""
    return ImportAnswer(
        import_id=batch.import_id,
        application_no=batch.application_no,
        state=batch.state,
        file_name=batch.file.file_name,
        plan_names={plan: batch.plan_names.get(plan, GONE) for plan in batch.lines},
        stage=batch.stage,
        done=batch.done,
        total=batch.total,
        lines=list(batch.result),
        rows=batch.rows,
        warnings=batch.warnings,
        has_warnings=batch.warnings > 0 and batch.told is not None,
        columns_until=batch.columns_until,
        has_failed_rows=batch.failed is not None,
        corrected_by=batch.corrected_by,
        error=ImportRefusal(**vars(batch.error)) if batch.error else None,
        created_at=batch.created_at,
        finished_at=batch.finished_at,
    )


@router.post("/applications/{application_no}/imports", status_code=202)
async def post_import(
    application_no: ApplicationNo, body: NewImport, command: CreationOf
) -> ImportAnswer:
    """Accept a file; poll the import or follow the events."""

    async def act(tx: Transaction) -> ImportAnswer:
        batch = await accept_import(
            application_no, body.file, body.lines, body.corrects, command.caller, tx
        )
        return shown_import(batch)

    return await command.once(body, ImportAnswer, act)


@router.get("/applications/{application_no}/imports")
async def get_imports(application_no: ApplicationNo, command: CommandOf) -> list[ImportAnswer]:
    """List an application's imports, oldest first."""
    async with command.transaction() as tx:
        await views.roster(tx, command.caller, application_no)
        return [shown_import(one) for one in await ImportRepository(tx).of(application_no)]


@router.get("/imports/{import_id}")
async def get_import(import_id: str, command: CommandOf, wait: Wait = 0) -> ImportAnswer:
    """Show an import: its progress, or what it did to each line."""

    async def read() -> Import:
        async with command.transaction() as tx:
            return await views.batch(tx, command.caller, import_id)

    found = await read()
    if found.under_way and wait:
        bell = command.transactions.announced.of(found.application_no)
        found = await settled(read, lambda batch: batch.under_way, wait, bell)
    return shown_import(found)


@router.get("/imports/{import_id}/failed-rows")
async def get_failed_rows(import_id: str, command: CommandOf) -> StoredFile:
    """Download the failed rows of an import with their reasons, ready to correct."""
    command.caller.require(Permission.EXPORT)
    async with command.transaction() as tx:
        batch = await views.batch(tx, command.caller, import_id)
    if batch.failed is None:
        raise NotFound("该批次没有失败的人员。")
    return batch.failed


@router.get("/imports/{import_id}/failures")
async def get_failures(import_id: str, command: CommandOf) -> list[FailedRow]:
    """Show the failed rows of an import, the first 500, in full: they are to be corrected."""
    command.caller.require(Permission.EXPORT)
    async with command.transaction() as tx:
        batch = await views.batch(tx, command.caller, import_id)
    return [FailedRow(**one) for one in await failures(batch, command.resources)]


@router.get("/imports/{import_id}/warnings")
async def get_warnings(import_id: str, command: CommandOf) -> list[WarnedRow]:
    """Show the rows of an import with warnings, the first 500, in full: they are to be compared."""
    command.caller.require(Permission.ENROLL)
    async with command.transaction() as tx:
        batch = await views.batch(tx, command.caller, import_id)
    return [WarnedRow(**one) for one in await warnings(batch, command.resources)]
