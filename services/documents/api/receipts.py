"""Receipts: HTTP endpoints."""

from fastapi import APIRouter

from services.documents.handlers.receipts import draw_receipt
from shared.contracts.files import StoredFile
from shared.contracts.invoicing import Receipt
from shared.http.commands import CommandOf

router = APIRouter(tags=["papers"])


@router.post("/receipts")
async def post_receipt(body: Receipt, command: CommandOf) -> StoredFile:
    """Draw the preview of a receipt that invoicing has given the gateway."""
    return await draw_receipt(body, command.resources)
