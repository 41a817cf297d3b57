"""Strangers who have a mobile and no account: they prove it by a code and register a unit."""

import asyncio
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from stdnum.cn import uscc

from examples.client import API, ApiError
from tests.processes import CAPTCHA

PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 64
TIMES, PAUSE_SECONDS = 400, 0.05


def credit_code(number: int) -> str:
    """Return an invented credit code with its check character."""
    body = f"91370203{number:09d}"
    return str(body + uscc.calc_check_digit(body))


def filled_in(number: int, **changes: str) -> dict[str, str]:
    """Return a form that an applicant filled in."""
    plain = {
        "unit_name": f"青岛新来示例单位{number}号",
        "kind": "enterprise",
        "credit_code": credit_code(number),
        "union_name": f"青岛新来示例单位{number}号工会委员会",
        "secret": "false",
        "district_code": "370203",
        "address": f"示例路{number}号",
        "contact_name": "经办员丁",
        "office_phone": "0532-82800009",
    }
    return plain | changes


def both_pictures(name: str = "证书.png") -> dict[str, tuple[str, bytes]]:
    """Return both pictures as a form sends them."""
    fields = ("credit_code_certificate", "legal_person_certificate")
    return {field: (name, PICTURE + field.encode()) for field in fields}


def parts(form: dict[str, str]) -> dict[str, tuple[None, str]]:
    """Return a form without any picture, in parts all the same."""
    return {name: (None, text) for name, text in form.items()}


@dataclass
class Stranger:
    """Somebody with a mobile, at an address of their own."""

    var: Path
    """Where messages lie that were sent."""
    http: httpx.AsyncClient
    mobile: str
    proof: str = ""

    async def send(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's
        """Send one request; ApiError when it is refused."""
        headers = {"Idempotency-Key": str(uuid4())} if method == "POST" else {}
        if self.proof:
            headers["Mobile-Proof"] = self.proof
        headers |= more.pop("headers", {})
        response = await self.http.request(method, API + path, headers=headers, **more)
        if response.is_error:
            raise ApiError(response)
        return response

    async def ask_code(self, purpose: str = "registration") -> str:
        """Ask for a code; return what it is to be answered at."""
        question = (await self.send("POST", "/auth/captcha")).json()
        body = {
            "purpose": purpose,
            "mobile": self.mobile,
            "captcha_id": question["captcha_id"],
            "captcha": CAPTCHA,
        }
        return str((await self.send("POST", "/auth/codes", json=body)).json()["code_id"])

    async def prove(self, purpose: str = "registration") -> None:
        """Answer a code that was sent to the mobile."""
        code_id = await self.ask_code(purpose)
        text = await text_to(self.var, self.mobile)
        found = re.search(r"\d{6}", text)
        assert found is not None
        answer = await self.send("POST", f"/auth/codes/{code_id}/proof", json={"code": found[0]})
        self.proof = answer.json()["proof"]

    async def register(self, number: int, **changes: str) -> dict[str, Any]:
        """Register a unit."""
        form = filled_in(number, **changes)
        answer = await self.send("POST", "/registrations", data=form, files=both_pictures())
        found: dict[str, Any] = answer.json()
        return found

    async def registrations(self) -> list[dict[str, Any]]:
        """Ask how the registrations stand."""
        found: list[dict[str, Any]] = (await self.send("GET", "/registrations")).json()["items"]
        return found


async def text_to(var: Path, mobile: str, kind: str = "code") -> str:
    """Return the last text message of a kind to a mobile, once there is one."""
    folder = var / "outgoing" / "sms"

    def read() -> list[tuple[float, dict[str, str]]]:
        return [
            (path.stat().st_mtime, json.loads(path.read_text(encoding="utf-8")))
            for path in folder.glob("*.json")
        ]

    for _ in range(TIMES):
        found = [
            (at, one["text"])
            for at, one in await asyncio.to_thread(read)
            if (one["mobile"], one["kind"]) == (mobile, kind)
        ]
        if found:
            return max(found)[1]
        await asyncio.sleep(PAUSE_SECONDS)
    raise AssertionError(f"no {kind} to {mobile}")
