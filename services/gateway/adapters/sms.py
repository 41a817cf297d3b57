"""Text messages, written into a folder from which a provider's agent sends them."""

import asyncio
import json
from pathlib import Path
from typing import Protocol
from uuid import UUID

from shared.runtime.files import write_whole


class Sms(Protocol):
    """Sends text messages."""

    async def send(self, message_id: UUID, mobile: str, text: str) -> None:
        """Send one; the same id twice is one message."""


class FolderSms:
    """Writes each message into a file."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder) / "sms"

    async def send(self, message_id: UUID, mobile: str, text: str) -> None:
        """Write one; the same id twice is one file."""
        body = json.dumps({"mobile": mobile, "text": text}, ensure_ascii=False)
        await asyncio.to_thread(write_whole, self._folder / f"{message_id}.json", body.encode())
