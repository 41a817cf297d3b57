"""A member unit as its office knows it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Contact:
    """The person an office calls; personal data."""

    name: str
    mobile: str
    office_phone: str


@dataclass(frozen=True)
class Unit:
    """A member unit: the employer or union that enrolls its staff."""

    unit_id: str
    agency_id: str
    office_id: str
    name: str
    kind: str
    credit_code: str
    union_name: str
    secret: bool
    district: str
    address: str
    contact: Contact
