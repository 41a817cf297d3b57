"""What operators, reviewers and finance do, as steps that tests put together."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any

from examples.client import Client
from examples.people import Person, fill, invent
from shared.runtime.clock import OFFICE_ZONE
from tests.flows.conftest import System

LONGEST_WAIT = 30.0
LATE = "款项早已到账，补录申请"
"""Why money counts that came before the day of entry."""


async def agreed(operator: Client, number: str) -> dict[str, int]:
    """Return the persons of each line, once enrollment, which may lag, knows the roster's."""
    limit = monotonic() + LONGEST_WAIT
    while True:
        found = await operator.get(f"/applications/{number}")
        lines = {line["plan"]: line["persons"] for line in found["lines"]}
        roster = {count["plan_code"]: count["persons"] for count in found["roster"]["counts"]}
        if lines == {plan: roster.get(plan, 0) for plan in lines}:
            return lines
        assert monotonic() < limit, (lines, roster)
        await asyncio.sleep(0.05)


@dataclass
class Desk:
    """A unit's operator with the reviewers and the finance that its applications meet."""

    operator: Client
    agency: Client
    office: Client
    finance: Client

    @classmethod
    async def of(cls, system: System, number: str = "") -> "Desk":
        """Take the desk of the first, second or third demo unit: "", "2" or "3"."""
        return cls(
            await system.client(f"operator{number}"),
            await system.client(f"agency{number}"),
            await system.client("office"),
            await system.client("finance"),
        )

    async def drafted(self, people: list[Person], staff: int, women: int, **lines: int) -> str:
        """Draft an application with its roster in every line; returns its number."""
        number = await self.operator.draft(**lines)
        content = fill(await self.operator.template(), people)
        batch = await self.operator.finished_import(
            await self.operator.start_import(number, content)
        )
        assert [line["failed"] for line in batch["lines"]] == [0] * len(lines), batch
        assert set((await agreed(self.operator, number)).values()) == {len(people)}
        await self.operator.put(f"/applications/{number}/staff", {"staff": staff, "women": women})
        return number

    async def submitted(self, number: str) -> dict[str, Any]:
        """Hand in and wait for where that leads."""
        await self.operator.post(f"/applications/{number}/submit", {"remark": ""})
        return await self.operator.settled(number)

    async def approved(self, people: list[Person], staff: int, women: int, **lines: int) -> str:
        """Bring an application to its approval; returns its number."""
        number = await self.drafted(people, staff, women, **lines)
        found = await self.submitted(number)
        assert found["state"] == "first_review", found["reopened_because"]
        await self.agency.approve(number)
        await self.office.approve(number)
        return number

    async def invoice(
        self, number: str, source: str, lines: dict[str, tuple[int, str]], **more: str
    ) -> dict[str, Any]:
        """Draft an invoice: per plan persons and average price."""
        body = {
            "funding_source": source,
            "title": "青岛示例单位工会委员会",
            "email": "operator@example.org",
            "lines": [
                {"plan": plan, "persons": persons, "unit_price": price}
                for plan, (persons, price) in lines.items()
            ],
            **more,
        }
        found: dict[str, Any] = await self.operator.post(f"/billings/{number}/invoices", body)
        return found

    async def confirmed(self, number: str, received_on: date, confirmed_on: date) -> str:
        """Pay what is due; returns the confirmation's number."""
        billing = await self.finance.get(f"/billings/{number}")
        await self.finance.pay(number, billing["payable"], received_on, confirmed_on, LATE)
        found = await self.operator.get(f"/applications/{number}")
        return str(found["confirmation"]["confirmation_no"])


def in_a_month() -> date:
    """Return a day that finance may still name for a confirmation."""
    return datetime.now(OFFICE_ZONE).date() + timedelta(days=30)


def women(count: int, seed: int) -> list[Person]:
    """Invent women."""
    return invent(count, seed=seed, women_only=True)
