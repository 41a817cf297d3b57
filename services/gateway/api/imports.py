"""Rosters that clients upload."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from services.gateway.api.audited import audits
from services.gateway.api.owned import ImportAnswer
from services.gateway.api.passing import CREATES, as_response, pass_on, require_own, to_json
from services.gateway.api.signed_in import SignedIn
from services.gateway.api.uploads import store_upload
from shared.contracts.files import Prefix
from shared.identity.permissions import Permission
from shared.values import ApplicationNo

router = APIRouter(tags=["roster"])


@router.post(
    "/applications/{application_no}/imports",
    status_code=202,
    response_model=ImportAnswer,
    dependencies=[*CREATES, audits("roster.imported", made="import_id")],
)
async def post_import(
    application_no: ApplicationNo,
    request: Request,
    caller: SignedIn,
    file: Annotated[UploadFile, File(description="xlsx, xls, CSV or an HTML table")],
    lines: Annotated[
        str | None,
        Form(description="Plan codes, comma-separated; else those of `corrects`, else all"),
    ] = None,
    corrects: Annotated[
        str | None, Form(description="The batch whose failed rows it brings back, all of them")
    ] = None,
) -> Response:
    """Import a roster into every line, or into `lines`; a worker reads it."""
    caller.require(Permission.ENROLL)
    informed = await require_own(request, caller, [application_no], changing=True)
    stored = await store_upload(request, file, f"{Prefix.UPLOADS}/{application_no}")
    body = {
        "file": stored.model_dump(mode="json"),
        "lines": [one.strip() for one in lines.split(",") if one.strip()] if lines else None,
        "corrects": corrects,
    }
    return as_response(await pass_on(request, informed, "roster", to_json(body)))
