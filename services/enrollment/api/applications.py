"""Applications: HTTP endpoints."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field, StringConstraints

from services.enrollment import views
from services.enrollment.api.schemas import (
    ApplicationAnswer,
    CurrentApplication,
    ListedApplication,
    application_answer,
    listed_application,
)
from services.enrollment.domain.actions import next_actions
from services.enrollment.domain.applications import (
    LONGEST_REASON,
    OPEN,
    Application,
    AttachmentKind,
    State,
)
from services.enrollment.domain.confirmations import effective_on
from services.enrollment.handlers import applications_drafting as drafting
from services.enrollment.handlers import applications_review as review
from services.enrollment.repository.units import UnitRepository
from shared.bus import Transaction
from shared.contracts.documents import MOST_PAPERS
from shared.contracts.enrollment import Kind
from shared.contracts.files import StoredFile
from shared.errors import StillArriving
from shared.http.commands import CommandOf, CreationOf, RevisionOf, etag
from shared.http.searching import Counted, SearchOf, counted
from shared.http.waiting import LONGEST_WAIT_SECONDS, Wait, settled
from shared.identity.permissions import Permission
from shared.runtime.polling import poll
from shared.values import (
    MOST_PERSONS,
    ApplicationNo,
    ConfirmationNo,
    Day,
    Flag,
    Trimmed,
    Whole,
)

router = APIRouter(tags=["applications"])

Text = Annotated[str, StringConstraints(max_length=LONGEST_REASON), Trimmed]


class Line(BaseModel):
    """A plan by its code, and the shares of each person."""

    plan: str = Field(max_length=40)
    shares: Whole = Field(ge=1, le=99)

    def choice(self) -> drafting.Choice:
        """Return the handler's form of the line."""
        return drafting.Choice(self.plan, self.shares)


class NewApplication(BaseModel):
    """What an operator states to begin."""

    kind: Kind = Kind.ENROLLMENT
    new_employment: Flag = False
    lines: list[Line] = Field(max_length=30)


class Lines(BaseModel):
    """All lines of a draft."""

    lines: list[Line] = Field(max_length=30)


class Staff(BaseModel):
    """Staff and women on staff of the unit."""

    staff: Whole = Field(ge=1, le=MOST_PERSONS)
    women: Whole = Field(ge=0, le=MOST_PERSONS)


class NewAttachment(BaseModel):
    """A file that the gateway has stored."""

    kind: AttachmentKind
    file: StoredFile


class Submission(BaseModel):
    """The operator's remark (参保说明)."""

    remark: Text = ""


class Decision(BaseModel):
    """A reviewer's decision; a return needs its reason."""

    decision: Literal["approve", "return"]
    reason: Text = ""


class ApplicationPage(Counted):
    """A page of applications, newest first; pass `next` as `cursor`."""

    items: list[ListedApplication]
    next: str | None


class Cover(BaseModel):
    """When cover would begin."""

    effective_on: date


async def priced_answer(
    tx: Transaction, application: Application, response: Response | None = None
) -> ApplicationAnswer:
    """Return the response for an application that was changed; set the ETag."""
    version = await views.version_of(tx, application.application_no)
    return await _answer(tx, application, version, response)


async def _answer(
    tx: Transaction, application: Application, version: int, response: Response | None
) -> ApplicationAnswer:
    """Return the response for an application, priced in this transaction; set the ETag."""
    if response is not None:
        response.headers["ETag"] = etag(version)
    return application_answer(application, await review.priced(application, tx), version)


@router.post("/applications", status_code=201)
async def post_application(body: NewApplication, command: CreationOf) -> ApplicationAnswer:
    """Begin an application."""

    async def act(tx: Transaction) -> ApplicationAnswer:
        application = await drafting.draft_application(
            body.kind,
            [line.choice() for line in body.lines],
            command.caller,
            tx,
            new_employment=body.new_employment,
        )
        return await priced_answer(tx, application)

    return await command.once(body, ApplicationAnswer, act)


@router.get("/applications")
async def get_applications(
    command: CommandOf,
    search: SearchOf,
    *,
    state: Annotated[list[State], Query()] = [],  # noqa: B006 - FastAPI copies it
    reviewed_by_me: Annotated[bool, Query(description="Those that the account decided on")] = False,
    cursor: ApplicationNo | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ApplicationPage:
    """Search the applications that the account may see, newest first."""
    caller = command.caller
    if reviewed_by_me:
        caller.require(Permission.FIRST_REVIEW, Permission.FINAL_REVIEW)
    matching = views.search_query(caller, search, state, reviewed=reviewed_by_me)
    async with command.transaction() as tx:
        matches = await views.applications(tx, matching, cursor, limit + 1)
        total = await counted(tx.session, matching, len(matches), limit, cursor)
        page = matches[:limit]
        priced = await review.priced_all([one for one, _ in page], tx)
        items = [
            listed_application(one, lines, version, caller.account_id)
            for (one, version), lines in zip(page, priced, strict=True)
        ]
    following = items[-1].application_no if len(matches) > limit else None
    return ApplicationPage(items=items, next=following, **dict(total))


@router.get("/application-counts")
async def get_application_counts(command: CommandOf) -> dict[State, int]:
    """Count the applications that somebody has to act on, by state; 10000 is as many or more.

    Those of a state of which there are none, archived and cancelled ones are not mentioned.
    """
    async with command.transaction() as tx:
        return await views.counts(tx, command.caller)


@router.get("/applications/{application_no}")
async def get_application(
    application_no: ApplicationNo, command: CommandOf, response: Response, wait: Wait = 0
) -> CurrentApplication:
    """Show an application."""

    async def read() -> tuple[views.ReadApplication, ApplicationAnswer]:
        async with command.transaction() as tx:
            found = await views.application(tx, command.caller, application_no)
            return found, await _answer(tx, found.application, found.version, response)

    found, whole = await settled(
        read,
        lambda read: read[0].application.state is State.SUBMITTING,
        wait,
        command.transactions.announced.of(application_no),
    )
    if not command.caller.may(Permission.READ_ATTACHMENTS):
        whole.attachments.clear()
    return CurrentApplication(
        **dict(whole),
        sequence=found.sequence,
        next_actions=next_actions(found.application, command.caller),
    )


@router.get("/applications/{application_no}/cover")
async def get_cover(application_no: ApplicationNo, received_on: Day, command: CommandOf) -> Cover:
    """Return when cover would begin if the money arrived on that day."""
    async with command.transaction() as tx:
        application = (await views.application(tx, command.caller, application_no)).application
    return Cover(effective_on=effective_on(received_on, [line.plan for line in application.lines]))


@router.put("/applications/{application_no}/lines")
async def put_lines(
    application_no: ApplicationNo, body: Lines, command: RevisionOf, response: Response
) -> ApplicationAnswer:
    """Replace the plans and shares of a draft."""
    async with command.transaction() as tx:
        choices = [line.choice() for line in body.lines]
        changed = await drafting.change_lines(
            application_no, choices, command.caller, tx, command.versions
        )
        return await priced_answer(tx, changed, response)


@router.put("/applications/{application_no}/staff")
async def put_staff(
    application_no: ApplicationNo, body: Staff, command: RevisionOf, response: Response
) -> ApplicationAnswer:
    """State the unit's staff in a draft."""
    async with command.transaction() as tx:
        changed = await drafting.state_staff(
            application_no, body.staff, body.women, command.caller, tx, command.versions
        )
        return await priced_answer(tx, changed, response)


@router.delete("/applications/{application_no}", status_code=204)
async def delete_application(application_no: ApplicationNo, command: CommandOf) -> None:
    """Give a draft up for good."""
    async with command.transaction() as tx:
        await drafting.cancel(application_no, command.caller, tx)


@router.post("/applications/{application_no}/attachments", status_code=201)
async def post_attachment(
    application_no: ApplicationNo, body: NewAttachment, command: CreationOf
) -> ApplicationAnswer:
    """Attach a file to a draft."""

    async def act(tx: Transaction) -> ApplicationAnswer:
        attached = await drafting.attach(application_no, body.kind, body.file, command.caller, tx)
        return await priced_answer(tx, attached)

    return await command.once(body, ApplicationAnswer, act)


@router.get("/applications/{application_no}/attachments/{attachment_id}")
async def get_attachment(
    application_no: ApplicationNo, attachment_id: UUID, command: CommandOf
) -> StoredFile:
    """Give an attached file."""
    command.caller.require(Permission.READ_ATTACHMENTS)
    async with command.transaction() as tx:
        application = (await views.application(tx, command.caller, application_no)).application
    return application.attachment(str(attachment_id)).file


@router.delete("/applications/{application_no}/attachments/{attachment_id}", status_code=204)
async def delete_attachment(
    application_no: ApplicationNo, attachment_id: UUID, command: CommandOf
) -> None:
    """Take an attached file away from a draft."""
    async with command.transaction() as tx:
        await drafting.detach(application_no, str(attachment_id), command.caller, tx)


@router.post("/applications/{application_no}/submit", status_code=202)
async def submit_application(
    application_no: ApplicationNo,
    command: CommandOf,
    response: Response,
    body: Submission | None = None,
) -> ApplicationAnswer:
    """Submit an application; the answer comes before its roster is frozen."""
    async with command.transaction() as tx:
        remark = body.remark if body else ""
        submitted = await drafting.submit(application_no, remark, command.caller, tx)
        return await priced_answer(tx, submitted, response)


@router.post("/applications/{application_no}/reviews")
async def post_review(
    application_no: ApplicationNo, body: Decision, command: CommandOf, response: Response
) -> ApplicationAnswer:
    """Approve an application or return it, at the level that is due."""

    async def act() -> ApplicationAnswer | None:
        async with command.transaction() as tx:
            application = (await views.application(tx, command.caller, application_no)).application
            if application.state is State.SUBMITTING:
                return None
            approved = body.decision == "approve"
            reviewed = await review.review(
                application_no, body.reason, command.caller, tx, approved=approved
            )
            return await priced_answer(tx, reviewed, response)

    bell = command.transactions.announced.of(application_no)
    answer = await poll(act, LONGEST_WAIT_SECONDS, first=0.1, longest=0.5, bell=bell)
    if answer is None:
        raise StillArriving
    return answer


@router.get("/standings")
async def get_standings(
    command: CommandOf,
    application_no: Annotated[list[ApplicationNo], Query(max_length=MOST_PAPERS)] = [],  # noqa: B006 - FastAPI copies it
    confirmation_no: Annotated[list[ConfirmationNo], Query(max_length=MOST_PAPERS)] = [],  # noqa: B006 - FastAPI copies it
    *,
    changing: Annotated[bool, Query(description="Whether the call changes something")] = False,
) -> list[views.ApplicationPosition]:
    """Return the positions of applications; NotFound when one is not the caller's.

    Conflict when a suspended unit would change what it has not submitted.
    """
    async with command.transaction() as tx:
        found = await views.positions(tx, command.caller, application_no, confirmation_no)
        unit_id = command.caller.unit_id
        if changing and unit_id is not None and any(one.state in OPEN for one in found):
            (await UnitRepository(tx).get(unit_id)).require_active()
        return found
