"""Process applications through the public API, with clients that retry."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from time import monotonic
from typing import Any, TypeVar
from uuid import uuid4

import httpx

from examples.client import XLSX, ApiError, Client
from examples.people import fill, invent

T = TypeVar("T")

PLAN = "YWSH_20"
PERSONS = 2
AMOUNT = "40.00"
"""Two persons, one share of 20 yuan each."""
CONCURRENT_APPLICATIONS = 12
TIMEOUT_SECONDS = 240.0
"""What was put off under a clock that is 90 seconds ahead is due so much later, and then tried."""
TOO_MANY, SERVER_ERROR = 429, 500


async def retry(act: Callable[[], Awaitable[T]]) -> T:
    """Retry after a lost connection, a 5xx or a 429, for TIMEOUT_SECONDS; returns the result."""
    until = monotonic() + TIMEOUT_SECONDS
    while True:
        try:
            return await act()
        except httpx.TransportError:
            if monotonic() > until:
                raise
        except ApiError as refusal:
            again = refusal.status == TOO_MANY or refusal.status >= SERVER_ERROR
            if not again or monotonic() > until:
                raise
        await asyncio.sleep(0.3)


@dataclass
class Watch:
    """Follows the event feed, so that no client has to poll for each application."""

    client: Client
    arrived: dict[tuple[str, str], asyncio.Event] = field(
        default_factory=lambda: defaultdict(asyncio.Event)
    )
    ids: list[str] = field(default_factory=list)
    _after: str = "0"

    async def run(self) -> None:
        """Follow the feed until cancelled."""
        while True:
            page = await retry(lambda: self.client.get("/event-feed", after=self._after, wait=10))
            self._after = page["next"]
            for event in page["items"]:
                self.ids.append(event["id"])
                self.arrived[event["subject"], event["type"]].set()

    async def until(self, number: str, *topics: str) -> str:
        """Wait for the first of some events about an application; returns its topic."""
        waiting = {
            asyncio.create_task(self.arrived[number, topic].wait()): topic for topic in topics
        }
        done, left = await asyncio.wait(
            waiting, timeout=TIMEOUT_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        for task in left:
            task.cancel()
        assert done, f"{number} never came to {topics}"
        return waiting[done.pop()]


@dataclass
class Traffic:
    """The clients that process the applications."""

    operator: Client
    agency: Client
    office: Client
    finance: Client
    watch: Watch
    template: bytes
    today: date
    started: int = 0
    confirmed: list[str] = field(default_factory=list)
    _progress: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def run(self, count: int) -> None:
        """Process `count` applications from draft to confirmation."""
        gate = asyncio.Semaphore(CONCURRENT_APPLICATIONS)

        async def one(seed: int) -> None:
            async with gate:
                await self._one(seed)

        first = self.started
        self.started += count
        async with asyncio.TaskGroup() as group:
            for seed in range(first, first + count):
                group.create_task(one(seed))

    async def until_confirmed(self, count: int) -> None:
        """Wait until `count` applications are confirmed since the beginning."""
        async with self._progress:
            await self._progress.wait_for(lambda: len(self.confirmed) >= count)

    async def _one(self, seed: int) -> None:
        number = await self._drafted(seed)
        await self._settle(
            lambda: self.operator.post(f"/applications/{number}/submit", {"remark": ""}),
            number,
            "draft",
        )
        led = await self.watch.until(
            number,
            "enrollment.application.in_review.v1",
            "enrollment.application.reopened.v1",
        )
        assert led.endswith("in_review.v1"), await self.operator.get(f"/applications/{number}")
        await self._settle(lambda: self.agency.approve(number), number, "first_review")
        await self._settle(lambda: self.office.approve(number), number, "final_review")
        await self.watch.until(number, "invoicing.billing.opened.v1")
        await self._create(
            self.finance,
            "/payments",
            {
                "application_no": number,
                "amount": AMOUNT,
                "received_on": self.today.replace(day=1).isoformat(),
                "confirmed_on": self.today.isoformat(),
                "reason": "款项已先到账",
            },
        )
        await self.watch.until(number, "enrollment.confirmation.issued.v1")
        async with self._progress:
            self.confirmed.append(number)
            self._progress.notify_all()

    async def _drafted(self, seed: int) -> str:
        draft = await self._create(
            self.operator,
            "/applications",
            {"lines": [{"plan": PLAN.replace("_", "-"), "shares": 1}]},
        )
        number = str(draft["application_no"])
        content = fill(self.template, invent(PERSONS, seed=seed))
        key = {"Idempotency-Key": str(uuid4())}
        await retry(
            lambda: self.operator.send(
                "POST",
                f"/applications/{number}/imports",
                files={"file": ("persons.xlsx", content, XLSX)},
                headers=key,
            )
        )
        await retry(
            lambda: self.operator.put(
                f"/applications/{number}/staff", {"staff": PERSONS, "women": PERSONS}
            )
        )
        await self.watch.until(number, "roster.import.finished.v1")
        return number

    async def _create(self, client: Client, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """Create once, however often the request is sent."""
        key = {"Idempotency-Key": str(uuid4())}
        return await retry(lambda: client.post(path, body, headers=key))

    async def _settle(self, act: Callable[[], Awaitable[Any]], number: str, before: str) -> None:
        """Run a command whose response may be lost: if refused, it must have been done before."""
        try:
            await retry(act)
        except ApiError:
            found = await retry(lambda: self.operator.get(f"/applications/{number}"))
            if found["state"] == before:
                raise


async def open_traffic(
    http: httpx.AsyncClient, passwords: dict[str, str], captcha: str, today: date
) -> Traffic:
    """Sign in the accounts of the demo office."""
    operator, agency, office, finance = [
        await Client.sign_in(http, name, passwords[name], captcha)
        for name in ("operator", "agency", "office", "finance")
    ]
    template = await operator.template()
    return Traffic(operator, agency, office, finance, Watch(office), template, today)


async def ended(task: asyncio.Task[Any]) -> None:
    """Cancel a task and wait for its end."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
