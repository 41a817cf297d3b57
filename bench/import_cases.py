"""Imports of another kind: all rows refused, files made to do harm, millions of covers beside."""

from collections.abc import Sequence
from statistics import median
from typing import Any

from bench.covers import cover_statements, fill_covers
from bench.following import import_file
from bench.hostile import HOSTILE
from bench.measured import log_progress
from bench.rosters import excel_roster
from bench.sheet_floors import openpyxl_writing, own_writing, texts_of
from bench.systems import System
from examples.client import Client
from examples.people import Person, with_wrong_check

ONE_PLAN, PLANS = ("ZYYL-A",), ("ZYYL-A", "ZGZJ-36")
FAILED, QUICK_FAILED = 50_000, 5_000
CHECKED, CHECKS = 10_000, 5
COVERS, QUICK_COVERS = 5_000_000, 200_000
ROUNDS = 3


async def failed(operator: Client, people: Sequence[Person], *, quick: bool) -> dict[str, Any]:
    """Return what a file takes of which every row is refused, and writing the workbook of these."""
    rows = QUICK_FAILED if quick else FAILED
    log_progress(f"{rows} failed rows")
    wrong = excel_roster([with_wrong_check(person) for person in people[:rows]])
    one = await import_file(operator, wrong, ONE_PLAN)
    content = await operator.file(f"/imports/{one.batch['import_id']}/failed-rows")
    texts = texts_of(content)
    if len(texts) != rows + 1:
        raise ValueError(f"{rows} failed rows expected, not {len(texts) - 1}")
    turns = [(openpyxl_writing(texts), own_writing(texts)) for _ in range(ROUNDS)]
    return {
        "rows": rows,
        "seconds": one.seconds,
        "bytes": len(content),
        "openpyxl": median(theirs for theirs, _ in turns),
        "writing": median(own for _, own in turns),
    }


async def hostile(operator: Client) -> list[dict[str, Any]]:
    """Return for each hostile file how long it takes until it is answered, and the answer."""
    found = []
    for name, make in HOSTILE.items():
        log_progress(name)
        content = make()
        one = await import_file(operator, content, ONE_PLAN)
        answer = one.refusal or "read"
        found.append(
            {"file": name, "bytes": len(content), "seconds": one.seconds, "answer": answer}
        )
    return found


async def covers(
    system: System, operator: Client, people: Sequence[Person], *, quick: bool
) -> dict[str, Any]:
    """Return what a file takes against no covers at all, and against millions."""
    content = excel_roster(people[:CHECKED])
    size = QUICK_COVERS if quick else COVERS
    log_progress("no covers")
    none = await _checked(system, operator, content)
    log_progress(f"{size} covers")
    await fill_covers(system, PLANS, size)
    return {
        "rows": CHECKED,
        "covers": size,
        "none": none,
        "many": await _checked(system, operator, content),
    }


async def _checked(system: System, operator: Client, content: bytes) -> dict[str, float]:
    """Return the median seconds of an import, and of its statements that name covers."""
    imports, statements = [], []
    for _ in range(CHECKS):
        async with cover_statements(system) as found:
            one = await import_file(operator, content, PLANS)
        one.require(CHECKED)
        imports.append(one.seconds)
        statements.append(sum(found.taken) / 1000)
    return {"seconds": median(imports), "statements": median(statements)}
