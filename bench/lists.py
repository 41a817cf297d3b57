"""Compare lists and counts at 2,000 and 300,000 applications: `make bench ARGS=lists`."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from bench.batches import Office, batch, opened
from bench.bulk_data import FIRST, fill
from bench.figures import spread
from bench.measured import log_progress
from bench.steps import PERSONS
from bench.systems import embedded
from bench.tables import table
from examples.client import Client
from examples.demo import CAPTCHA

FEW, MANY = 2_000, 300_000
"""Applications in the two systems; the smaller number still fills a page of every list."""
PAGE = 10
UNITS = 30
DEMO_UNIT = ("U0000001", "青岛海晏示例职业学校", "001202")
"""The unit of the operator whose lists are measured."""
WARM, TIMES = 10, 50
MAX_RATIO = 1.5
"""How much slower lists by state and counts may be; other lists have no limit."""
LIMITED = ("by state", "counts")
Read = tuple[str, Client, str, dict[str, Any]]
"""Name, client, path and query of a measured request."""


async def measured() -> dict[str, Any]:
    """Return the latencies of every list in a small and a large system, read in turn."""
    async with _filled(FEW) as few, _filled(MANY) as many:
        lists = {}
        for (name, *one), (_, *other) in zip(_reads(*few), _reads(*many), strict=True):
            log_progress(name)
            lists[name] = await _timed(one, other)
    return {"lists": lists}


@asynccontextmanager
async def _filled(size: int) -> AsyncIterator[tuple[Office, Client]]:
    """Run a system with `size` applications; returns its office and a unit's operator."""
    with TemporaryDirectory(prefix="bench-") as folder:
        async with embedded(Path(folder)) as system, opened(system, PERSONS) as office:
            log_progress(f"{size} applications")
            await batch(office, 1)
            others = [
                (one["unit_id"], f"青岛示例单位{one['unit_id'][-4:]}号", one["agency_id"])
                for one in await office.accounts(UNITS)
            ]
            await fill(system.postgres, [DEMO_UNIT, *others], size)
            password = system.passwords()["operator"]
            yield office, await Client.sign_in(office.http, "operator", password, CAPTCHA)


def _reads(office: Office, operator: Client) -> Iterator[Read]:
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


async def _timed(*reads: list[Any]) -> list[dict[str, Any]]:
    """Return each read's spread; they take turns, so that other load slows them alike."""
    seconds: list[list[float]] = [[] for _ in reads]
    for time in range(WARM + TIMES):
        for (client, path, query), taken in zip(reads, seconds, strict=True):
            limit = {} if path == "/application-counts" else {"limit": PAGE}
            began = perf_counter()
            await client.get(path, **query, **limit)
            if time >= WARM:
                taken.append(perf_counter() - began)
    return [asdict(spread(taken)) for taken in seconds]


def rows(found: dict[str, Any]) -> list[list[object]]:
    """Return the rows of the table: both spreads, the ratio of medians, the verdict."""
    compared: list[list[object]] = []
    for name, taken in found["lists"].items():
        few, many = taken
        ratio = many["p50"] / few["p50"]
        limited = name.partition(": ")[2].startswith(LIMITED)
        verdict = "" if not limited else "kept" if ratio <= MAX_RATIO else "BROKEN"
        compared.append([name, few["p50"], few["p95"], many["p50"], many["p95"], ratio, verdict])
    return compared


def report(found: dict[str, Any]) -> str:
    """Return the table in Markdown."""
    head = ("list", f"{FEW:,}: p50 ms", "p95", f"{MANY:,}: p50 ms", "p95", "ratio")
    return table((*head, f"≤ {MAX_RATIO}"), rows(found))
