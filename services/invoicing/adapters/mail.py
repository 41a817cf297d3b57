"""The mail with an e-receipt."""

from shared.runtime.mail import Pdf, send_mail
from shared.runtime.settings import Settings


async def send_receipt(settings: Settings, to: str, invoice_id: str, pdf: bytes) -> None:
    """Send a receipt; raises what `send_mail` raises, so that the job is tried again."""
    await send_mail(
        settings,
        invoice_id,
        to,
        f"财政电子票据 {invoice_id}",
        "您好，附件为参保会费的电子票据，请查收。\n",
        Pdf(f"{invoice_id}.pdf", pdf),
    )
