"""Inject random faults into a running system: `python -m tests.faults --help`."""

import argparse
import asyncio
import random
import sys
from time import monotonic

from tests.faults.faults import FAULTS
from tests.faults.system import SystemUnderTest, open_system

LONGEST_PAUSE_SECONDS = 5.0
"""The longest pause between two faults."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    top.add_argument("--applications", type=int, default=1000)
    top.add_argument("--seed", type=int, default=None, help="repeats the faults of another run")
    return top


async def inject_faults(system: SystemUnderTest, dice: random.Random) -> None:
    """Inject random faults until every application is confirmed."""
    while len(system.traffic.confirmed) < system.traffic.started:
        fault = dice.choice(FAULTS)
        _say(f"{fault.__name__} at {len(system.traffic.confirmed)} confirmed")
        await fault(system, dice)
        await asyncio.sleep(dice.uniform(0, LONGEST_PAUSE_SECONDS))


async def main(arguments: argparse.Namespace) -> None:
    """Process applications while faults are injected, then verify the result."""
    seed = arguments.seed if arguments.seed is not None else random.randrange(10**6)  # noqa: S311 - to be repeatable
    _say(f"seed {seed}, {arguments.applications} applications")
    began = monotonic()
    async with open_system() as system:
        running = asyncio.create_task(system.traffic.run(arguments.applications))
        await system.traffic.until_confirmed(1)
        injecting = asyncio.create_task(inject_faults(system, random.Random(seed)))  # noqa: S311 - the same
        await asyncio.gather(running, injecting)
        await system.verify()
    _say(f"{arguments.applications} arrived whole in {monotonic() - began:.0f} s")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(parser().parse_args()))
