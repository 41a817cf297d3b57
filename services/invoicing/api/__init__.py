"""Invoicing's HTTP: parse, call a handler or a view, answer."""

from fastapi import APIRouter

from services.invoicing.api import billings, payments

router = APIRouter()
router.include_router(billings.router)
router.include_router(payments.router)
