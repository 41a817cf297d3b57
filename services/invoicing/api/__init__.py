"""Invoicing's HTTP API, called by the gateway."""

from fastapi import APIRouter

from services.invoicing.api import billings, payments

router = APIRouter()
router.include_router(billings.router)
router.include_router(payments.router)
