"""Another system's receiver of webhooks, on this machine."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request, Response

from examples.client import Client
from examples.webhook_receiver import is_genuine
from tests.flows.conftest import System, served

TIMEOUT_SECONDS = 45.0


@dataclass
class Receiver:
    """Notes what it is sent, once it has checked the signature, and answers as told."""

    secret: str = ""
    address: str = ""
    took: list[dict[str, Any]] = field(default_factory=list)
    forged: int = 0
    answer: Callable[[dict[str, Any]], int] = lambda _: 204
    """Gives the status; 0 hangs until the sender gives up."""
    refused: list[dict[str, Any]] = field(default_factory=list)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, request: Request) -> Response:
        """Take one message."""
        body = await request.body()
        if not is_genuine([self.secret], dict(request.headers), body):
            self.forged += 1
            return Response(status_code=400)
        event = await request.json()
        assert request.headers["webhook-id"] == event["id"]
        assert request.headers["content-type"] == "application/cloudevents+json"
        status = self.answer(event)
        if status == 0:
            self.refused.append(event)
            await self.closing.wait()
            return Response(status_code=503)
        (self.took if status < 300 else self.refused).append(event)
        return Response(status_code=status)

    async def has(self, count: int, subject: str) -> list[dict[str, Any]]:
        """Wait for so many events about a subject."""
        async with asyncio.timeout(TIMEOUT_SECONDS):
            while len(found := self.about(subject)) < count:  # noqa: ASYNC110 - over HTTP nothing rings
                await asyncio.sleep(0.02)
        return found

    def about(self, subject: str) -> list[dict[str, Any]]:
        """Return what arrived about a subject, in order of arrival."""
        return [event for event in self.took if event["subject"] == subject]


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Run a receiver."""
    receiver = Receiver()
    app = FastAPI()
    app.post("/hook")(receiver.receive)
    async with served(app) as address:
        receiver.address = f"{address}/hook"
        try:
            yield receiver
        finally:
            receiver.closing.set()


async def api_client(system: System, name: str = "统计系统", office: str = "0012") -> Client:
    """Let an API client in, as an operator and that client do it; the same one again by name."""
    if name not in system.signed_in:
        system.signed_in[name] = await _let_in(system, name, office)
    return system.signed_in[name]


async def _let_in(system: System, name: str, office: str) -> Client:
    output = await system.command("clients", "add", name, "--office", office)
    credentials = dict(line.split("=", 1) for line in output.split() if line.startswith("client_"))
    answer = await system.http.post(
        "/api/v1/oauth/token", data={"grant_type": "client_credentials", **credentials}
    )
    assert answer.status_code == 200, answer.text
    return Client(system.http, answer.json()["access_token"], credentials)


async def subscribed(client: Client, receiver: Receiver, *topics: str) -> str:
    """Subscribe the receiver; returns the subscription's id."""
    made = await client.post(
        "/webhooks", {"url": receiver.address, "topics": list(topics) or ["*"]}
    )
    receiver.secret = made["secret"]
    return str(made["webhook_id"])


async def seen(client: Client, subject: str) -> None:
    """Wait until the feed has an event about a subject."""
    after, subjects = "0", set[str]()
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while subject not in subjects:
            page = await client.get("/event-feed", after=after, wait=5)
            after, subjects = page["next"], {item["subject"] for item in page["items"]}
