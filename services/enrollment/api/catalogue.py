"""Plans, units and offices: HTTP endpoints."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from services.enrollment import views
from services.enrollment.repository import UnitRepository
from shared.contracts.enrollment import Plan
from shared.errors import NotFound
from shared.http.commands import CommandOf
from shared.identity.permissions import Permission

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


class Phone(BaseModel):
    """A telephone and what it is for, in Chinese."""

    model_config = ConfigDict(populate_by_name=True)

    purpose: str = Field(alias="for")
    phone: str


class OfficeAnswer(BaseModel):
    """An office or agency with its telephones."""

    office_id: str
    parent_id: str | None
    name: str
    phones: list[Phone]


PHONES = TypeAdapter(list[Phone])


class Mobile(BaseModel):
    """The full number that a text message goes to; for the gateway."""

    mobile: str


@router.get("/plans")
async def get_plans(command: CommandOf) -> list[Plan]:
    """List the plans on offer with their rules."""
    async with command.transaction() as tx:
        return await views.plans(tx.session)


@router.get("/contacts")
async def get_contacts(command: CommandOf) -> list[OfficeAnswer]:
    """List offices and agencies with their telephones."""
    async with command.transaction() as tx:
        return [
            OfficeAnswer(
                office_id=row.office_id,
                parent_id=row.parent_id,
                name=row.name,
                phones=PHONES.validate_python(row.phones),
            )
            for row in await views.offices(tx.session)
        ]


@router.get("/units/{unit_id}")
async def get_unit(unit_id: str, command: CommandOf) -> UnitAnswer:
    """Show a unit."""
    async with command.transaction() as tx:
        unit = await UnitRepository(tx.session, tx.resources.sealer).get(unit_id)
    command.caller.require_sight(unit.unit_id, unit.agency_id, unit.office_id)
    columns = {name: value for name, value in vars(unit).items() if name != "contact"}
    return UnitAnswer(
        **columns,
        contact_name=f"{unit.contact.name[:1]}**",
        contact_mobile=f"{unit.contact.mobile[:3]}****{unit.contact.mobile[-4:]}",
        office_phone=unit.contact.office_phone,
    )


@router.get("/units/{unit_id}/mobile")
async def get_mobile(unit_id: str, command: CommandOf) -> Mobile:
    """Return the number that a text message goes to."""
    command.caller.require(Permission.NOTIFY)
    async with command.transaction() as tx:
        unit = await UnitRepository(tx.session, tx.resources.sealer).get(unit_id)
    if unit.office_id != command.caller.office_id:
        raise NotFound
    return Mobile(mobile=unit.contact.mobile)
