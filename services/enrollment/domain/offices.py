"""Offices, and the agencies below them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from services.enrollment.domain.applications import AttachmentKind
from shared.errors import Conflict

MOST_AGENCIES = 99
"""Of an office: two digits after the office's own."""


@dataclass(frozen=True)
class Phone:
    """A telephone and what it is for, in Chinese."""

    purpose: Annotated[str, Field(alias="for")]
    phone: str


@dataclass(frozen=True)
class Office:
    """An office; an agency when it has a parent."""

    office_id: str
    name: str
    phones: list[Phone]
    required_attachments: list[AttachmentKind]
    """What an application must have attached when it is submitted."""
    parent_id: str | None = None
    districts: list[str] = field(default_factory=list)
    """Codes of GB/T 2260 of the districts, cities or provinces whose units belong here."""
    version: int = 0
    """Counts the changes from 1; 0 before it is stored."""


def next_agency_id(office_id: str, agencies: Iterable[str]) -> str:
    """Return the id of a new agency: the office's, and two digits that none had before."""
    numbers = (one.removeprefix(office_id) for one in agencies)
    used = [int(number) for number in numbers if number.isdigit()]
    following = max(used, default=0) + 1
    if following > MOST_AGENCIES:
        raise Conflict("too_many_agencies", f"每个办事处最多设{MOST_AGENCIES}个代办处。")
    return f"{office_id}{following:02d}"


def require_distinct_districts(office: Office, others: Iterable[Office]) -> None:
    """Raise Conflict when a district of an agency is another agency's of the same office."""
    for other in others:
        if other.office_id == office.office_id or other.parent_id != office.parent_id:
            continue
        if not set(other.districts).isdisjoint(office.districts):
            raise Conflict(
                "district_taken",
                f"所选地区中有的已归{other.name}，请先从该代办处移除。",
                field="districts",
            )
