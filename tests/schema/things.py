"""Things of every kind and state, so that invented calls reach beyond "not found"."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from examples.client import Client
from examples.people import fill, invent, with_wrong_check
from tests.flows.conftest import System
from tests.flows.receiver import api_client
from tests.flows.stories import LATE, Desk, in_a_month

PLAN = "YWSH-20"
PDF = b"%PDF-1.4\n"
PAID_ON = date(2026, 4, 1)


@dataclass
class Things:
    """Numbers of what a unit has, by the names that parameters and fields give them."""

    desk: Desk
    ids: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, name: str, value: object) -> None:
        """Keep a number."""
        self.ids[name].append(str(value))


async def things_of(system: System, number: str, seed: int) -> Things:
    """Bring applications of a unit's desk into each state, with all that hangs on them."""
    made = Things(await Desk.of(system, number))
    operator = made.desk.operator
    made.note("unit_id", operator.account["unit_id"])
    made.note("plan", PLAN)
    made.note("name", (await operator.get("/templates"))[0]["name"])
    await _draft(made, seed)
    for step, state in enumerate(("first_review", "final_review", "approved", "paid")):
        made.note("application_no", await _brought(made, state, seed + step))
    await _confirmed(made, seed + 10)
    await _confirmed(made, seed + 20, archive=True)
    cancelled = await operator.draft(YWSH_20=1)
    await operator.send("DELETE", f"/applications/{cancelled}")
    made.note("application_no", cancelled)
    return made


async def _draft(made: Things, seed: int) -> None:
    """Draft one with an attachment, persons, and an import of which a row failed."""
    operator = made.desk.operator
    number = await made.desk.drafted(invent(3, seed=seed), 5, 2, YWSH_20=1)
    wrong = with_wrong_check(invent(1, seed=seed + 1)[0])
    batch = await operator.start_import(number, fill(await operator.template(), [wrong]))
    await operator.finished_import(batch)
    await operator.attach(number, "other", PDF, "other.pdf")
    [attached] = (await operator.get(f"/applications/{number}"))["attachments"]
    persons = await operator.get(f"/applications/{number}/lines/{PLAN}/persons")
    made.note("application_no", number)
    made.note("import_id", batch)
    made.note("corrects", batch)
    made.note("attachment_id", attached["attachment_id"])
    for person in persons["items"]:
        made.note("person_id", person["person_id"])


async def _brought(made: Things, state: str, seed: int) -> str:
    """Bring an application into a state; gives its number."""
    desk = made.desk
    number = await desk.drafted(invent(2, seed=seed), 5, 2, YWSH_20=1)
    await desk.submitted(number)
    if state == "first_review":
        return number
    await desk.agency.approve(number)
    if state == "final_review":
        return number
    await desk.office.approve(number)
    drafted = await desk.invoice(number, "union_funds", {PLAN: (1, "20.00")})
    made.note("invoice_id", drafted["invoice_id"])
    if state == "paid":
        paid = await desk.finance.pay(number, "40.00", PAID_ON, in_a_month(), LATE)
        made.note("payment_id", paid["payment_id"])
    return number


async def _confirmed(made: Things, seed: int, *, archive: bool = False) -> None:
    """Bring an application to its confirmation, with receipt and prints, or to its archive."""
    desk = made.desk
    number = await desk.approved(invent(2, seed=seed), 5, 2, YWSH_20=1)
    invoice = await desk.invoice(number, "union_funds", {PLAN: (2, "20.00")})
    await desk.operator.post(f"/billings/{number}/submit")
    confirmation = await desk.confirmed(number, PAID_ON, PAID_ON)
    await desk.operator.notice(number)
    await desk.operator.confirmation(confirmation)
    made.note("application_no", number)
    made.note("invoice_id", invoice["invoice_id"])
    made.note("confirmation_no", confirmation)
    if archive:
        await desk.office.archive(confirmation, PDF)


async def subscription_of(system: System) -> tuple[Client, dict[str, Any]]:
    """Let an API client subscribe where nobody listens; gives it and its subscription."""
    client = await api_client(system)
    address = {"url": "http://127.0.0.1:1024/", "topics": ["enrollment.*"]}
    return client, await client.post("/webhooks", address)
