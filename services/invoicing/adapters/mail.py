"""Mail e-receipts by SMTP; without a server, write them into a folder."""

import asyncio
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import aiosmtplib

from shared.runtime.files import write_whole
from shared.runtime.settings import Settings

MAIL_TIMEOUT_SECONDS = 30


async def send_receipt(settings: Settings, to: str, invoice_id: str, pdf: bytes) -> None:
    """Send a receipt; raises what aiosmtplib raises, so that the job is tried again."""
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = to
    message["Subject"] = f"财政电子票据 {invoice_id}"
    message["Message-ID"] = f"<{invoice_id}@{settings.mail_from.partition('@')[2]}>"
    message.set_content("您好，附件为参保会费的电子票据，请查收。\n")
    message.add_attachment(pdf, maintype="application", subtype="pdf", filename=f"{invoice_id}.pdf")
    if settings.smtp_url is None:
        path = Path(settings.outgoing_folder) / "mail" / f"{invoice_id}.eml"
        await asyncio.to_thread(write_whole, path, bytes(message))
        return
    server = urlsplit(settings.smtp_url)
    await aiosmtplib.send(
        message,
        hostname=server.hostname,
        port=server.port,
        username=server.username,
        password=server.password,
        use_tls=server.scheme == "smtps",
        timeout=MAIL_TIMEOUT_SECONDS,
    )
