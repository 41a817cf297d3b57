"""One application, composed of the parts that several services own."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from services.gateway.adapters.openapi import EXTENDS
from services.gateway.adapters.services import Address, ServiceResponse, address
from services.gateway.api.audited import audits
from services.gateway.api.owned import (
    ApplicationAnswer,
    BillingAnswer,
    PaperAnswer,
    RosterAnswer,
)
from services.gateway.api.passing import (
    CREATES,
    TAGGED,
    as_response,
    pass_on,
    require_own,
    services_of,
    to_json,
)
from services.gateway.api.signed_in import SignedIn
from services.gateway.api.uploads import store_paper
from shared.contracts.actions import NextAction
from shared.contracts.enrollment import ApplicationEvent
from shared.contracts.files import Prefix
from shared.errors import Refusal
from shared.http.waiting import Wait
from shared.identity.caller import Caller, Seen
from shared.identity.permissions import Permission
from shared.values import ApplicationNo

router = APIRouter(tags=["applications"])


class WholeApplication(BaseModel):
    """An application with what the other services know of it; null where there is nothing yet."""

    model_config = ConfigDict(json_schema_extra={EXTENDS: ApplicationAnswer.__name__})

    roster: RosterAnswer | None
    billing: BillingAnswer | None
    papers: list[PaperAnswer] | None
    missing: list[Literal["roster", "billing", "papers"]] = Field(
        description="Parts that are null because their service is away"
    )
    next_actions: list[NextAction] = Field(
        description="What the account may do next with it, as each owner says"
    )


@router.get(
    "/applications/{application_no}", response_model=WholeApplication, responses={200: TAGGED}
)
async def get_application(
    application_no: ApplicationNo, request: Request, caller: SignedIn, wait: Wait = 0
) -> Response:
    """Show an application with its roster, billing and papers."""
    del wait  # described by it; the owner waits
    number = application_no
    answer = await pass_on(request, caller, "enrollment")
    if not answer.ok:
        return as_response(answer)
    whole: dict[str, Any] = answer.json
    seen = Seen(
        stream=ApplicationEvent.stream, subject=application_no, sequence=whole.pop("sequence")
    )
    informed = caller.model_copy(update={"seen": (seen,)})
    parts = {
        "roster": ("roster", address("/rosters/{number}", number=number)),
        "billing": ("invoicing", address("/billings/{number}", number=number)),
        "papers": ("documents", address("/papers/{number}", number=number)),
    }
    found = await asyncio.gather(
        *(_part(request, informed, service, path) for service, path in parts.values())
    )
    whole["missing"] = [name for name, (_, away) in zip(parts, found, strict=True) if away]
    whole |= {name: part for name, (part, _) in zip(parts, found, strict=True)}
    for part in filter(None, (part for part, _ in found)):
        whole["next_actions"] += part["next_actions"]
    whole["papers"] = whole["papers"] and whole["papers"]["papers"]
    return Response(
        to_json(whole),
        headers={"ETag": answer.headers.get("etag", "")},
        media_type="application/json",
    )


async def _part(request: Request, caller: Caller, service: str, path: Address) -> tuple[Any, bool]:
    """Return a part of the answer; None when it has none or its service is unavailable."""
    try:
        answer: ServiceResponse = await services_of(request).call(service, "GET", path, caller)
    except Refusal:
        return None, True
    absent = answer.status == 404  # noqa: PLR2004 - not found: there is none yet
    return (answer.json if answer.ok else None), not answer.ok and not absent


@router.post(
    "/applications/{application_no}/attachments",
    status_code=201,
    response_model=ApplicationAnswer,
    responses={201: TAGGED},
    dependencies=[*CREATES, audits("attachment.added")],
)
async def post_attachment(
    application_no: ApplicationNo,
    request: Request,
    caller: SignedIn,
    kind: Annotated[str, Form(description="social_insurance, over_age or other")],
    file: Annotated[UploadFile, File(description="PDF, PNG or JPEG")],
) -> Response:
    """Attach a file to a draft."""
    caller.require(Permission.ENROLL)
    await require_own(request, caller, [application_no])
    stored = await store_paper(request, file, f"{Prefix.ATTACHMENTS}/{application_no}")
    body = {"kind": kind, "file": stored.model_dump(mode="json")}
    return as_response(await pass_on(request, caller, "enrollment", to_json(body)))
