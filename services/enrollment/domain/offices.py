"""Offices, and the agencies below them."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from services.enrollment.domain.applications import AttachmentKind


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
