"""Papers: notices and confirmations printed and archived, receipts as data or as PDF."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, File, Header, Request, Response, UploadFile
from pydantic import BaseModel

from services.gateway.adapters.openapi import BINARY, ref
from services.gateway.adapters.services import Address
from services.gateway.api.audited import audits, said_in
from services.gateway.api.owned import ApplicationAnswer, Receipt
from services.gateway.api.passing import (
    PDF,
    REPEATABLE,
    TAGGED,
    as_response,
    file_response,
    pass_on,
    require_own,
    services_of,
    to_json,
)
from services.gateway.api.signed_in import SignedIn
from services.gateway.api.uploads import store_paper
from services.gateway.domain.trail import subject_of
from shared.contracts.documents import MOST_PAPERS, PaperNumbers
from shared.contracts.files import Prefix
from shared.identity.permissions import Permission
from shared.values import ApplicationNo, ConfirmationNo

router = APIRouter(tags=["papers"])

PRINTS = Address("/prints")
A_PDF = {"content": {PDF: {"schema": BINARY}}}
PRINTED: dict[int | str, dict[str, Any]] = {
    200: {"description": "The PDF", **A_PDF},
    202: {
        "description": "Still rendering after eight seconds; of more than 50 papers at once, "
        "unless they lie ready. Poll the print at `Location`",
        "headers": {"Location": {"schema": {"type": "string"}}},
        "content": {"application/json": {"schema": ref("PrintAnswer")}},
    },
}


class Pdf(Response):
    """A PDF, in descriptions."""

    media_type = PDF


class NoticesToPrint(BaseModel):
    """Applications whose payment notices are wanted."""

    application_nos: PaperNumbers[ApplicationNo]


class ConfirmationsToPrint(BaseModel):
    """Confirmations that are wanted."""

    confirmation_nos: PaperNumbers[ConfirmationNo]


def _wanted(field: str) -> Callable[[Request], Awaitable[str]]:
    """Return the numbers of the papers that a call prints, as the entry's subject."""

    async def about(request: Request) -> str:
        body = await said_in(request)
        numbers = body.get(field) if isinstance(body, dict) else None
        return ",".join(map(subject_of, numbers[:MOST_PAPERS])) if isinstance(numbers, list) else ""

    return about


@router.post(
    "/payment-notices/print",
    response_class=Pdf,
    responses=PRINTED,
    dependencies=[*REPEATABLE, audits("payment_notice.printed", about=_wanted("application_nos"))],
)
async def print_notices(body: NoticesToPrint, request: Request, caller: SignedIn) -> Response:
    """Print payment notices into one PDF; each print is counted."""
    informed = await require_own(request, caller, body.application_nos)
    wanted = to_json({"kind": "payment_notice", "numbers": body.application_nos})
    answer = await pass_on(request, informed, "documents", wanted, path=PRINTS)
    return await file_response(request, answer, inline=True)


@router.post(
    "/confirmations/print",
    response_class=Pdf,
    responses=PRINTED,
    dependencies=[*REPEATABLE, audits("confirmation.printed", about=_wanted("confirmation_nos"))],
)
async def print_confirmations(
    body: ConfirmationsToPrint, request: Request, caller: SignedIn
) -> Response:
    """Print confirmations with their rosters into one PDF; each print is counted."""
    informed = await require_own(request, caller, confirmations=body.confirmation_nos)
    wanted = to_json({"kind": "confirmation", "numbers": body.confirmation_nos})
    answer = await pass_on(request, informed, "documents", wanted, path=PRINTS)
    return await file_response(request, answer, inline=True)


@router.get(
    "/billings/{application_no}/invoices/{invoice_id}/preview",
    response_model=Receipt,
    responses={200: {"description": "The receipt as data, or as PDF", **A_PDF}},
)
async def get_invoice_preview(
    application_no: ApplicationNo,
    invoice_id: str,
    request: Request,
    caller: SignedIn,
    accept: Annotated[str, Header(include_in_schema=False)] = "application/json",
) -> Response:
    """Show the receipt as it will look; as PDF when that is what the client accepts."""
    del invoice_id  # described by it; it is passed on with the path
    informed = await require_own(request, caller, [application_no])
    answer = await pass_on(request, informed, "invoicing")
    if not answer.ok or PDF not in accept:
        return as_response(answer)
    drawn = await services_of(request).call(
        "documents", "POST", Address("/receipts"), informed, content=answer.body
    )
    return await file_response(request, drawn, inline=True)


@router.post(
    "/confirmations/{confirmation_no}/archive",
    response_model=ApplicationAnswer,
    responses={200: TAGGED},
    dependencies=[audits("confirmation.archived", made="application_no")],
)
async def archive_confirmation(
    confirmation_no: ConfirmationNo,
    request: Request,
    caller: SignedIn,
    file: Annotated[UploadFile, File(description="Scan of the signed and stamped confirmation")],
) -> Response:
    """Archive a confirmation; this ends the application."""
    caller.require(Permission.ARCHIVE)
    await require_own(request, caller, confirmations=[confirmation_no])
    stored = await store_paper(request, file, f"{Prefix.SCANS}/{confirmation_no}")
    body = {"file": stored.model_dump(mode="json")}
    return as_response(await pass_on(request, caller, "enrollment", to_json(body)))
