"""Enrollment's HTTP API, called by the gateway."""

from fastapi import APIRouter

from services.enrollment.api import applications, catalogue

router = APIRouter()
router.include_router(applications.router)
router.include_router(catalogue.router)
