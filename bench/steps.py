"""Run the ten steps of an application, each timed; case D: 25 persons, two plans."""

from dataclasses import dataclass
from datetime import date, datetime

import httpx

from bench.figures import Stopwatch
from bench.units import REVIEWERS
from examples.client import Client
from examples.demo import A_PAGE, CAPTCHA, OFFICE_ZONE

PERSONS = 25


@dataclass(frozen=True)
class Desk:
    """Reviewers and finance, signed in once for all applications."""

    agencies: dict[str, Client]
    office: Client
    finance: Client

    @classmethod
    async def open(cls, http: httpx.AsyncClient, passwords: dict[str, str]) -> "Desk":
        """Sign the accounts in."""

        async def client(name: str) -> Client:
            return await Client.sign_in(http, name, passwords[name], CAPTCHA)

        agencies = {agency: await client(name) for agency, name in REVIEWERS.items()}
        return cls(agencies, await client("office"), await client("finance"))


@dataclass(frozen=True)
class Case:
    """Account, roster workbook and women on staff for one application."""

    account: dict[str, str]
    roster: bytes
    women: int


async def run_steps(case: Case, desk: Desk, http: httpx.AsyncClient, watch: Stopwatch) -> None:
    """Run the ten steps of one application; `watch` records each step."""
    account = case.account
    with watch.step("1-2 sign in"):
        operator = await Client.sign_in(http, account["username"], account["password"], CAPTCHA)
    with watch.step("3 template"):
        await operator.template()
    with watch.step("4-5 draft"):
        number = await operator.draft(ZYYL_A=1, ZGZJ_36=1)
    with watch.step("6 import"):
        await imported(operator, number, case.roster, PERSONS)
    with watch.step("7 staff, attachment"):
        await operator.put(f"/applications/{number}/staff", {"staff": PERSONS, "women": case.women})
        await operator.attach(number, "social_insurance", A_PAGE, "社会保险缴费证明.pdf")
    with watch.step("7 submit, freeze"):
        await operator.post(f"/applications/{number}/submit", {"remark": ""})
        submitted = await operator.settled(number)
    _expect(submitted, "first_review")
    with watch.step("8 two reviews"):
        await desk.agencies[account["agency_id"]].approve(number)
        _expect(await desk.office.approve(number), "approved")
    with watch.step("8 print notice"):
        await operator.notice(number)
    with watch.step("9 invoice, preview"):
        await invoice(operator, number)
    with watch.step("9 payment"):
        confirmation = await pay(operator, desk.finance, number)
    with watch.step("10 print confirmation"):
        await operator.confirmation(confirmation)
    with watch.step("10 roster file"):
        await operator.file(f"/confirmations/{confirmation}/roster")
    with watch.step("10 archive"):
        _expect(await desk.office.archive(confirmation, A_PAGE), "archived")


async def imported(operator: Client, number: str, roster: bytes, persons: int) -> None:
    """Import a roster into both lines; ValueError unless every row succeeds."""
    batch = await operator.finished_import(await operator.start_import(number, roster))
    if [line["succeeded"] for line in batch["lines"]] != [persons] * 2:
        raise ValueError(f"not everybody came in: {batch}")


async def invoice(operator: Client, number: str) -> None:
    """Draft the invoice of case D, preview it as JSON and as PDF, submit it."""
    made = await operator.post(
        f"/billings/{number}/invoices",
        {
            "funding_source": "administrative_funds",
            "title": "青岛海晏示例职业学校",
            "tax_no_kind": "credit_code",
            "tax_no": "1237020312345678AW",
            "email": "operator@example.org",
            "lines": [
                {"plan": "ZYYL-A", "persons": PERSONS, "unit_price": "95.00", "remark": "1份"},
                {"plan": "ZGZJ-36", "persons": PERSONS, "unit_price": "36.00", "remark": "1份"},
            ],
        },
    )
    place = f"/billings/{number}/invoices/{made['invoice_id']}/preview"
    await operator.get(place)
    await operator.send("GET", place, headers={"Accept": "application/pdf"})
    await operator.post(f"/billings/{number}/submit")


async def pay(operator: Client, finance: Client, number: str) -> str:
    """Pay what the unit owes; returns the number of the confirmation."""
    today: date = datetime.now(OFFICE_ZONE).date()
    billing = await finance.get(f"/billings/{number}")
    await finance.pay(number, billing["payable"], today.replace(day=1), today, "款项已先到账")
    found = await operator.get(f"/applications/{number}")
    return str(found["confirmation"]["confirmation_no"])


def _expect(found: dict[str, str], state: str) -> None:
    if found["state"] != state:
        raise ValueError(f"{state} expected: {found}")
