"""Templates: HTTP endpoints."""

from fastapi import APIRouter
from pydantic import BaseModel

from services.roster.handlers.templates import FILE_NAME, TEMPLATE, write_template
from shared.contracts.files import StoredFile
from shared.http.commands import CommandOf

router = APIRouter(tags=["roster"])


class TemplateAnswer(BaseModel):
    """A template that can be downloaded."""

    name: str
    title: str


@router.get("/templates")
async def get_templates(command: CommandOf) -> list[TemplateAnswer]:
    """List the templates that can be downloaded."""
    del command  # whoever is signed in may
    return [TemplateAnswer(name=FILE_NAME, title=TEMPLATE)]


@router.get("/templates/{name}")
async def get_template(name: str, command: CommandOf) -> StoredFile:
    """Download the person template."""
    return await write_template(name, command.resources)
