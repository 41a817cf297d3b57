"""A small client of `/api/v1`: what the demo, the flow tests and the benchmarks speak with."""

import asyncio
from dataclasses import dataclass, field
from datetime import date
from time import monotonic
from typing import Any, Self
from uuid import uuid4

import httpx

API = "/api/v1"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TIMEOUT_SECONDS = 60.0
LONGEST_WAIT_SECONDS = 8
"""That a read may wait for what goes on with what is read."""
BUSY = frozenset({"too_many_captchas", "too_many_requests"})


class ApiError(Exception):
    """The server answered with a problem (RFC 9457)."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(f"{response.request.method} {response.request.url.path}: {response.text}")
        self.status = response.status_code
        problem = response.json() if "json" in response.headers.get("content-type", "") else {}
        self.code: str = problem.get("code", "")
        self.detail: str = problem.get("detail", "")
        self.field: str | None = problem.get("field")
        self.response = response

    @property
    def is_busy(self) -> bool:
        """Return whether the same call is to be sent again, after Retry-After; nothing was done."""
        busy = self.status == httpx.codes.SERVICE_UNAVAILABLE or self.code in BUSY
        return busy and "retry-after" in self.response.headers


@dataclass
class Client:
    """One signed-in account."""

    http: httpx.AsyncClient
    token: str = ""
    account: dict[str, Any] = field(default_factory=dict)
    timeout_seconds: float = TIMEOUT_SECONDS

    @classmethod
    async def sign_in(
        cls, http: httpx.AsyncClient, username: str, password: str, captcha: str
    ) -> Self:
        """Sign in; `captcha` is the answer that this installation makes known."""
        client = cls(http)
        question = await client.post("/auth/captcha")
        session = await client.post(
            "/auth/login",
            {
                "username": username,
                "password": password,
                "captcha_id": question["captcha_id"],
                "captcha": captcha,
            },
        )
        client.token, client.account = session["token"], session["account"]
        return client

    async def send(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's
        """Send one request; repeats it while the server asks to: it is catching up, or too much."""
        headers = {**more.pop("headers", {})}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if method == "POST":
            headers.setdefault("Idempotency-Key", str(uuid4()))
        until = monotonic() + self.timeout_seconds
        while True:
            response = await self.http.request(method, API + path, headers=headers, **more)
            if not response.is_error:
                return response
            refused = ApiError(response)
            if not refused.is_busy or monotonic() > until:
                raise refused
            await asyncio.sleep(float(response.headers["retry-after"]))

    async def get(self, path: str, **query: Any) -> Any:  # noqa: ANN401 - JSON
        """Read JSON."""
        return (await self.send("GET", path, params=query)).json()

    async def post(self, path: str, body: Any = None, **more: Any) -> Any:  # noqa: ANN401 - JSON
        """Send JSON, read JSON."""
        response = await self.send("POST", path, json=body, **more)
        return response.json() if response.content else None

    async def put(self, path: str, body: Any, **more: Any) -> Any:  # noqa: ANN401 - JSON
        """Replace with JSON, read JSON."""
        return (await self.send("PUT", path, json=body, **more)).json()

    async def file(self, path: str) -> bytes:
        """Download a file."""
        return (await self.send("GET", path)).content

    async def template(self) -> bytes:
        """Download the person template."""
        [template] = await self.get("/templates")
        return await self.file(f"/templates/{template['name']}")

    async def draft(self, **lines: int) -> str:
        """Begin an application; plan codes with `_` for `-`, and the shares of each."""
        chosen = [
            {"plan": plan.replace("_", "-"), "shares": shares} for plan, shares in lines.items()
        ]
        return str((await self.post("/applications", {"lines": chosen}))["application_no"])

    async def start_import(
        self,
        number: str,
        content: bytes,
        name: str = "persons.xlsx",
        lines: str | None = None,
        corrects: str | None = None,
    ) -> str:
        """Upload a roster; returns the batch."""
        fields = {"lines": lines, "corrects": corrects}
        response = await self.send(
            "POST",
            f"/applications/{number}/imports",
            files={"file": (name, content, XLSX)},
            data={name: value for name, value in fields.items() if value},
        )
        return str(response.json()["import_id"])

    async def finished_import(self, import_id: str) -> dict[str, Any]:
        """Wait until a batch is finished or failed, or waits to be told its columns."""
        return await self.until(f"/imports/{import_id}", ("finished", "failed", "needs_columns"))

    async def attach(self, number: str, kind: str, content: bytes, name: str) -> None:
        """Attach a file to a draft."""
        await self.send(
            "POST",
            f"/applications/{number}/attachments",
            files={"file": (name, content, "application/pdf")},
            data={"kind": kind},
        )

    async def settled(self, number: str) -> dict[str, Any]:
        """Wait until an application's submission has led to review or back."""
        return await self.until(
            f"/applications/{number}", ("first_review", "final_review", "draft", "approved")
        )

    async def until(
        self, path: str, states: tuple[str, ...], wait: float = LONGEST_WAIT_SECONDS
    ) -> dict[str, Any]:
        """Read until the thing is in one of `states`; the server waits while something goes on."""
        pause, until = 0.02, monotonic() + TIMEOUT_SECONDS
        while True:
            found: dict[str, Any] = await self.get(path, wait=wait)
            if found["state"] in states:
                return found
            if monotonic() > until:
                raise TimeoutError(f"{path} stays {found['state']}")
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.5)

    async def approve(self, number: str) -> dict[str, Any]:
        """Agree at the level that is due."""
        found: dict[str, Any] = await self.post(
            f"/applications/{number}/reviews", {"decision": "approve"}
        )
        return found

    async def printed(self, path: str, body: dict[str, list[str]]) -> bytes:
        """Print papers; waits for what takes longer."""
        response = await self.send("POST", path, json=body, timeout=60)
        if response.status_code == httpx.codes.ACCEPTED:
            place = response.headers["location"].removeprefix(API)
            await self.until(place, ("done", "failed"))
            return await self.file(f"{place}/file")
        return response.content

    async def notice(self, *numbers: str) -> bytes:
        """Print payment notices."""
        return await self.printed("/payment-notices/print", {"application_nos": list(numbers)})

    async def confirmation(self, *numbers: str) -> bytes:
        """Print confirmations."""
        return await self.printed("/confirmations/print", {"confirmation_nos": list(numbers)})

    async def pay(
        self,
        number: str,
        amount: str,
        received_on: date,
        confirmed_on: date | None = None,
        reason: str = "",
    ) -> dict[str, Any]:
        """Enter a payment; money from before the day of entry needs its reason."""
        body: dict[str, Any] = {
            "application_no": number,
            "amount": amount,
            "received_on": received_on.isoformat(),
            "reason": reason,
        }
        if confirmed_on is not None:
            body["confirmed_on"] = confirmed_on.isoformat()
        found: dict[str, Any] = await self.post("/payments", body)
        return found

    async def archive(self, confirmation_no: str, scan: bytes) -> dict[str, Any]:
        """Archive the signed paper."""
        response = await self.send(
            "POST",
            f"/confirmations/{confirmation_no}/archive",
            files={"file": ("scan.pdf", scan, "application/pdf")},
        )
        found: dict[str, Any] = response.json()
        return found
