"""Documents' HTTP API, called by the gateway."""

from fastapi import APIRouter

from services.documents.api import papers, prints, receipts

router = APIRouter()
for part in (papers, prints, receipts):
    router.include_router(part.router)
