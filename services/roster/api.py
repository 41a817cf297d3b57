"""Roster over HTTP."""

import asyncio
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field, StringConstraints

from services.roster import views
from services.roster.adapters.failed_rows_reader import read_failed_rows
from services.roster.adapters.workbook_writer import person_template, roster_workbook
from services.roster.domain.imports import ImportState
from services.roster.domain.masking import mask_mobile, mask_name, mask_number
from services.roster.domain.roster import RosterState
from services.roster.handlers.imports import XLSX, accept_import
from services.roster.handlers.persons import correct_person, remove_person, unmask_person
from services.roster.repository import ImportRepository, PersonRepository, RosterRepository
from services.roster.tables import ImportRow, PersonRow
from shared.bus import Transaction
from shared.contracts.enrollment import OccupationClass, Sex
from shared.contracts.files import Prefix, StoredFile
from shared.contracts.roster import FrozenRoster, LineCount, LineImport
from shared.errors import NotFound
from shared.http.commands import Command, CommandOf, CreationOf
from shared.identity.permissions import Permission
from shared.runtime.storage import digest_of
from shared.values import LARGEST_ID, ApplicationNo, ConfirmationNo, Whole

READ_SECONDS = 20.0
MOST_FAILURES = 500

router = APIRouter(tags=["roster"])

GONE = "已删除的保障活动"
"""Name of a plan that is no line any more and whose name was not stored."""
TEMPLATE = "参保人信息模板-通用.xlsx"
BUILD_SECONDS = 120.0
Text = Annotated[str, StringConstraints(max_length=200)]
PersonId = Annotated[int, Path(ge=0, le=LARGEST_ID)]


class TemplateAnswer(BaseModel):
    """A template that can be downloaded."""

    name: str
    title: str


class NewImport(BaseModel):
    """A file that the gateway has stored, and the lines that it is for; all when absent."""

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
    file_type: str = "参保人信息模板-通用"
    plan_names: dict[str, str] = Field(description="Names of the plans that it is for, by code")
    done: int
    total: int
    lines: list[LineImport]
    warnings: int
    has_failed_rows: bool
    corrected_by: str | None = Field(
        description="The batch in which all of its failed rows came back"
    )
    error: ImportRefusal | None
    created_at: datetime
    finished_at: datetime | None


class FailedRow(BaseModel):
    """A row that was not taken in: the texts as they were written, and why."""

    name: str
    number: str
    mobile: str
    document_kind: str
    occupation_class: str
    remark: str
    sex: str
    birth_date: str
    why: str


class PersonAnswer(BaseModel):
    """A person, masked."""

    person_id: int
    name: str
    document_kind: str
    number: str
    sex: Sex
    birth_year: int
    mobile: str | None
    occupation_class: OccupationClass
    unexpired: bool
    over_usual_age: bool


class PersonInFull(BaseModel):
    """A person as the roster holds it, nothing masked."""

    person_id: int
    name: str
    document_kind: str
    number: str
    sex: Sex
    birth_date: date
    mobile: str | None
    occupation_class: OccupationClass
    remark: str | None


class PersonPage(BaseModel):
    """A page of a line's persons, in the order of the file."""

    items: list[PersonAnswer]
    next: str | None


class PersonSearch(BaseModel):
    """A whole name or a whole document number."""

    q: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    limit: Whole = Field(100, ge=1, le=1000)


class PersonChanges(BaseModel):
    """What to correct, written as in the template; absent fields stay."""

    name: Text | None = None
    number: Text | None = None
    mobile: Text | None = None
    document_kind: Text | None = None
    occupation_class: Text | None = None
    sex: Text | None = None
    birth_date: Text | None = None
    remark: Text | None = None


class RosterAnswer(BaseModel):
    """How the roster of an application stands."""

    state: RosterState
    counts: list[LineCount]
    imports: list[ImportAnswer] = Field(description="Oldest first")


def shown_import(row: ImportRow) -> ImportAnswer:
    """Show a batch."""
    return ImportAnswer(
        import_id=row.import_id,
        application_no=row.application_no,
        state=ImportState(row.state),
        file_name=row.file["file_name"],
        plan_names={plan: row.plan_names.get(plan, GONE) for plan in row.lines},
        done=row.done,
        total=row.total,
        lines=[LineImport.model_validate(line) for line in row.result],
        warnings=row.warnings,
        has_failed_rows=row.failed is not None,
        corrected_by=row.corrected_by,
        error=ImportRefusal.model_validate(row.error) if row.error else None,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )


def shown_person(persons: PersonRepository, row: PersonRow) -> PersonAnswer:
    """Show a person, masked."""
    person = persons.unseal(row)
    return PersonAnswer(
        person_id=row.person_id,
        name=mask_name(person.name),
        document_kind=person.document_kind,
        number=mask_number(person.number),
        sex=person.sex,
        birth_year=person.birth_date.year,
        mobile=mask_mobile(person.mobile) if person.mobile else None,
        occupation_class=person.occupation_class,
        unexpired=row.unexpired,
        over_usual_age=row.over_usual_age,
    )


@router.get("/templates")
async def get_templates(command: CommandOf) -> list[TemplateAnswer]:
    """List the templates that can be downloaded."""
    del command  # whoever is signed in may
    return [TemplateAnswer(name=TEMPLATE, title=TEMPLATE.removesuffix(".xlsx"))]


@router.get("/templates/{name}")
async def get_template(name: str, command: CommandOf) -> StoredFile:
    """Download the person template."""
    if name not in (TEMPLATE, TEMPLATE.removesuffix(".xlsx")):
        raise NotFound("没有这个模板，请从模板列表中选择。")
    content = await asyncio.to_thread(person_template)
    storage = command.transactions.resources.storage
    return await storage.put_file(
        f"{Prefix.TEMPLATES}/{digest_of(content)}", content, TEMPLATE, XLSX
    )


@router.post("/applications/{application_no}/imports", status_code=202, response_model=ImportAnswer)
async def post_import(
    application_no: ApplicationNo, body: NewImport, command: CreationOf
) -> Response:
    """Accept a file; poll the import or follow the events."""

    async def act(tx: Transaction) -> ImportAnswer:
        row = await accept_import(
            application_no, body.file, body.lines, body.corrects, command.caller, tx
        )
        return shown_import(row)

    return await command.once(body, act, 202)


@router.get("/applications/{application_no}/imports")
async def get_imports(application_no: ApplicationNo, command: CommandOf) -> list[ImportAnswer]:
    """List an application's imports, oldest first."""
    async with command.transaction() as tx:
        await views.roster(tx.session, command.caller, application_no)
        rows = await ImportRepository(tx.session).of(application_no)
        return [shown_import(row) for row in rows]


@router.get("/imports/{import_id}")
async def get_import(import_id: str, command: CommandOf) -> ImportAnswer:
    """Show an import: its progress, or what it did to each line."""
    async with command.transaction() as tx:
        row = await ImportRepository(tx.session).get(import_id)
        await views.roster(tx.session, command.caller, row.application_no)
        return shown_import(row)


@router.get("/imports/{import_id}/failed-rows")
async def get_failed_rows(import_id: str, command: CommandOf) -> StoredFile:
    """Download the failed rows of an import with their reasons, ready to correct."""
    command.caller.require(Permission.EXPORT)
    async with command.transaction() as tx:
        row = await ImportRepository(tx.session).get(import_id)
        await views.roster(tx.session, command.caller, row.application_no)
        if row.failed is None:
            raise NotFound("该批次没有失败的人员。")
        return StoredFile.model_validate(row.failed)


@router.get("/imports/{import_id}/failures")
async def get_failures(import_id: str, command: CommandOf) -> list[FailedRow]:
    """Show the failed rows of an import, the first 500, in full: they are to be corrected."""
    command.caller.require(Permission.EXPORT)
    async with command.transaction() as tx:
        row = await ImportRepository(tx.session).get(import_id)
        await views.roster(tx.session, command.caller, row.application_no)
        if row.failed is None:
            return []
        content = await tx.resources.storage.get(StoredFile.model_validate(row.failed).key)
    rows = await tx.resources.child.run(READ_SECONDS, read_failed_rows, content, MOST_FAILURES)
    return [FailedRow(**one) for one in rows]


@router.get("/applications/{application_no}/lines/{plan}/persons")
async def get_persons(
    application_no: ApplicationNo,
    plan: str,
    command: CommandOf,
    unexpired: bool | None = None,  # noqa: FBT001 - a query parameter
    cursor: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> PersonPage:
    """List a line's persons, masked."""
    search = views.Search(application_no, plan, unexpired=unexpired, after=cursor)
    return await _persons(search, limit, command)


@router.post("/applications/{application_no}/lines/{plan}/persons/search")
async def search_persons(
    application_no: ApplicationNo, plan: str, body: PersonSearch, command: CommandOf
) -> PersonPage:
    """Find persons by a whole name or a whole number; in a body, since neither may be in a URL."""
    search = views.Search(application_no, plan, wanted=body.q)
    return await _persons(search, body.limit, command)


async def _persons(search: views.Search, limit: int, command: Command) -> PersonPage:
    async with command.transaction() as tx:
        await views.roster(tx.session, command.caller, search.application_no)
        sealer = tx.resources.sealer
        rows = await views.persons(tx.session, sealer, search, limit + 1)
        persons = PersonRepository(tx.session, sealer)
        items = [shown_person(persons, row) for row in rows[:limit]]
    return PersonPage(items=items, next=str(items[-1].person_id) if len(rows) > limit else None)


@router.get(
    "/applications/{application_no}/lines/{plan}/persons/{person_id}",
    responses={409: {"description": "The application is not in a state in which anybody looks"}},
)
async def get_person(
    application_no: ApplicationNo, plan: str, person_id: PersonId, command: CommandOf
) -> PersonInFull:
    """Show one person in full: to correct in an open application, or to compare in review."""
    async with command.transaction() as tx:
        person = await unmask_person(application_no, plan, person_id, command.caller, tx)
    return PersonInFull(person_id=person_id, **person.model_dump())


@router.patch("/applications/{application_no}/lines/{plan}/persons/{person_id}")
async def patch_person(
    application_no: ApplicationNo,
    plan: str,
    person_id: PersonId,
    body: PersonChanges,
    command: CommandOf,
) -> PersonAnswer:
    """Correct a person of a line, before submission."""
    async with command.transaction() as tx:
        changes: dict[str, Any] = body.model_dump(exclude_none=True)
        row = await correct_person(application_no, plan, person_id, changes, command.caller, tx)
        return shown_person(PersonRepository(tx.session, tx.resources.sealer), row)


@router.delete("/applications/{application_no}/lines/{plan}/persons/{person_id}", status_code=204)
async def delete_person(
    application_no: ApplicationNo, plan: str, person_id: PersonId, command: CommandOf
) -> None:
    """Remove a person from a line, before submission."""
    async with command.transaction() as tx:
        await remove_person(application_no, plan, person_id, command.caller, tx)


@router.get("/rosters/{application_no}")
async def get_roster(application_no: ApplicationNo, command: CommandOf) -> RosterAnswer:
    """Tell the gateway how a roster stands."""
    async with command.transaction() as tx:
        found = await views.roster(tx.session, command.caller, application_no)
        counts = await PersonRepository(tx.session, tx.resources.sealer).counts(application_no)
        imports = await ImportRepository(tx.session).of(application_no)
    return RosterAnswer(
        state=found.state,
        counts=list(counts),
        imports=[shown_import(row) for row in imports],
    )


@router.get("/confirmations/{confirmation_no}/roster")
async def get_confirmed_roster(confirmation_no: ConfirmationNo, command: CommandOf) -> StoredFile:
    """Download the confirmed roster as a workbook, full numbers."""
    command.caller.require(Permission.EXPORT)
    async with command.transaction() as tx:
        roster = await RosterRepository(tx.session).by_confirmation(confirmation_no)
        command.caller.require_sight(roster.unit_id, roster.agency_id, roster.office_id)
    resources = command.transactions.resources
    assert roster.frozen_key is not None
    frozen = FrozenRoster.model_validate_json(await resources.storage.get(roster.frozen_key))
    plans = {roster.plan_name(line.plan_code): line.persons for line in frozen.lines}
    content = await resources.child.run(
        BUILD_SECONDS, roster_workbook, f"参保人员清单 {confirmation_no}", plans
    )
    name = f"人员清单-{confirmation_no}.xlsx"
    return await resources.storage.put_file(
        f"{Prefix.DOWNLOADS}/{confirmation_no}.xlsx", content, name, XLSX
    )
