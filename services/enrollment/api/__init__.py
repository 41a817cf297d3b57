"""Enrollment's HTTP: parse, call a handler or a view, answer."""

from fastapi import APIRouter

from services.enrollment.api import applications, catalogue

router = APIRouter()
router.include_router(applications.router)
router.include_router(catalogue.router)
