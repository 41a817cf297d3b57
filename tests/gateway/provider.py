"""A provider of text messages on this machine: it answers late, twice, never, or refuses."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from services.gateway.adapters.sms import signature
from tests.flows.conftest import served

SECRET = "sms-secret"
KEY = "office"


@dataclass(frozen=True)
class Call:
    """What the provider was sent."""

    headers: dict[str, str]
    body: bytes


@dataclass
class SmsProvider:
    """Takes each id once; what is not signed with our secret it refuses."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    delivered: set[str] = field(default_factory=set)
    answers: list[tuple[int, Any, dict[str, str]]] = field(default_factory=list)
    """Status, body and headers of the next answers, before it accepts all."""
    seconds: float = 0.0
    """How late it answers."""
    hangs: bool = False
    """Whether it sends the message and never answers."""
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, request: Request) -> Response:
        """Take one message."""
        body = await request.body()
        self.calls.append(Call(dict(request.headers), body))
        stamp = request.headers["x-timestamp"]
        if request.headers["x-signature"] != signature(SECRET, stamp, body):
            return JSONResponse({"code": "signature_wrong"}, 401)
        await asyncio.sleep(self.seconds)
        if self.answers:
            status, said, headers = self.answers.pop(0)
            return JSONResponse(said, status, headers)
        self.delivered.add(str((await request.json())["id"]))
        if self.hangs:
            await self.closing.wait()
        return JSONResponse({"status": "accepted"}, 202)


@asynccontextmanager
async def providing() -> AsyncIterator[SmsProvider]:
    """Run a provider."""
    provider = SmsProvider()
    app = FastAPI()
    app.post("/send")(provider.receive)
    async with served(app) as address:
        provider.url = f"{address}/send"
        try:
            yield provider
        finally:
            provider.closing.set()


def provider_settings(url: str) -> dict[str, Any]:
    """Return the settings under which that provider is used."""
    return {
        "sms_url": url,
        "sms_key": KEY,
        "sms_secret": SECRET,
        "sms_signature": "青岛职工互助",
        "sms_templates": '{"code": "T0001"}',
    }
