"""Previews of receipts."""

from services.documents.adapters.drawing import PDF, draw
from services.documents.domain.limits import drawing_seconds
from services.documents.domain.receipt import ReceiptPaper
from shared.contracts.files import Prefix, StoredFile
from shared.contracts.invoicing import Receipt
from shared.runtime.resources import Resources
from shared.runtime.storage import digest_of


async def draw_receipt(receipt: Receipt, resources: Resources) -> StoredFile:
    """Render the preview of a receipt; the caller was checked by invoicing."""
    paper = ReceiptPaper.of(receipt)
    content = await resources.child.run(drawing_seconds([paper]), draw, paper)
    key = f"{Prefix.PREVIEWS}/{digest_of(content)}.pdf"
    return await resources.storage.put_file(key, content, "票据预览.pdf", PDF)
