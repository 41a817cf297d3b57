"""Measure the ten steps and the floors, lists, imports, or papers: `python -m bench --help`."""

import argparse
import asyncio
import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from bench import import_tables, imports, lists, papers
from bench.bare import http_floor
from bench.floors import bus_floor, insert_floor
from bench.machine import described, load
from bench.measured import Plan, measure
from bench.ratios import ratios
from bench.systems import embedded, real
from bench.tables import report
from examples.demo import OFFICE_ZONE

FOLDER = Path("var/bench")
MODES = ("embedded", "real")


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    top.add_argument(
        "what", nargs="?", choices=("steps", "lists", "imports", "documents"), default="steps"
    )
    top.add_argument("--units", type=int, default=20, help="applications at once (20)")
    top.add_argument("--mode", choices=MODES, help="only this one")
    size = top.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="fewer applications, small files")
    size.add_argument("--long", action="store_true", help="also again, and with twice as many")
    return top


def planned(arguments: argparse.Namespace) -> Plan:
    """Return how much to run."""
    units, few = arguments.units, max(1, arguments.units // 4)
    if arguments.quick:
        return Plan(few, [few], [25, 1000])
    if arguments.long:
        return Plan(units, [few, units, units, units * 2], [25, 1000, 10_000])
    return Plan(units, [few, units], [25, 1000])


async def main(arguments: argparse.Namespace) -> None:
    """Measure, print the report, store the numbers."""
    bus_url = os.environ.get("TEST_BUS_URL", "amqp://guest:guest@127.0.0.1:5672/")
    postgres = os.environ.get("TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432")
    found: dict[str, Any] = {
        "machine": await described(postgres, bus_url),
        "command": " ".join(["python -m bench", *sys.argv[1:]]),
    }
    if arguments.what == "lists":
        found |= await lists.measured() | {"load_after": load()}
        sys.stdout.write(lists.report(found) + "\n")
        keep(found)
        return
    if arguments.what == "imports":
        found |= await imports.measured(quick=arguments.quick) | {"load_after": load()}
        sys.stdout.write(import_tables.report(found) + "\n")
        keep(found)
        return
    if arguments.what == "documents":
        quick = arguments.quick
        found |= await papers.measured(postgres, bus_url, quick=quick) | {"load_after": load()}
        sys.stdout.write(papers.report(found) + "\n")
        keep(found)
        return
    plan = planned(arguments)
    with TemporaryDirectory(prefix="bench-") as folder:
        var = Path(folder)
        floors = {
            "bare FastAPI answer": await http_floor(var),
            "RabbitMQ publish + consume": await bus_floor(bus_url),
            "INSERT, real bus": await insert_floor(postgres),
        }
        modes = []
        for mode in (arguments.mode,) if arguments.mode else MODES:
            home = var / mode
            home.mkdir()
            namespace = f"bench{uuid4().hex[:8]}"
            start = (
                embedded(home) if mode == "embedded" else real(home, postgres, bus_url, namespace)
            )
            modes.append(await measure(plan, start))
            floors[f"INSERT, {modes[-1]['mode']}"] = modes[-1]["insert"]
    found |= {
        "units": plan.units,
        "floors": floors,
        "modes": modes,
        "ratios": ratios(modes, floors, plan.units),
        "load_after": load(),
    }
    sys.stdout.write(report(found) + "\n")
    keep(found)


def keep(found: dict[str, Any]) -> None:
    """Store the numbers as JSON."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{datetime.now(OFFICE_ZONE):%Y-%m-%d-%H%M%S}.json"
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(f"\nWritten to {path}\n")


if __name__ == "__main__":
    # SIGTERM stops all processes, as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    asyncio.run(main(parser().parse_args()))
