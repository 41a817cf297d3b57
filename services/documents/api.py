"""Documents over HTTP."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from services.documents import views
from services.documents.domain.prints import PrintState
from services.documents.handlers import draw_receipt, print_papers
from services.documents.repository import PaperRepository
from services.documents.tables import PaperRow, PrintRow
from shared.contracts.documents import PaperKind
from shared.contracts.enrollment import Kind
from shared.contracts.files import StoredFile
from shared.contracts.invoicing import Receipt
from shared.errors import Conflict
from shared.http.commands import CommandOf
from shared.http.searching import Counted, Typed, UnitPart, counted, in_order
from shared.values import ApplicationNo, Day, Money

router = APIRouter(tags=["papers"])

Limit = Annotated[int, Query(ge=1, le=200)]


class PaperAnswer(BaseModel):
    """A paper that can be printed."""

    kind: PaperKind
    number: str
    application_no: str
    unit_name: str
    agency_name: str
    business: str
    plan_names: list[str]
    amount: Money
    entered_on: date | None
    effective_on: date | None
    confirmed_on: date | None
    print_count: int
    archived: bool = Field(description="Whether the signed confirmation is on file")


class PaperPage(Counted):
    """A page of papers, newest first; it holds all that was announced until `as_of`."""

    items: list[PaperAnswer]
    next: str | None
    as_of: datetime | None


class NewPrint(BaseModel):
    """Papers of one kind that are wanted in one PDF."""

    kind: PaperKind
    numbers: list[str] = Field(min_length=1, max_length=50)


class PrintAnswer(BaseModel):
    """A print; its file is ready when the state is `done`."""

    print_id: str
    kind: PaperKind
    numbers: list[str]
    state: PrintState


def shown(row: PaperRow) -> PaperAnswer:
    """Show a paper."""
    return PaperAnswer.model_validate(row, from_attributes=True)


def shown_print(row: PrintRow) -> PrintAnswer:
    """Show a print."""
    return PrintAnswer.model_validate(row, from_attributes=True)


async def _page(
    command: CommandOf, kind: PaperKind, search: views.Search, cursor: str | None, limit: int
) -> PaperPage:
    async with command.transaction() as tx:
        as_of = await views.as_of(tx.session)
        matching = views.found(command.caller, kind, search)
        rows = await views.papers(tx.session, kind, matching, cursor, limit + 1)
        total = await counted(tx.session, matching, len(rows), limit, cursor)
    items = [shown(row) for row in rows[:limit]]
    following = items[-1].number if len(rows) > limit else None
    return PaperPage(items=items, next=following, as_of=as_of, **dict(total))


@router.get("/payment-notices")
async def get_payment_notices(
    command: CommandOf,
    *,
    application_no: Annotated[Typed, Query(description="A part of it is enough")] = "",
    unit: UnitPart = "",
    entered_from: Day | None = None,
    entered_to: Day | None = None,
    kind: Kind | None = None,
    cursor: str | None = None,
    limit: Limit = 50,
) -> PaperPage:
    """Search payment notices, newest first."""
    search = views.Search(
        number=application_no,
        unit=unit,
        business=kind,
        entered=in_order(entered_from, entered_to, "entered_from"),
    )
    return await _page(command, PaperKind.PAYMENT_NOTICE, search, cursor, limit)


@router.get("/confirmations")
async def get_confirmations(  # noqa: PLR0913 - one parameter per field of the search form
    command: CommandOf,
    *,
    confirmation_no: Annotated[Typed, Query(description="A part of it is enough")] = "",
    unit: UnitPart = "",
    kind: Kind | None = None,
    confirmed_from: Day | None = None,
    confirmed_to: Day | None = None,
    effective_from: Day | None = None,
    effective_to: Day | None = None,
    printed: bool | None = None,
    archived: bool | None = None,
    cursor: str | None = None,
    limit: Limit = 50,
) -> PaperPage:
    """Search confirmations, newest first; `printed` chooses the tab."""
    search = views.Search(
        number=confirmation_no,
        unit=unit,
        business=kind,
        effective=in_order(effective_from, effective_to, "effective_from"),
        confirmed=in_order(confirmed_from, confirmed_to, "confirmed_from"),
        printed=printed,
        archived=archived,
    )
    return await _page(command, PaperKind.CONFIRMATION, search, cursor, limit)


@router.get("/papers/{application_no}")
async def get_papers(application_no: ApplicationNo, command: CommandOf) -> list[PaperAnswer]:
    """Return the papers of an application, for the gateway."""
    async with command.transaction() as tx:
        rows = await PaperRepository(tx.session).of_application(application_no)
    for row in rows:
        command.caller.require_sight(row.unit_id, row.agency_id, row.office_id)
    return [shown(row) for row in rows]


@router.post("/prints")
async def post_print(
    body: NewPrint, command: CommandOf, response: Response
) -> StoredFile | PrintAnswer:
    """Print; 200 with the file, or 202 and where to poll when it takes longer than ten seconds."""
    async with command.transaction() as tx:
        row = await print_papers(body.kind, body.numbers, command.caller, tx)
    row = await views.rendered(command.transactions, row.print_id)
    if row.state == PrintState.DONE:
        return StoredFile.model_validate(row.file)
    response.status_code = 202
    response.headers["Location"] = f"/api/v1/prints/{row.print_id}"
    return shown_print(row)


@router.get("/prints/{print_id}")
async def get_print(print_id: str, command: CommandOf) -> PrintAnswer:
    """Show whether a print is ready."""
    async with command.transaction() as tx:
        return shown_print(await views.print_of(tx.session, command.caller, print_id))


@router.get("/prints/{print_id}/file", responses={409: {"description": "Not ready yet"}})
async def get_print_file(print_id: str, command: CommandOf) -> StoredFile:
    """Download the PDF of a print."""
    async with command.transaction() as tx:
        row = await views.print_of(tx.session, command.caller, print_id)
    if row.state != PrintState.DONE:
        raise Conflict("not_ready", "文件正在生成，请稍后再试。")
    return StoredFile.model_validate(row.file)


@router.post("/receipts")
async def post_receipt(body: Receipt, command: CommandOf) -> StoredFile:
    """Draw the preview of a receipt that invoicing has given the gateway."""
    return await draw_receipt(body, command.transactions.resources)
