"""Papers: printing notices and confirmations, receipts as PDF."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel, Field

from services.gateway.api.passing import (
    as_it_is,
    audited,
    handed_out,
    pass_on,
    services_of,
    standing,
    written,
)
from services.gateway.api.signed_in import SignedIn
from shared.values import ApplicationNo, ConfirmationNo

router = APIRouter(tags=["papers"])

AT_ONCE = 50
PDF = "application/pdf"
A_PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {PDF: {}}, "description": "The PDF"},
    202: {"description": "Still rendering; poll the Location"},
}


class NoticesToPrint(BaseModel):
    """Applications whose payment notices are wanted."""

    application_nos: list[ApplicationNo] = Field(min_length=1, max_length=AT_ONCE)


class ConfirmationsToPrint(BaseModel):
    """Confirmations that are wanted."""

    confirmation_nos: list[ConfirmationNo] = Field(min_length=1, max_length=AT_ONCE)


@router.post("/payment-notices/print", responses=A_PDF)
async def print_notices(body: NoticesToPrint, request: Request, caller: SignedIn) -> Response:
    """Print payment notices into one PDF; each print is counted."""
    informed = await standing(request, caller, body.application_nos)
    wanted = written({"kind": "payment_notice", "numbers": body.application_nos})
    answer = await pass_on(request, informed, "documents", "/prints", wanted)
    if answer.ok:
        await audited(request, caller, "payment_notice.printed", ",".join(body.application_nos))
    return await handed_out(request, answer, inline=True)


@router.post("/confirmations/print", responses=A_PDF)
async def print_confirmations(
    body: ConfirmationsToPrint, request: Request, caller: SignedIn
) -> Response:
    """Print confirmations with their rosters into one PDF; each print is counted."""
    informed = await standing(request, caller, confirmations=body.confirmation_nos)
    wanted = written({"kind": "confirmation", "numbers": body.confirmation_nos})
    answer = await pass_on(request, informed, "documents", "/prints", wanted)
    if answer.ok:
        await audited(request, caller, "confirmation.printed", ",".join(body.confirmation_nos))
    return await handed_out(request, answer, inline=True)


@router.get(
    "/billings/{application_no}/invoices/{invoice_id}/preview",
    responses={200: {"content": {PDF: {}}, "description": "The receipt as data, or as PDF"}},
)
async def get_preview(
    application_no: ApplicationNo,
    invoice_id: str,
    request: Request,
    caller: SignedIn,
    accept: Annotated[str, Header()] = "application/json",
) -> Response:
    """Show the receipt as it will look; as PDF when that is what the client accepts."""
    informed = await standing(request, caller, [application_no])
    path = f"/billings/{application_no}/invoices/{invoice_id}/preview"
    answer = await pass_on(request, informed, "invoicing", path)
    if not answer.ok or PDF not in accept:
        return as_it_is(answer)
    drawn = await services_of(request).call(
        "documents", "POST", "/receipts", informed, content=answer.body
    )
    return await handed_out(request, drawn, inline=True)
