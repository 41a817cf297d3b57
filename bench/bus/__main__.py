"""Compare the bus with raw aio-pika: `python -m bench.bus --help`."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.bus.measures import (
    Servers,
    endurance,
    lone_latency,
    ratio,
    several_consumers,
    with_history,
)
from bench.bus.pair import BURSTS, SIDE_BY_SIDE
from bench.machine import described, load
from examples.demo import OFFICE_ZONE

FOLDER = Path("var/bench")


async def _rate(servers: Servers, arguments: argparse.Namespace) -> object:
    return await ratio(servers, arguments.messages, arguments.rounds)


async def _lone(servers: Servers, _: argparse.Namespace) -> object:
    return await lone_latency(servers, 500)


async def _consumers(servers: Servers, arguments: argparse.Namespace) -> object:
    return [
        await several_consumers(servers, arguments.messages, number, pattern)
        for pattern in (SIDE_BY_SIDE, BURSTS)
        for number in (1, 2)
    ]


async def _history(servers: Servers, arguments: argparse.Namespace) -> object:
    """Alternate long and short histories, to tell their cost from the machine's other load."""
    longest = 1_000_000 if arguments.long else 100_000
    return [
        {"after": past, "per_second": await with_history(servers, arguments.messages, past)}
        for past in (1_000, longest, 1_000, longest, 1_000)
    ]


async def _endurance(servers: Servers, _: argparse.Namespace) -> object:
    return await endurance(servers, 1_000_000, 20)


ENDURANCE = "endurance"
MEASURES: dict[str, Callable[[Servers, argparse.Namespace], Awaitable[object]]] = {
    "rate": _rate,
    "lone": _lone,
    "consumers": _consumers,
    "history": _history,
    ENDURANCE: _endurance,
}


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="python -m bench.bus", description=__doc__)
    top.add_argument("--messages", type=int, default=30_000, help="per measurement (30000)")
    top.add_argument("--rounds", type=int, default=3, help="of raw and ours in turn (3)")
    top.add_argument("--long", action="store_true", help="also a history and a run of a million")
    top.add_argument("--only", choices=MEASURES, help="one of the measurements")
    return top


async def main(arguments: argparse.Namespace) -> None:
    """Measure, print and store the numbers."""
    servers = Servers(
        os.environ.get("TEST_BUS_URL", "amqp://guest:guest@127.0.0.1:5672/"),
        os.environ.get("TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres"),
    )
    found: dict[str, Any] = {
        "machine": await described(servers.postgres, servers.bus_url),
        "command": " ".join(["python -m bench.bus", *sys.argv[1:]]),
    }
    for name, measure in MEASURES.items():
        wanted = arguments.long or name != ENDURANCE
        if name == arguments.only or (arguments.only is None and wanted):
            _say(found, name, await measure(servers, arguments))
    found["load_after"] = load()
    _keep(found)


def _keep(found: dict[str, Any]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"bus-{datetime.now(OFFICE_ZONE):%Y-%m-%d-%H%M%S}.json"
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(f"\nWritten to {path}\n")


def _say(found: dict[str, Any], name: str, measured: Any) -> None:  # noqa: ANN401 - JSON
    found[name] = measured
    sys.stdout.write(f"{name}: {json.dumps(measured, indent=1)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(parser().parse_args()))
