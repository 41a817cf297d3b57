"""Enrollment's HTTP API, called by the gateway."""

from fastapi import APIRouter

from services.enrollment.api import applications, confirmations, offices, plans, units

router = APIRouter()
for part in (applications, confirmations, plans, offices, units):
    router.include_router(part.router)
