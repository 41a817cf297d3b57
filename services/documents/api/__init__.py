"""Documents' HTTP API, called by the gateway."""

from fastapi import APIRouter

from services.documents.api import papers, printed_papers, prints, receipts

router = APIRouter()
for part in (papers, printed_papers, prints, receipts):
    router.include_router(part.router)
