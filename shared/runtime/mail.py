"""Mail by SMTP; without a server, into a folder from which an agent sends it."""

import asyncio
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import aiosmtplib

from shared.runtime.files import write_whole
from shared.runtime.settings import Settings

MAIL_TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Pdf:
    """A file that goes with a mail."""

    file_name: str
    content: bytes


async def send_mail(
    settings: Settings, mail_id: str, to: str, subject: str, text: str, pdf: Pdf | None = None
) -> None:
    """Send a mail under an id, which names its Message-ID; raises what aiosmtplib raises."""
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = f"<{mail_id}@{settings.mail_from.partition('@')[2]}>"
    message.set_content(text)
    if pdf is not None:
        message.add_attachment(
            pdf.content, maintype="application", subtype="pdf", filename=pdf.file_name
        )
    if settings.smtp_url is None:
        path = Path(settings.outgoing_folder) / "mail" / f"{mail_id}.eml"
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
