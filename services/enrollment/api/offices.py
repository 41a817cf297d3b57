"""Offices: HTTP endpoints."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.enrollment.repository.offices import OfficeRepository
from shared.http.commands import CommandOf

router = APIRouter(tags=["catalogue"])


class Phone(BaseModel):
    """A telephone and what it is for, in Chinese."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True)

    purpose: str = Field(alias="for")
    phone: str


class OfficeAnswer(BaseModel):
    """An office or agency with its telephones."""

    model_config = ConfigDict(from_attributes=True)

    office_id: str
    parent_id: str | None
    name: str
    phones: list[Phone]


@router.get("/contacts")
async def get_contacts(command: CommandOf) -> list[OfficeAnswer]:
    """List offices and agencies with their telephones."""
    async with command.transaction() as tx:
        offices = await OfficeRepository(tx).all()
    return [OfficeAnswer.model_validate(office) for office in offices]
