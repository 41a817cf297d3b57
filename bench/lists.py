"""What lists and counts take with few and with 300,000 applications: `make bench ARGS=lists`."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from bench.batches import Office, batch, opened
from bench.crowd import FIRST, Crowd
from bench.figures import spread
from bench.measured import say
from bench.steps import PERSONS
from bench.systems import embedded
from bench.tables import table
from examples.client import Client
from examples.demo import CAPTCHA

FEW, MANY = 2_000, 300_000
"""So few fill a page of every list too, so that both show the same."""
PAGE = 10
UNITS = 30
DEMO_UNIT = ("U0000001", "青岛海晏示例职业学校", "001202")
"""Of the operator who reads here."""
WARM, TIMES = 10, 60
BOUND = 1.5
"""By how much a list by state and the counts may be slower; the others are told only."""
BOUND_TO = ("by state", "counts")


async def measured() -> dict[str, Any]:
    """Fill a system of its own, measure, and take it away."""
    with TemporaryDirectory(prefix="bench-") as folder:
        async with embedded(Path(folder)) as system, opened(system, PERSONS) as office:
            say("one real application")
            await batch(office, 1)
            operator = await Client.sign_in(
                office.http, "operator", system.passwords()["operator"], CAPTCHA
            )
            others = [
                (one["unit_id"], f"青岛示例单位{one['unit_id'][-4:]}号", one["agency_id"])
                for one in await office.accounts(UNITS)
            ]
            crowd = Crowd(system.postgres, [DEMO_UNIT, *others])
            taken: dict[str, dict[int, Any]] = {}
            for size in (FEW, MANY):
                say(f"{size} applications")
                await crowd.grow(size)
                for name, client, path, query in _reads(office, operator):
                    taken.setdefault(name, {})[size] = await _timed(client, path, query)
    return {"lists": taken}


def _reads(office: Office, operator: Client) -> Iterator[tuple[str, Client, str, dict[str, Any]]]:
    desk = office.desk
    agency = desk.agencies["001202"]
    for name, client, state in (
        ("unit", operator, "draft"),
        ("agency", agency, "first_review"),
        ("office", desk.office, "final_review"),
        ("office", desk.office, "archived"),
    ):
        yield f"{name}: by state {state}", client, "/applications", {"state": state}
    for name, client in (("unit", operator), ("agency", agency), ("office", desk.office)):
        yield f"{name}: counts", client, "/application-counts", {}
    yield "unit: all", operator, "/applications", {}
    for name, query in (
        ("reviewed by me", {"reviewed_by_me": True}),
        ("part of the unit", {"unit": "单位1203号"}),
        ("a unit that is none", {"unit": "没有这个单位"}),
        ("a whole number", {"number": f"prt000{FIRST + 100}"}),
        ("part of a number", {"number": "1001"}),
        ("kind and plan", {"kind": "renewal", "plan": "ZYYL-A"}),
        ("days", {"entered_from": "2020-01-01", "entered_to": "2020-03-01"}),
    ):
        yield f"office: {name}", desk.office, "/applications", query
    for name, query in (
        ("all", {}),
        ("awaited", {"standing": "awaited"}),
        ("part of the unit", {"unit": "单位1203号"}),
        ("part of a number", {"number": "1001"}),
    ):
        yield f"finance: billings, {name}", desk.finance, "/billings", query
    yield "unit: payment notices", operator, "/payment-notices", {}
    for name, query in (
        ("unprinted", {"printed": False}),
        ("part of the unit", {"unit": "单位1203号"}),
        ("part of a number", {"confirmation_no": "1001"}),
    ):
        yield f"office: confirmations, {name}", desk.office, "/confirmations", query


async def _timed(client: Client, path: str, query: dict[str, Any]) -> dict[str, Any]:
    """Read again and again, one after another; statements are planned for good after a few."""
    limit = {} if path == "/application-counts" else {"limit": PAGE}
    seconds = []
    for time in range(WARM + TIMES):
        began = perf_counter()
        await client.get(path, **query, **limit)
        if time >= WARM:
            seconds.append(perf_counter() - began)
    return asdict(spread(seconds))


def rows(found: dict[str, Any]) -> list[list[object]]:
    """Compare many with few, by the median."""
    compared: list[list[object]] = []
    for name, taken in found["lists"].items():
        few, many = taken[FEW], taken[MANY]
        ratio = many["p50"] / few["p50"]
        bound = any(name.partition(": ")[2].startswith(one) for one in BOUND_TO)
        verdict = "" if not bound else "kept" if ratio <= BOUND else "BROKEN"
        compared.append([name, few["p50"], few["p95"], many["p50"], many["p95"], ratio, verdict])
    return compared


def report(found: dict[str, Any]) -> str:
    """Write the table."""
    head = ("list", f"{FEW:,}: p50 ms", "p95", f"{MANY:,}: p50 ms", "p95", "ratio", f"≤ {BOUND}")
    return table(head, rows(found))
