"""Enrollment's HTTP API, called by the gateway."""

from fastapi import APIRouter

from services.enrollment.api import (
    applications,
    confirmations,
    districts,
    offices,
    plans,
    registrations,
    units,
)

router = APIRouter()
for part in (applications, confirmations, plans, offices, districts, registrations, units):
    router.include_router(part.router)
