"""Callers of every role who make all calls, on things near and far."""

import asyncio
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Any

import httpx

from examples.client import API, Client
from tests.flows.conftest import System
from tests.permissions.offices import ROLES
from tests.permissions.places import CLIENTS, PLACES
from tests.permissions.table import Place, table
from tests.processes import CAPTCHA
from tests.schema.example_calls import ExampleCall, example_calls
from tests.schema.things import Things

Json = dict[str, Any]
FORMS_WITHOUT_FILE = {"post_registration", "put_registration"}
"""Their pictures may be left out."""


@dataclass(frozen=True)
class Walker:
    """A caller: a role, where it stands, and its session."""

    role: str
    stands: Place
    client: Client


@dataclass
class Walk:
    """The calls of a system, made by whoever walks."""

    system: System
    http: httpx.AsyncClient
    operations: dict[str, tuple[str, str, Json]]

    async def sign_in(self, username: str) -> Walker:
        """Sign an account in."""
        client = await Client.sign_in(self.http, username, self.system.passwords[username], CAPTCHA)
        one = client.account
        stands = Place(one["office_id"], one["agency_id"] or "", one["unit_id"] or "", username)
        return Walker(one["role"], stands, client)

    async def wrong(self, name: str, walker: Walker, things_at: dict[str, Things]) -> list[str]:
        """Make a call on the things of all places; returns what was not as the table says."""
        method, path, _ = self.operations[name]
        rule, found = table()[method, path.removeprefix(API)], []
        for place, things in things_at.items():
            if rule.reach in ("all", "mobile") and place != "own":
                continue
            thing, example = PLACES[place], example_calls(things).get(name, ExampleCall())
            if rule.reach == "client":
                thing = replace(thing, owner=CLIENTS[place][0])
            mine = await self._own(name, walker) if rule.reach == "account" else None
            if mine and place == "own":
                thing = replace(thing, owner=walker.stands.owner)
                example = replace(example, path=mine)
            status = await self.status(name, walker, example)
            if not rule.allows(walker.role, walker.stands, thing, status):
                found.append(f"{name} by {walker.stands.owner or walker.role}, {place}: {status}")
        return found

    async def _own(self, name: str, walker: Walker) -> Json | None:
        """Return path parameters of a thing of the walker's own account; None when it has none."""
        if walker.role not in ROLES:
            return None
        if name == "delete_session":
            second = await self._again(walker)
            sessions = await second.client.get("/auth/sessions")
            return {"session_id": next(one["session_id"] for one in sessions if one["current"])}
        notices = (await walker.client.get("/notices"))["items"]
        return {"notice_id": notices[0]["notice_id"]} if notices else None

    async def _again(self, walker: Walker) -> Walker:
        """Sign a caller in once more: that session can be ended."""
        if walker.role in ROLES:
            return await self.sign_in(walker.client.account["username"])
        if not walker.client.token:
            return walker
        form = {"grant_type": "client_credentials", **walker.client.account}
        answer = await self.http.post(f"{API}/oauth/token", data=form)
        return replace(walker, client=Client(self.http, answer.json()["access_token"]))

    async def status(self, name: str, walker: Walker, example: ExampleCall) -> int:
        """Make a call, again while the service catches up; returns its status."""
        method, path, described = self.operations[name]
        if name == "post_logout":
            walker = await self._again(walker)
        headers = {"Idempotency-Key": token_hex(8)}
        if walker.client.token:
            headers["Authorization"] = f"Bearer {walker.client.token}"
        sent = _sent(name, described, example)
        where = path.removeprefix(API).format(**example.path)
        while True:
            # Streamed: one call never ends.
            async with self.http.stream(method, API + where, headers=headers, **sent) as response:
                if response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    return response.status_code
            await asyncio.sleep(float(response.headers["retry-after"]))


def _sent(name: str, described: Json, example: ExampleCall) -> Json:
    """Return what a call sends, as its description takes it."""
    media = next(iter(described.get("requestBody", {}).get("content", ())), "")
    if "json" in media:
        return {"json": example.body}
    if "urlencoded" in media:
        return {"data": example.body}
    if "multipart" not in media:
        return {}
    fields = dict(example.body or {})
    parts: Json = {field: (None, value) for field, value in fields.items() if field != "file"}
    if name not in FORMS_WITHOUT_FILE:
        parts["file"] = ("a.pdf", fields["file"])
    return {"files": parts}
