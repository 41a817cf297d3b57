"""Roster's HTTP API, called by the gateway."""

from fastapi import APIRouter

from services.roster.api import imports, imports_columns, persons, rosters, templates

router = APIRouter()
for part in (templates, imports, imports_columns, persons, rosters):
    router.include_router(part.router)
