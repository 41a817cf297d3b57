"""Offices: HTTP endpoints."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.enrollment.domain import offices as domain
from services.enrollment.domain.applications import AttachmentKind
from services.enrollment.handlers import offices as handlers
from services.enrollment.repository.offices import OfficeRepository
from shared.bus import Transaction
from shared.http.commands import OPEN, CommandOf, CreationOf, RevisionOf, etag
from shared.identity.permissions import Permission
from shared.values import Trimmed

router = APIRouter(tags=["catalogue"])

OfficeName = Annotated[str, StringConstraints(min_length=1, max_length=100), Trimmed]
Purpose = Annotated[str, StringConstraints(min_length=1, max_length=40), Trimmed]
Number = Annotated[str, StringConstraints(min_length=1, max_length=60), Trimmed]
DistrictCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$"), Trimmed]


class Phone(BaseModel):
    """A telephone and what it is for, in Chinese."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True)

    purpose: Purpose = Field(alias="for")
    phone: Number


class OfficeAnswer(BaseModel):
    """An office or agency with its telephones."""

    model_config = ConfigDict(from_attributes=True)

    office_id: str
    parent_id: str | None
    name: str
    phones: list[Phone]


class AgencyAnswer(BaseModel):
    """An agency and the districts whose units belong to it."""

    model_config = ConfigDict(from_attributes=True)

    office_id: str
    parent_id: str
    name: str
    districts: list[str] = Field(description="Codes of GB/T 2260: counties, cities or provinces")


class OfficeData(BaseModel):
    """What an administrator keeps of an office or agency."""

    office_name: OfficeName
    phones: list[Phone] = Field(max_length=20)
    districts: list[DistrictCode] = Field(
        default=[], max_length=500, description="Codes of GB/T 2260; of an agency"
    )
    required_attachments: list[AttachmentKind] = Field(
        default=[],
        max_length=len(AttachmentKind),
        description="What applications must have attached; of an office, for all its units",
    )

    def entry(self) -> handlers.Entry:
        """Return the handler's form of it."""
        return handlers.Entry(
            self.office_name,
            [domain.Phone(one.purpose, one.phone) for one in self.phones],
            self.districts,
            self.required_attachments,
        )


class ManagedOffice(OfficeAnswer):
    """An office or agency with all that an administrator keeps of it."""

    districts: list[str]
    required_attachments: list[AttachmentKind]
    version: int


@router.get("/contacts", openapi_extra=OPEN)
async def get_contacts(command: CommandOf) -> list[OfficeAnswer]:
    """List offices and agencies with their telephones."""
    async with command.transaction() as tx:
        offices = await OfficeRepository(tx).all()
    return [OfficeAnswer.model_validate(office) for office in offices]


@router.get("/agencies", openapi_extra=OPEN)
async def get_agencies(command: CommandOf) -> list[AgencyAnswer]:
    """List the agencies with their districts, for the form of a registration."""
    async with command.transaction() as tx:
        offices = await OfficeRepository(tx).all()
    return [AgencyAnswer.model_validate(office) for office in offices if office.parent_id]


@router.get("/offices")
async def get_offices(command: CommandOf) -> list[ManagedOffice]:
    """List the account's office and its agencies."""
    caller = command.caller
    caller.require(Permission.MANAGE_OFFICES, Permission.READ_AUDIT)
    async with command.transaction() as tx:
        offices = await OfficeRepository(tx).all()
    return [
        ManagedOffice.model_validate(office)
        for office in offices
        if caller.office_id in {office.office_id, office.parent_id}
    ]


@router.post("/offices", status_code=201)
async def post_office(body: OfficeData, command: CreationOf) -> ManagedOffice:
    """Make an agency below the account's office."""

    async def act(tx: Transaction) -> ManagedOffice:
        return ManagedOffice.model_validate(
            await handlers.add_agency(body.entry(), command.caller, tx)
        )

    return await command.once(body, ManagedOffice, act)


@router.put("/offices/{office_id}")
async def put_office(
    office_id: str, body: OfficeData, command: RevisionOf, response: Response
) -> ManagedOffice:
    """Replace the data of the account's office, or of an agency below it."""
    async with command.transaction() as tx:
        office = await handlers.change_office(
            office_id, body.entry(), command.caller, tx, command.versions
        )
    response.headers["ETag"] = etag(office.version)
    return ManagedOffice.model_validate(office)
