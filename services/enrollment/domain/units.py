"""A member unit and its contact."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Contact:
    """The unit's contact person; personal data."""

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
