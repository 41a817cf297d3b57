"""Strangers who have a mobile and no account: they prove it by a code and register a unit."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from stdnum.cn import uscc

from examples.client import API, ApiError
from tests.phones import Phone

PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 64


def credit_code(number: int) -> str:
    """Return an invented credit code with its check character."""
    body = f"91370203{number:09d}"
    return str(body + uscc.calc_check_digit(body))


def name_of(number: int) -> str:
    """Return the name of an invented unit."""
    return f"青岛新来示例单位{number}号"


def filled_in(number: int, **changes: str) -> dict[str, str]:
    """Return a form that an applicant filled in."""
    plain = {
        "unit_name": name_of(number),
        "kind": "enterprise",
        "credit_code": credit_code(number),
        "union_name": f"{name_of(number)}工会委员会",
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
    """Somebody with a mobile."""

    http: httpx.AsyncClient
    phone: Phone
    proof: dict[str, str] = field(default_factory=dict)
    """The header that says that the mobile was proved."""

    async def prove(self, purpose: str = "registration") -> None:
        """Answer a code that was sent to the mobile."""
        self.proof = await self.phone.prove(self.http, purpose)

    async def send(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's
        """Send one request; ApiError when it is refused."""
        key = {"Idempotency-Key": str(uuid4())} if method == "POST" else {}
        headers = key | self.proof | more.pop("headers", {})
        response = await self.http.request(method, API + path, headers=headers, **more)
        if response.is_error:
            raise ApiError(response)
        return response

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
