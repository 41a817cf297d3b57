"""Units: HTTP endpoints."""

from fastapi import APIRouter
from pydantic import BaseModel

from services.enrollment.repository.units import UnitRepository
from shared.errors import NotFound
from shared.http.commands import CommandOf
from shared.identity.permissions import Permission
from shared.values import mask_mobile, mask_name

router = APIRouter(tags=["catalogue"])


class UnitAnswer(BaseModel):
    """A unit; the contact's mobile is masked."""

    unit_id: str
    name: str
    kind: str
    credit_code: str
    union_name: str
    secret: bool
    district: str
    address: str
    agency_id: str
    office_id: str
    contact_name: str
    contact_mobile: str
    office_phone: str


class Mobile(BaseModel):
    """The full number that a text message goes to; for the gateway."""

    mobile: str


@router.get("/units/{unit_id}")
async def get_unit(unit_id: str, command: CommandOf) -> UnitAnswer:
    """Show a unit."""
    async with command.transaction() as tx:
        unit = await UnitRepository(tx).get(unit_id)
    command.caller.require_sight(unit.unit_id, unit.agency_id, unit.office_id)
    columns = {name: value for name, value in vars(unit).items() if name != "contact"}
    return UnitAnswer(
        **columns,
        contact_name=mask_name(unit.contact.name),
        contact_mobile=mask_mobile(unit.contact.mobile),
        office_phone=unit.contact.office_phone,
    )


@router.get("/units/{unit_id}/mobile")
async def get_mobile(unit_id: str, command: CommandOf) -> Mobile:
    """Return the number that a text message goes to."""
    command.caller.require(Permission.NOTIFY)
    async with command.transaction() as tx:
        unit = await UnitRepository(tx).get(unit_id)
    if unit.office_id != command.caller.office_id:
        raise NotFound
    return Mobile(mobile=unit.contact.mobile)
