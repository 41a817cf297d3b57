"""Things of every kind and state, so that invented calls reach beyond "not found"."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import asyncpg

from examples.client import Client
from examples.people import fill, invent, with_wrong_check
from services.roster.handlers.imports import MOST_OPEN
from tests.flows.conftest import System
from tests.flows.receiver import api_client
from tests.flows.stories import LATE, Desk, in_a_month
from tests.processes import CAPTCHA

PLAN = "YWSH-20"
PDF = b"%PDF-1.4\n"
PAID_ON = date(2026, 4, 1)
NOBODY_LISTENS = "http://127.0.0.1:1024/"
Bring = Callable[[Any, str, int], Awaitable[None]]
"""Brings an application of somebody's things into a state, its persons from a seed."""


@dataclass
class Things:
    """What a unit has, and an API client of its office."""

    desk: Desk
    client: Client
    login: dict[str, str]
    """Name and password of somebody, who may then be locked out."""
    applications: dict[str, str] = field(default_factory=dict)
    """Their numbers, by how far they are."""
    ids: dict[str, str] = field(default_factory=dict)
    """Everything else, by what it is."""


async def things_of(system: System, number: str, seed: int) -> Things:
    """Bring applications of a unit's desk into each state, with all that hangs on them."""
    login = {"username": "agency3", "password": system.passwords["agency3"], "captcha": CAPTCHA}
    client = await api_client(system, f"系统{number}")
    made = Things(await Desk.of(system, number), client, login)
    operator = made.desk.operator
    webhook = {"url": NOBODY_LISTENS, "topics": ["enrollment.*"]}
    for name in ("webhook", "old_webhook"):
        made.ids[name] = (await made.client.post("/webhooks", webhook))["webhook_id"]
    made.ids["unit"] = operator.account["unit_id"]
    made.ids["template"] = (await operator.get("/templates"))[0]["name"]
    # What they wait for (freezing, rendering) goes on side by side, with as many imports as a unit
    # may have open.
    room = asyncio.Semaphore(MOST_OPEN)

    async def brought(bring: Bring, state: str, seed: int) -> None:
        async with room:
            await bring(made, state, seed)

    await asyncio.gather(
        *(
            brought(bring, state, seed + 2 * step)
            for bring, states in STATES.items()
            for step, state in enumerate(states)
        )
    )
    made.ids["print"] = await _print_of(system, made.applications["confirmed"])
    deliveries = f"/webhooks/{made.ids['webhook']}/deliveries"
    made.ids["event"] = (await made.client.get(deliveries))["items"][0]["event_id"]
    made.ids["captcha"] = (await Client(system.http).post("/auth/captcha"))["captcha_id"]
    return made


async def _drafted(made: Things, state: str, seed: int) -> None:
    """Draft one with three persons; the one that stays a draft with all that a draft may have."""
    number = made.applications[state] = await made.desk.drafted(
        invent(3, seed=seed), 5, 2, YWSH_20=1
    )
    if state == "draft":
        await _fill(made, number, seed + 1)


async def _fill(made: Things, number: str, seed: int) -> None:
    """Add attachments, and an import of which a row failed; note the persons."""
    operator = made.desk.operator
    wrong = with_wrong_check(invent(1, seed=seed)[0])
    made.ids["import"] = await operator.start_import(
        number, fill(await operator.template(), [wrong])
    )
    await operator.finished_import(made.ids["import"])
    for name in ("attachment", "old_attachment"):
        await operator.attach(number, "other", PDF, f"{name}.pdf")
    attached = (await operator.get(f"/applications/{number}"))["attachments"]
    for name, one in zip(("attachment", "old_attachment"), attached, strict=True):
        made.ids[name] = one["attachment_id"]
    persons = await operator.get(f"/applications/{number}/lines/{PLAN}/persons")
    for name, person in zip(("person", "old_person"), persons["items"], strict=False):
        made.ids[name] = person["person_id"]


async def _brought(made: Things, state: str, seed: int) -> None:
    """Bring an application to a review or beyond it."""
    desk = made.desk
    number = await desk.drafted(invent(2, seed=seed), 5, 2, YWSH_20=1)
    made.applications[state] = number
    await desk.submitted(number)
    if state == "first_review":
        return
    await desk.agency.approve(number)
    await desk.office.approve(number)
    if state == "invoiced":
        for name in ("invoice", "old_invoice"):
            drafted = await desk.invoice(number, "union_funds", {PLAN: (1, "5.00")})
            made.ids[name] = drafted["invoice_id"]
    if state == "full":
        await desk.invoice(number, "union_funds", {PLAN: (2, "20.00")})
    if state == "paid":
        paid = await desk.finance.pay(number, "40.00", PAID_ON, in_a_month(), LATE)
        made.ids["payment"] = paid["payment_id"]


async def _confirmed(made: Things, state: str, seed: int) -> None:
    """Bring an application to its confirmation, with receipt and prints."""
    desk = made.desk
    number = await desk.approved(invent(2, seed=seed), 5, 2, YWSH_20=1)
    invoice = await desk.invoice(number, "union_funds", {PLAN: (2, "20.00")})
    await desk.operator.post(f"/billings/{number}/submit")
    confirmation = await desk.confirmed(number, PAID_ON, PAID_ON)
    await desk.operator.notice(number)
    await desk.operator.confirmation(confirmation)
    made.applications[state] = number
    made.ids[f"{state}_invoice"] = invoice["invoice_id"]
    made.ids[f"{state}_confirmation"] = confirmation


STATES = {
    _drafted: ("draft", "submittable", "given_up"),
    _brought: ("first_review", "approved", "awaited", "invoiced", "full", "paid"),
    _confirmed: ("confirmed", "receipted"),
}


async def _print_of(system: System, number: str) -> str:
    """Return the print of a notice; who waits for its PDF is not told."""
    connection = await asyncpg.connect(system.environment["DOCUMENTS_DATABASE_URL"])
    try:
        return str(
            await connection.fetchval(
                "SELECT print_id FROM prints WHERE state = 'done' AND numbers = $1::jsonb",
                json.dumps([number]),
            )
        )
    finally:
        await connection.close()
