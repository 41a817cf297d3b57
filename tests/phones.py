"""Mobiles of invented persons: what was sent to them, as the folder of text messages has it."""

import json
import re
from itertools import count
from pathlib import Path

import httpx

from examples.client import API
from shared.runtime.polling import poll
from tests.processes import CAPTCHA

ARRIVES_SECONDS = 30.0
CODE = re.compile(r"验证码是([0-9]{6})")
PASSWORD = re.compile(r"账号(\S+)已开通，初始密码([0-9a-z]+)，")
_numbers = count(13700000001)
_addresses = count(1)


class Phone:
    """A mobile of its own, which reads the folder of text messages."""

    def __init__(self, var: Path) -> None:
        self._folder = var / "outgoing/sms"
        self._read: set[Path] = set()
        self.mobile = str(next(_numbers))

    async def next_text(self) -> str:
        """Return the next text message that came; waits for it."""

        async def look() -> str | None:
            for path in sorted(self._folder.glob("*.json")):
                if path in self._read:
                    continue
                message = json.loads(path.read_text(encoding="utf-8"))
                self._read.add(path)
                if message["mobile"] == self.mobile:
                    return str(message["text"])
            return None

        text = await poll(look, ARRIVES_SECONDS)
        assert text is not None, "no text message came"
        return text

    async def code(self) -> str:
        """Return the code of the next text message."""
        found = CODE.search(await self.next_text())
        assert found
        return found[1]

    async def first_password(self) -> tuple[str, str]:
        """Return user name and first password of the next text message that has one."""
        while (found := PASSWORD.search(await self.next_text())) is None:
            pass
        return found[1], found[2]

    async def ask(self, http: httpx.AsyncClient, purpose: str, **more: str) -> httpx.Response:
        """Ask for a code, from an address that nobody else has, whatever comes of it."""
        transport = httpx.AsyncHTTPTransport(local_address=f"127.0.78.{next(_addresses)}")
        async with httpx.AsyncClient(
            transport=transport, base_url=http.base_url, timeout=60, event_hooks=http.event_hooks
        ) as here:
            question = (await here.post(f"{API}/auth/captcha")).json()
            body = {
                "purpose": purpose,
                "mobile": self.mobile,
                "captcha_id": question["captcha_id"],
                "captcha": CAPTCHA,
                **more,
            }
            return await here.post(f"{API}/auth/codes", json=body)

    async def prove(self, http: httpx.AsyncClient, purpose: str) -> dict[str, str]:
        """Prove this mobile for a purpose; returns the header that says so."""
        asked = await self.ask(http, purpose)
        assert asked.status_code == 202, asked.text
        answer = await http.post(
            f"{API}/auth/codes/{asked.json()['code_id']}/proof", json={"code": await self.code()}
        )
        assert answer.status_code == 200, answer.text
        return {"Mobile-Proof": answer.json()["proof"]}
