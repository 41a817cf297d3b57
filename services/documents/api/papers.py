"""Papers: HTTP endpoints."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from services.documents import views
from services.documents.domain.actions import next_actions
from services.documents.domain.papers import Paper
from services.documents.repository.papers import PaperRepository
from shared.contracts.actions import NextAction
from shared.contracts.documents import PaperKind
from shared.contracts.enrollment import Kind
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


class PapersAnswer(BaseModel):
    """All papers of an application."""

    papers: list[PaperAnswer]
    next_actions: list[NextAction]


def shown(paper: Paper) -> PaperAnswer:
    """Show a paper."""
    return PaperAnswer.model_validate(paper, from_attributes=True)


async def _page(
    command: CommandOf, kind: PaperKind, search: views.Search, cursor: str | None, limit: int
) -> PaperPage:
    async with command.transaction() as tx:
        as_of = await views.as_of(tx)
        matching = views.found(command.caller, kind, search)
        found = await views.papers(tx, kind, matching, cursor, limit + 1)
        total = await counted(tx.session, matching, len(found), limit, cursor)
    items = [shown(one) for one in found[:limit]]
    following = items[-1].number if len(found) > limit else None
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
async def get_papers(application_no: ApplicationNo, command: CommandOf) -> PapersAnswer:
    """Return the papers of an application, for the gateway."""
    async with command.transaction() as tx:
        found = await PaperRepository(tx).of_application(application_no)
    for paper in found:
        command.caller.require_sight(paper.unit_id, paper.agency_id, paper.office_id)
    return PapersAnswer(
        papers=[shown(one) for one in found], next_actions=next_actions(found, command.caller)
    )
