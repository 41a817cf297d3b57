"""The ten steps as an HTTP client of `/api/v1`, against an embedded system of its own.

`python -m examples.demo` leaves the papers and workbooks in `var/demo/`.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

import httpx

from examples.client import Client
from examples.people import correct, fill, invent, with_wrong_check
from examples.ports import free_port
from shared.runtime.polling import pauses

FOLDER = Path("var/demo")
CAPTCHA = "2468"
OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
START_SECONDS = 60.0
SHOWN = 5000
"""Characters of a log, its last ones, that a failure shows."""
A_PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
"""A blank page stands for what the operator scans."""


@dataclass(frozen=True)
class Party:
    """Who takes part, signed in."""

    operator: Client
    agency: Client
    office: Client
    finance: Client


@contextmanager
def system(folder: Path, **settings: str) -> Iterator[str]:
    """Run an embedded system, with settings of its own; returns its address."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [sys.executable, "-m", "services", "--var", str(folder)]
    command += ["--port", str(port), "--captcha", CAPTCHA]
    with (folder / "system.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program
            command, env=os.environ | settings, stdout=log, stderr=log
        )
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


async def ready(http: httpx.AsyncClient, log: Path | None = None) -> None:
    """Return when the system answers; TimeoutError with the end of its log when it does not."""
    for pause in pauses(START_SECONDS):
        with suppress(httpx.TransportError):
            if (await http.get("/readyz")).is_success:
                return
        await asyncio.sleep(pause)
    end = (await asyncio.to_thread(log.read_text))[-SHOWN:] if log else ""
    raise TimeoutError(f"the system did not start\n{end}")


@asynccontextmanager
async def party(address: str, folder: Path) -> AsyncIterator[Party]:
    """Sign everybody in."""
    async with httpx.AsyncClient(base_url=address, timeout=60) as http:
        await ready(http, folder / "system.log")
        passwords = json.loads((folder / "accounts.json").read_text(encoding="utf-8"))
        names = ("operator", "agency", "office", "finance")
        clients = [await Client.sign_in(http, name, passwords[name], CAPTCHA) for name in names]
        yield Party(*clients)


@asynccontextmanager
async def waiting() -> AsyncIterator[None]:
    """Show a dot for every second that the body takes."""

    async def dots() -> None:
        while True:
            await asyncio.sleep(1)
            sys.stdout.write(".")
            sys.stdout.flush()

    task = asyncio.create_task(dots())
    try:
        yield
    finally:
        task.cancel()


def say(step: str, text: str) -> None:
    """Print the line of one step."""
    sys.stdout.write(f"\r{step:>5}  {text}\n")
    sys.stdout.flush()


async def enroll(party: Party, folder: Path) -> str:
    """Do steps 3 to 7: template, application, roster with a wrong row corrected, submission."""
    operator = party.operator
    template = await operator.template()
    (folder / "参保人信息模板-通用.xlsx").write_bytes(template)
    people = invent(25, seed=25)
    wrong = [with_wrong_check(people[0]), *people[1:]]
    filled = fill(template, wrong)
    (folder / "人员清单.xlsx").write_bytes(filled)
    say("3", "downloaded the person template and filled in 25 persons, one number wrong")

    number = await operator.draft(ZYYL_A=1, ZGZJ_36=1)
    say("4-5", f"began application {number} with two plans")

    batch = await operator.finished_import(await operator.start_import(number, filled))
    failed = await operator.file(f"/imports/{batch['import_id']}/failed-rows")
    (folder / "失败人员.xlsx").write_bytes(failed)
    counts = ", ".join(f"{line['succeeded']} in {line['failed']} out" for line in batch["lines"])
    say("6", f"imported the file into both lines: {counts}; downloaded the failed row")
    again = correct(failed, people[0].number)
    batch = await operator.finished_import(await operator.start_import(number, again))
    say("6", f"corrected the row and imported it: {batch['lines'][0]['succeeded']} in")
    await operator.put(f"/applications/{number}/staff", {"staff": 25, "women": 12})

    await operator.attach(number, "social_insurance", A_PAGE, "社会保险缴费证明.pdf")
    await operator.post(f"/applications/{number}/submit", {"remark": "演示申请"})
    submitted = await operator.settled(number)
    rates = [line["participation_rate"] for line in submitted["lines"]]
    say("7", f"attached a file and submitted: {submitted['state']}, participation {rates} %")
    return number


async def settle(party: Party, number: str, folder: Path) -> str:
    """Do steps 8 and 9: reviews, payment notice, invoices of case D, payment."""
    operator = party.operator
    await party.agency.approve(number)
    approved = await party.office.approve(number)
    say("8", f"agency and office approved; payable {approved['payable']}")
    (folder / f"缴费通知单-{number}.pdf").write_bytes(await operator.notice(number))
    say("8", "printed the payment notice")

    invoice = await operator.post(
        f"/billings/{number}/invoices",
        {
            "funding_source": "administrative_funds",
            "title": "青岛海晏示例职业学校",
            "tax_no_kind": "credit_code",
            "tax_no": "1237020312345678AW",
            "email": "operator@example.org",
            "lines": [
                {"plan": "ZYYL-A", "persons": 25, "unit_price": "60.00", "remark": "1份"},
                {"plan": "ZGZJ-36", "persons": 25, "unit_price": "36.00", "remark": "1份"},
            ],
        },
    )
    place = f"/billings/{number}/invoices/{invoice['invoice_id']}/preview"
    preview = await operator.get(place)
    drawn = await operator.send("GET", place, headers={"Accept": "application/pdf"})
    (folder / f"票据预览-{invoice['invoice_id']}.pdf").write_bytes(drawn.content)
    billing = await operator.post(f"/billings/{number}/submit")
    say(
        "9",
        f"submitted invoice {invoice['invoice_id']}: {preview['total']} "
        f"{preview['total_in_words']}; remaining {billing['remaining']}",
    )
    today = datetime.now(OFFICE_ZONE).date()
    payment = await party.finance.pay(
        number, billing["payable"], today.replace(day=1), today, "款项已先到账"
    )
    say("9", f"finance confirmed the payment: {payment['amount']}, {payment['confirmed_on']}")
    found = await operator.get(f"/applications/{number}")
    return str(found["confirmation"]["confirmation_no"])


async def confirm(party: Party, confirmation_no: str, folder: Path) -> None:
    """Do step 10: confirmation printed, roster downloaded, archived."""
    paper = await party.operator.confirmation(confirmation_no)
    (folder / f"参保确认书-{confirmation_no}.pdf").write_bytes(paper)
    say("10", f"printed confirmation {confirmation_no}")
    roster = await party.operator.file(f"/confirmations/{confirmation_no}/roster")
    (folder / f"人员清单-{confirmation_no}.xlsx").write_bytes(roster)
    say("10", "downloaded its roster")
    archived = await party.office.archive(confirmation_no, A_PAGE)
    say("10", f"archived the signed paper: {archived['state']}")


async def main() -> None:
    """Run the ten steps and say where the files are."""
    began = monotonic()
    home = FOLDER / "system"
    with system(home) as address:
        say("", "starting the embedded system")
        async with waiting(), party(address, home) as everybody:
            say("1-2", "signed in as operator, agency reviewer, office reviewer and finance")
            number = await enroll(everybody, FOLDER)
            confirmation_no = await settle(everybody, number, FOLDER)
            await confirm(everybody, confirmation_no, FOLDER)
    say("", f"done in {monotonic() - began:.1f} s; the files are in {FOLDER}")


if __name__ == "__main__":
    asyncio.run(main())
