"""Registrations of units, for strangers whose mobile the gateway has proved: HTTP endpoints."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, StringConstraints

from services.enrollment.domain.units import (
    CertificateKind,
    Contact,
    FormField,
    Unit,
    UnitKind,
    UnitState,
)
from services.enrollment.handlers import units_registering as registering
from services.enrollment.repository.units import UnitRepository
from shared.bus import Transaction
from shared.contracts.files import StoredFile
from shared.http.commands import CommandOf, CreationOf, RevisionOf, etag
from shared.identity.permissions import Permission
from shared.values import Flag, Trimmed, mask_mobile, mask_name

router = APIRouter(tags=["units"])

Name = Annotated[str, StringConstraints(min_length=1, max_length=100), Trimmed]
Address = Annotated[str, StringConstraints(min_length=1, max_length=200), Trimmed]
PersonName = Annotated[str, StringConstraints(min_length=1, max_length=50), Trimmed]
PhoneNumber = Annotated[
    str, StringConstraints(min_length=1, max_length=40, pattern=r"^[0-9+()（）、\- ]+$"), Trimmed
]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40), Trimmed]
Mobile = Annotated[str, StringConstraints(pattern=r"^1[3-9][0-9]{9}$"), Trimmed]


class Registration(BaseModel):
    """What a unit says of itself, the mobile that was proved, and the pictures as stored."""

    unit_name: Name
    kind: UnitKind
    credit_code: Code = Field(description="Unified social credit code (GB 32100)")
    union_name: Name = Field(description="The union that the unit belongs to")
    secret: Flag = Field(default=False, description="Whether it is a secret unit (涉密单位)")
    district_code: Code = Field(description="A county, or a city without counties, of GB/T 2260")
    agency_id: Code | None = Field(None, description="Follows from the district when absent")
    address: Address
    contact_name: PersonName
    office_phone: PhoneNumber
    mobile: Mobile
    pictures: dict[CertificateKind, StoredFile]

    def form(self) -> registering.Form:
        """Return the handler's form of it."""
        return registering.Form(
            name=self.unit_name,
            kind=self.kind,
            credit_code=self.credit_code,
            union_name=self.union_name,
            secret=self.secret,
            district_code=self.district_code,
            address=self.address,
            contact=Contact(self.contact_name, self.mobile, self.office_phone),
            agency_id=self.agency_id,
        )


class MobileSearch(BaseModel):
    """Whose registrations are asked for."""

    mobile: Mobile


class CertificateAnswer(BaseModel):
    """A picture of a certificate."""

    kind: CertificateKind
    file_name: str
    size: int


class RegistrationAnswer(BaseModel):
    """A registration as its applicant filled it in, and what the agency says."""

    unit_id: str
    state: UnitState
    reason: str = Field(description="Why it was returned or rejected; empty when nothing is said")
    reasons: dict[FormField, str] = Field(description="What is to be corrected, by field")
    unit_name: str
    kind: str
    credit_code: str
    union_name: str
    secret: bool
    district: str
    district_code: str | None
    agency_id: str
    office_id: str
    address: str
    contact_name: str
    contact_mobile: str = Field(description="Masked")
    office_phone: str
    certificates: list[CertificateAnswer]
    version: int


class Registrations(BaseModel):
    """The registrations of a mobile, newest first."""

    items: list[RegistrationAnswer]


def certificates_of(unit: Unit) -> list[CertificateAnswer]:
    """Return the response for the pictures of a unit's certificates."""
    return [
        CertificateAnswer(kind=kind, file_name=file.file_name, size=file.size)
        for kind, file in unit.certificates.items()
    ]


def _answer(unit: Unit, *, full: bool = True) -> RegistrationAnswer:
    columns = {name: value for name, value in vars(unit).items() if name != "certificates"}
    return RegistrationAnswer(
        **columns,
        unit_name=unit.name,
        contact_name=unit.contact.name if full else mask_name(unit.contact.name),
        contact_mobile=mask_mobile(unit.contact.mobile),
        office_phone=unit.contact.office_phone,
        certificates=certificates_of(unit),
    )


@router.post("/registrations", status_code=201)
async def post_registration(body: Registration, command: CreationOf) -> RegistrationAnswer:
    """Ask for a unit to be registered."""

    async def act(tx: Transaction) -> RegistrationAnswer:
        unit = await registering.apply(body.form(), body.pictures, command.caller, tx)
        # It is kept with the key: a name is not, in plain.
        return _answer(unit, full=False)

    return await command.once(body, RegistrationAnswer, act)


@router.put("/registrations/{unit_id}")
async def put_registration(
    unit_id: str, body: Registration, command: RevisionOf, response: Response
) -> RegistrationAnswer:
    """Correct a returned registration and submit it again."""
    async with command.transaction() as tx:
        unit = await registering.correct(
            unit_id, body.form(), body.pictures, command.caller, tx, command.versions
        )
    response.headers["ETag"] = etag(unit.version)
    return _answer(unit)


@router.post("/registrations/search")
async def search_registrations(body: MobileSearch, command: CommandOf) -> Registrations:
    """List the registrations of a mobile; it stands in the body, as no address may name it."""
    command.caller.require(Permission.REGISTER)
    async with command.transaction() as tx:
        found = await UnitRepository(tx).registered_with(body.mobile)
    return Registrations(items=[_answer(unit) for unit in found])
