"""Create more units, with an operator each, at the agencies that have a reviewer.

Runs as `python -m bench.units VAR SKIP COUNT` in the system's environment.
"""

import asyncio
import json
import sys
from pathlib import Path

from bench.systems import System, run
from services.host.demo import more_units
from services.host.maintenance import seed_alone

REVIEWERS = {"001202": "agency", "001201": "agency2", "001207": "agency3"}
"""The demo office's agency reviewers, by agency."""

PER_ROUND, AGENCIES = len(REVIEWERS), 12
"""Of each twelve units that `more_units` returns, three belong to these agencies."""

START = 1200


async def make_units(system: System, skip: int, count: int) -> list[dict[str, str]]:
    """Create `count` units after the first `skip`; returns their operators' accounts."""
    line = [sys.executable, "-m", "bench.units", str(system.var)]
    line += [str(skip), str(count)]
    output = await run(line, system.environment, system.var / "units.log")
    found: list[dict[str, str]] = json.loads(output.splitlines()[-1])
    return found


async def main(var: Path, skip: int, count: int) -> None:
    """Create the units and print their operators' accounts as JSON."""
    made = more_units(START, ((skip + count) // PER_ROUND + 1) * AGENCIES)
    pairs = [
        (unit, account)
        for unit, account in zip(made["units"], made["accounts"], strict=True)
        if unit["agency_id"] in REVIEWERS
    ][skip : skip + count]
    data = {"units": [unit for unit, _ in pairs], "accounts": [account for _, account in pairs]}
    await seed_alone(("enrollment", "gateway"), data, var)
    sys.stdout.write(json.dumps(data["accounts"]) + "\n")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), *map(int, sys.argv[2:])))
