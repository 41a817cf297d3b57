"""Data of every kind and state, so that invented calls reach beyond "not found"."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from examples.client import Client
from examples.people import fill, invent, with_wrong_check
from services.roster.handlers.imports import MOST_OPEN
from shared.runtime.polling import poll
from tests.flows.conftest import System
from tests.flows.receiver import api_client
from tests.flows.stories import LATE, Desk, in_a_month
from tests.processes import CAPTCHA
from tests.schema.doors import add_doors
from tests.untitled import untitled

PLAN = "YWSH-20"
PDF = b"%PDF-1.4\n"
PAID_ON = date(2026, 4, 1)
NOBODY_LISTENS = "http://127.0.0.1:1024/"
Bring = Callable[[Any, str, int], Awaitable[None]]
"""Creates an application in a state, its persons invented from a seed."""


@dataclass
class Things:
    """A unit's applications and other ids, and an API client of its office."""

    desk: Desk
    client: Client
    login: dict[str, str]
    """Name and password of an account that may get locked out."""
    applications: dict[str, str] = field(default_factory=dict)
    """Application numbers, by state."""
    ids: dict[str, str] = field(default_factory=dict)
    """All other ids, by kind."""


async def things_of(system: System, number: str, seed: int) -> Things:
    """Create applications of a unit in each state, with persons, invoices, payments and prints."""
    login = {"username": "agency3", "password": system.passwords["agency3"], "captcha": CAPTCHA}
    client = await api_client(system, f"系统{number}")
    made = Things(await Desk.of(system, number), client, login)
    operator = made.desk.operator
    webhook = {"url": NOBODY_LISTENS, "topics": ["enrollment.*"]}
    for name in ("webhook", "old_webhook"):
        made.ids[name] = (await made.client.post("/webhooks", webhook))["webhook_id"]
    made.ids["unit"] = operator.account["unit_id"]
    made.ids["template"] = (await operator.get("/templates"))[0]["name"]
    # In parallel, because they wait for freezing and rendering; with as many imports as a unit may
    # have open.
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
    made.ids["notice"] = (await operator.get("/notices"))["items"][0]["notice_id"]
    made.ids["lost_message"] = await _lost_message(system, made.applications["approved"])
    made.ids["captcha"] = (await Client(system.http).post("/auth/captcha"))["captcha_id"]
    await add_doors(system, made, await system.client("administrator"))
    return made


async def confirmed_things_of(
    system: System, desk: Desk, client: Client, administrator: Client, seed: int
) -> Things:
    """Create one application of a unit, confirmed, that stands for those of every state.

    What changes a draft is refused for it by its state.
    """
    made = Things(desk, client, {"username": "nobody", "password": "x", "captcha": "0000"})
    made.ids["captcha"] = str(UUID(int=0))
    webhook = {"url": NOBODY_LISTENS, "topics": ["enrollment.*"]}
    for name in ("webhook", "old_webhook"):
        made.ids[name] = (await client.post("/webhooks", webhook))["webhook_id"]
    made.ids["unit"] = desk.operator.account["unit_id"]
    made.ids["template"] = (await desk.operator.get("/templates"))[0]["name"]
    number = await desk.drafted(invent(3, seed=seed), 5, 2, YWSH_20=1)
    await _fill(made, number, seed + 1)
    made.ids["waiting_import"] = made.ids["import"]
    found = await desk.submitted(number)
    assert found["state"] == "first_review", found["reopened_because"]
    await desk.agency.approve(number)
    await desk.office.approve(number)
    invoice = await desk.invoice(number, "union_funds", {PLAN: (3, "20.00")})
    for name in ("invoice", "old_invoice", "receipted_invoice"):
        made.ids[name] = invoice["invoice_id"]
    await desk.operator.post(f"/billings/{number}/submit")
    paid = await desk.finance.pay(number, "60.00", PAID_ON, PAID_ON, LATE)
    made.ids["payment"] = paid["payment_id"]
    confirmed = await desk.operator.get(f"/applications/{number}")
    made.ids["confirmed_confirmation"] = confirmed["confirmation"]["confirmation_no"]
    await desk.operator.notice(number)
    await desk.operator.confirmation(made.ids["confirmed_confirmation"])
    made.applications |= {state: number for states in STATES.values() for state in states}
    made.ids["print"] = await _print_of(system, number)
    deliveries = f"/webhooks/{made.ids['webhook']}/deliveries"
    made.ids["event"] = (await client.get(deliveries))["items"][0]["event_id"]
    await add_doors(system, made, administrator)
    return made


async def _lost_message(system: System, number: str) -> str:
    """Return a message of an approval of which nobody knows whether it arrived."""
    administrator = await system.client("administrator")

    async def look() -> str | None:
        page = await administrator.get("/messages", subject=number, state="sent")
        return page["items"][0]["message_id"] if page["items"] else None

    message_id = await poll(look, 30)
    assert message_id is not None
    connection = await asyncpg.connect(system.environment["GATEWAY_DATABASE_URL"])
    await connection.execute(
        "UPDATE messages SET state = 'unknown' WHERE message_id = $1", message_id
    )
    await connection.close()
    return message_id


async def _drafted(made: Things, state: str, seed: int) -> None:
    """Draft an application with three persons; `draft` gets attachments and a failed row too."""
    number = made.applications[state] = await made.desk.drafted(
        invent(3, seed=seed), 5, 2, YWSH_20=1
    )
    if state == "draft":
        await _fill(made, number, seed + 1)
        await _ask(made, number, seed + 1)


async def _ask(made: Things, number: str, seed: int) -> None:
    """Add an import that waits to be told its columns; record the id."""
    operator = made.desk.operator
    content = untitled(invent(1, seed=seed), "代称")
    made.ids["waiting_import"] = await operator.start_import(number, content, "代称.csv")
    await operator.finished_import(made.ids["waiting_import"])


async def _fill(made: Things, number: str, seed: int) -> None:
    """Add attachments and an import with a failed row; record the ids, those of persons too."""
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
    """Bring an application into a state from first review to paid."""
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
    """Return the id of a notice's print, which the response with its PDF lacks."""
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
