"""Units: HTTP endpoints."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field, StringConstraints

from services.enrollment import views
from services.enrollment.api.registrations import (
    Address,
    CertificateAnswer,
    Code,
    Mobile,
    Name,
    PersonName,
    PhoneNumber,
    certificates_of,
)
from services.enrollment.domain.units import (
    CertificateKind,
    FormField,
    Unit,
    UnitKind,
    UnitState,
)
from services.enrollment.handlers import units_managing as managing
from services.enrollment.handlers import units_review
from services.enrollment.repository.units import UnitRepository
from shared.contracts.files import StoredFile
from shared.errors import NotFound
from shared.http.commands import CommandOf, RevisionOf, etag
from shared.http.searching import Counted, Typed, counted
from shared.identity.permissions import Permission
from shared.values import Flag, Trimmed, mask_mobile, mask_name

router = APIRouter(tags=["units"])

LONGEST_REASON = 500
Reason = Annotated[str, StringConstraints(max_length=LONGEST_REASON), Trimmed]
LISTS_UNITS = (Permission.REVIEW_UNITS, Permission.MANAGE_UNITS, Permission.READ_AUDIT)


class UnitAnswer(BaseModel):
    """A unit; the contact's name and mobile are masked."""

    unit_id: str
    name: str
    kind: str
    credit_code: str
    union_name: str
    secret: bool
    district: str
    district_code: str | None
    address: str
    agency_id: str
    office_id: str
    contact_name: str
    contact_mobile: str
    office_phone: str
    state: UnitState
    self_registered: bool
    reason: str
    reasons: dict[FormField, str]
    certificates: list[CertificateAnswer]
    version: int


class UnitPage(Counted):
    """A page of units, the newest first; pass `next` as `cursor`."""

    items: list[UnitAnswer]
    next: str | None


class UnitCounts(BaseModel):
    """What waits for somebody."""

    applied: int = Field(description="Registrations that wait for review; 10000 is as many or more")


class UnitContact(BaseModel):
    """The full number that a text message goes to, and of which unit; for the gateway."""

    mobile: str
    credit_code: str
    name: str
    agency_id: str


class UnitPlace(BaseModel):
    """Where an active unit belongs; for the gateway."""

    unit_id: str
    name: str
    agency_id: str
    office_id: str


class UnitDecision(BaseModel):
    """The agency's decision; a return needs a reason or reasons by field, a rejection a reason."""

    decision: units_review.Decision
    reason: Reason = ""
    reasons: dict[FormField, Reason] = Field(default={}, max_length=len(FormField))


class UnitChange(BaseModel):
    """What is to be changed; fields that are absent or null stay as they are."""

    unit_name: Name | None = None
    kind: UnitKind | None = None
    credit_code: Code | None = None
    union_name: Name | None = None
    secret: Flag | None = None
    district_code: Code | None = None
    address: Address | None = None
    agency_id: Code | None = None
    contact_name: PersonName | None = None
    contact_mobile: Mobile | None = None
    office_phone: PhoneNumber | None = None


def _answer(unit: Unit, response: Response | None = None) -> UnitAnswer:
    if response is not None:
        response.headers["ETag"] = etag(unit.version)
    hidden = {"contact", "certificates", "rejected_at"}
    columns = {name: value for name, value in vars(unit).items() if name not in hidden}
    return UnitAnswer(
        **columns,
        contact_name=mask_name(unit.contact.name),
        contact_mobile=mask_mobile(unit.contact.mobile),
        office_phone=unit.contact.office_phone,
        certificates=certificates_of(unit),
    )


@router.get("/units")
async def get_units(
    command: CommandOf,
    *,
    state: Annotated[list[UnitState], Query()] = [],  # noqa: B006 - FastAPI copies it
    unit: Annotated[Typed, Query(description="A part of the unit's name or credit code")] = "",
    cursor: Annotated[str | None, Query(max_length=40)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> UnitPage:
    """Search the units of the account's agency or office, the newest first."""
    command.caller.require(*LISTS_UNITS)
    matching = views.unit_query(command.caller, state, unit)
    async with command.transaction() as tx:
        found = await views.units(tx, matching, cursor, limit + 1)
        total = await counted(tx.session, matching, len(found), limit, cursor)
    items = [_answer(one) for one in found[:limit]]
    following = items[-1].unit_id if len(found) > limit else None
    return UnitPage(items=items, next=following, **dict(total))


@router.get("/unit-counts")
async def get_unit_counts(command: CommandOf) -> UnitCounts:
    """Count the registrations that wait for the account's agency."""
    command.caller.require(Permission.REVIEW_UNITS)
    async with command.transaction() as tx:
        return UnitCounts(applied=await views.waiting_units(tx, command.caller))


@router.get("/unit-places")
async def get_unit_places(
    command: CommandOf, credit_code: Annotated[str, Query(max_length=40)]
) -> list[UnitPlace]:
    """Return the active units of a credit code, one per office at most."""
    command.caller.require(Permission.REGISTER)
    async with command.transaction() as tx:
        found = await UnitRepository(tx).active_with(credit_code)
    return [UnitPlace.model_validate(unit, from_attributes=True) for unit in found]


@router.get("/units/{unit_id}")
async def get_unit(unit_id: str, command: CommandOf, response: Response) -> UnitAnswer:
    """Show a unit."""
    async with command.transaction() as tx:
        unit = await UnitRepository(tx).get(unit_id)
    command.caller.require_sight(unit.unit_id, unit.agency_id, unit.office_id)
    return _answer(unit, response)


@router.patch("/units/{unit_id}")
async def patch_unit(
    unit_id: str, body: UnitChange, command: RevisionOf, response: Response
) -> UnitAnswer:
    """Change a unit's data."""
    async with command.transaction() as tx:
        stated = {"name" if field == "unit_name" else field: value for field, value in body}
        wanted = managing.Change(**stated)
        unit = await managing.change(unit_id, wanted, command.caller, tx, command.versions)
    return _answer(unit, response)


@router.post("/units/{unit_id}/approval")
async def post_unit_approval(
    unit_id: str, body: UnitDecision, command: RevisionOf, response: Response
) -> UnitAnswer:
    """Approve a registration, return it for correction, or reject it."""
    async with command.transaction() as tx:
        unit = await units_review.review(
            unit_id,
            body.decision,
            body.reason,
            body.reasons,
            command.caller,
            tx,
            command.versions,
        )
    return _answer(unit, response)


@router.post("/units/{unit_id}/suspension")
async def post_suspension(unit_id: str, command: CommandOf, response: Response) -> UnitAnswer:
    """Suspend a unit: its operators can read, and change nothing."""
    async with command.transaction() as tx:
        unit = await managing.suspend(unit_id, command.caller, tx)
    return _answer(unit, response)


@router.delete("/units/{unit_id}/suspension")
async def delete_suspension(unit_id: str, command: CommandOf, response: Response) -> UnitAnswer:
    """Let a suspended unit's operators work again."""
    async with command.transaction() as tx:
        unit = await managing.resume(unit_id, command.caller, tx)
    return _answer(unit, response)


@router.get("/units/{unit_id}/certificates/{kind}")
async def get_certificate(unit_id: str, kind: CertificateKind, command: CommandOf) -> StoredFile:
    """Return the picture of a certificate."""
    command.caller.require(Permission.REVIEW_UNITS, Permission.MANAGE_UNITS)
    async with command.transaction() as tx:
        unit = await UnitRepository(tx).get(unit_id)
    command.caller.require_sight(unit.unit_id, unit.agency_id, unit.office_id)
    return unit.certificate(kind)


@router.get("/units/{unit_id}/mobile")
async def get_mobile(unit_id: str, command: CommandOf) -> UnitContact:
    """Return the number that a text message goes to."""
    command.caller.require(Permission.NOTIFY)
    async with command.transaction() as tx:
        unit = await UnitRepository(tx).get(unit_id)
    if unit.office_id != command.caller.office_id:
        raise NotFound
    return UnitContact(
        mobile=unit.contact.mobile,
        credit_code=unit.credit_code,
        name=unit.name,
        agency_id=unit.agency_id,
    )
