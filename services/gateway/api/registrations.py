"""Registrations of units, by strangers who have proved a mobile."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile

from services.gateway.adapters.services import Address
from services.gateway.api.audited import audits, nobody
from services.gateway.api.owned import RegistrationAnswer, Registrations
from services.gateway.api.passing import (
    CREATES,
    TAGGED,
    as_response,
    pass_on,
    services_of,
    to_json,
)
from services.gateway.api.proven import ProvenMobile, applicant
from services.gateway.api.uploads import store_paper
from shared.contracts.files import Prefix
from shared.http.commands import OPEN, IfMatchHeader
from shared.http.dependencies import made

router = APIRouter(prefix="/registrations", tags=["units"])

LARGEST_PICTURE = 5 * 1024 * 1024
"""Bytes."""
Text = Annotated[str, Form(max_length=1000)]
Picture = Annotated[UploadFile | None, File(description="PDF, PNG or JPEG, at most 5 MB")]


@dataclass(frozen=True)
class FilledIn:
    """The form's texts; enrollment says what is wrong with them."""

    unit_name: Text = ""
    kind: Text = ""
    credit_code: Text = ""
    union_name: Text = ""
    secret: Annotated[bool, Form(description="Whether it is a secret unit (涉密单位)")] = False
    district_code: Text = ""
    agency_id: Annotated[
        str, Form(max_length=40, description="Follows from the district when empty")
    ] = ""
    address: Text = ""
    contact_name: Text = ""
    office_phone: Text = ""


async def pictures(
    credit_code_certificate: Picture = None, legal_person_certificate: Picture = None
) -> dict[str, UploadFile]:
    """Return the pictures that were sent, by kind; a browser sends an empty one for none."""
    sent = {"credit_code": credit_code_certificate, "legal_person": legal_person_certificate}
    return {kind: file for kind, file in sent.items() if file is not None and file.filename}


FormOf = Annotated[FilledIn, Depends(made(FilledIn))]
Pictures = Annotated[dict[str, UploadFile], Depends(pictures)]


@router.post(
    "",
    status_code=201,
    response_model=RegistrationAnswer,
    responses={201: TAGGED},
    openapi_extra=OPEN,
    dependencies=[*CREATES, audits("registration.submitted", by=nobody, made="unit_id")],
)
async def post_registration(
    request: Request, mobile: ProvenMobile, form: FormOf, files: Pictures
) -> Response:
    """Ask for a unit to be registered; both pictures are needed."""
    return await _submit(request, mobile, form, files)


@router.get("", response_model=Registrations, openapi_extra=OPEN)
async def get_registrations(request: Request, mobile: ProvenMobile) -> Response:
    """Say how the registrations of the mobile stand, and what was filled in."""
    caller = applicant(request, mobile)
    path, body = Address("/registrations/search"), to_json({"mobile": mobile})
    return as_response(
        await services_of(request).call("enrollment", "POST", path, caller, content=body)
    )


@router.put(
    "/{unit_id}",
    response_model=RegistrationAnswer,
    responses={200: TAGGED},
    openapi_extra=OPEN,
    dependencies=[audits("registration.corrected", by=nobody)],
)
async def put_registration(
    unit_id: str,
    request: Request,
    mobile: ProvenMobile,
    form: FormOf,
    files: Pictures,
    if_match: IfMatchHeader = None,
) -> Response:
    """Correct a returned registration and submit it again; pictures not sent stay as they are."""
    del unit_id, if_match  # passed on
    return await _submit(request, mobile, form, files)


async def _submit(
    request: Request, mobile: str, form: FilledIn, files: Mapping[str, UploadFile]
) -> Response:
    caller = applicant(request, mobile)
    stored = {
        kind: await store_paper(
            request,
            file,
            f"{Prefix.CERTIFICATES}/{caller.account_id}",
            most=LARGEST_PICTURE,
            field=f"{kind}_certificate",
        )
        for kind, file in files.items()
    }
    body = {
        **asdict(form),
        "agency_id": form.agency_id or None,
        "mobile": mobile,
        "pictures": {kind: file.model_dump(mode="json") for kind, file in stored.items()},
    }
    return as_response(await pass_on(request, caller, "enrollment", to_json(body)))
