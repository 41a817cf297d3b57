"""What the gateway composes or uploads around one application."""

import asyncio
import json
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from services.gateway.adapters.services import Answer
from services.gateway.api.passing import as_it_is, pass_on, services_of, standing, written
from services.gateway.api.signed_in import SignedIn
from services.gateway.api.uploads import store_paper, store_upload
from shared.caller import Caller, Permission, Role, Seen
from shared.contracts.enrollment import ApplicationEvent
from shared.contracts.invoicing import BillingEvent
from shared.errors import Invalid, Refusal
from shared.values import ApplicationNo, ConfirmationNo

router = APIRouter(tags=["applications"])

NEXT: dict[str, dict[Role, list[str]]] = {
    "draft": {Role.OPERATOR: ["edit", "import", "submit", "cancel"]},
    "returned": {Role.OPERATOR: ["edit", "import", "submit", "cancel"]},
    "first_review": {Role.AGENCY_REVIEWER: ["review"]},
    "final_review": {Role.OFFICE_REVIEWER: ["review"]},
    "approved": {
        Role.OPERATOR: ["print_payment_notice", "invoice"],
        Role.FINANCE: ["enter_payment"],
    },
    "paid": {Role.OPERATOR: ["invoice"], Role.FINANCE: ["reverse_payment"]},
    "confirmed": {
        Role.OPERATOR: ["invoice", "print_confirmation", "download_roster"],
        Role.OFFICE_REVIEWER: ["print_confirmation", "archive"],
    },
}
"""What the signed-in role may do next, for the screen; the owners decide again."""


@router.get("/applications/{application_no}")
async def get_application(
    application_no: ApplicationNo, request: Request, caller: SignedIn
) -> Response:
    """Show an application with its roster, billing and papers; `missing` names who is away."""
    answer = await pass_on(request, caller, "enrollment", f"/applications/{application_no}")
    if not answer.ok:
        return as_it_is(answer)
    whole: dict[str, Any] = answer.json
    seen = Seen(
        stream=ApplicationEvent.stream, subject=application_no, sequence=whole.pop("sequence")
    )
    informed = caller.model_copy(update={"seen": (seen,)})
    parts = {
        "roster": ("roster", f"/rosters/{application_no}"),
        "billing": ("invoicing", f"/billings/{application_no}"),
        "papers": ("documents", f"/papers/{application_no}"),
    }
    found = await asyncio.gather(
        *(_part(request, informed, service, path) for service, path in parts.values())
    )
    whole |= dict(zip(parts, (part for part, _ in found), strict=True))
    whole["missing"] = [name for name, (_, away) in zip(parts, found, strict=True) if away]
    whole["next_actions"] = NEXT.get(whole["state"], {}).get(caller.role, [])
    return Response(
        written(whole),
        headers={"ETag": answer.headers.get("etag", "")},
        media_type="application/json",
    )


async def _part(request: Request, caller: Caller, service: str, path: str) -> tuple[Any, bool]:
    """Give a part of the answer, or None and whether its service is away."""
    try:
        answer: Answer = await services_of(request).call(service, "GET", path, caller)
    except Refusal:
        return None, True
    absent = answer.status == 404  # noqa: PLR2004 - not found: there is none yet
    return (answer.json if answer.ok else None), not answer.ok and not absent


@router.post("/applications/{application_no}/imports", status_code=202)
async def post_import(
    application_no: ApplicationNo,
    request: Request,
    caller: SignedIn,
    file: Annotated[UploadFile, File(description="xlsx, xls, CSV or an HTML table")],
    lines: Annotated[
        str | None, Form(description="Plan codes, comma-separated; all if absent")
    ] = None,
) -> Response:
    """Import a roster into every line, or into `lines`; a worker reads it."""
    caller.require(Permission.ENROLL)
    informed = await standing(request, caller, [application_no])
    stored = await store_upload(request, file, f"uploads/{application_no}")
    body = {
        "file": stored.model_dump(mode="json"),
        "lines": [one.strip() for one in lines.split(",") if one.strip()] if lines else None,
    }
    path = f"/applications/{application_no}/imports"
    return as_it_is(await pass_on(request, informed, "roster", path, written(body)))


@router.post("/applications/{application_no}/attachments", status_code=201)
async def post_attachment(
    application_no: ApplicationNo,
    request: Request,
    caller: SignedIn,
    kind: Annotated[str, Form(description="social_insurance, over_age or other")],
    file: Annotated[UploadFile, File(description="PDF, PNG or JPEG")],
) -> Response:
    """Attach a file to a draft."""
    caller.require(Permission.ENROLL)
    await standing(request, caller, [application_no])
    stored = await store_paper(request, file, f"attachments/{application_no}")
    body = {"kind": kind, "file": stored.model_dump(mode="json")}
    path = f"/applications/{application_no}/attachments"
    return as_it_is(await pass_on(request, caller, "enrollment", path, written(body)))


@router.post("/confirmations/{confirmation_no}/archive")
async def post_archive(
    confirmation_no: ConfirmationNo,
    request: Request,
    caller: SignedIn,
    file: Annotated[UploadFile, File(description="Scan of the signed and stamped confirmation")],
) -> Response:
    """Archive a confirmation; this ends the application."""
    caller.require(Permission.ARCHIVE)
    await standing(request, caller, confirmations=[confirmation_no])
    stored = await store_paper(request, file, f"scans/{confirmation_no}")
    body = {"file": stored.model_dump(mode="json")}
    path = f"/confirmations/{confirmation_no}/archive"
    return as_it_is(await pass_on(request, caller, "enrollment", path, written(body)))


@router.post(
    "/payments",
    status_code=201,
    openapi_extra={
        "requestBody": {
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewPayment"}}}
        }
    },
)
async def post_payment(request: Request, caller: SignedIn) -> Response:
    """Enter a payment; the answer comes when enrollment has heard of it too."""
    content = await request.body()
    number = _application_of(content)
    informed = await standing(request, caller, [number])
    answer = await pass_on(request, informed, "invoicing", "/payments", content)
    if answer.ok:
        seen = Seen(
            stream=BillingEvent.stream, subject=number, sequence=answer.json["billing_sequence"]
        )
        # Who has our answer may ask for the confirmation at once. The payment stands, so that
        # enrollment being late or away is no reason to fail.
        with suppress(Refusal):
            await services_of(request).call(
                "enrollment",
                "GET",
                f"/applications/{number}",
                caller.model_copy(update={"seen": (seen,)}),
            )
    return as_it_is(answer)


def _application_of(content: bytes) -> str:
    try:
        number = json.loads(content)["application_no"]
    except (ValueError, KeyError, TypeError):
        number = None
    if not isinstance(number, str):
        raise Invalid("invalid_input", "请填写申请书号。", field="application_no")
    return number
