"""Receipt books from an office's data file."""

from typing import Any

from services.invoicing.repository.receipt_books import ReceiptBook
from shared.bus import Transaction


async def load_receipt_books(data: dict[str, Any], tx: Transaction) -> None:
    """Create or update the receipt books from an office's data file; idempotent."""
    for book in data.get("receipt_books", []):
        await ReceiptBook(tx).put(**book)
