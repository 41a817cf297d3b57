"""`units`: more demo units, in enrollment, with accounts, in the gateway."""

import argparse
import sys

from services.host.cli.arguments import audit, natural
from services.host.demo import more_units
from services.host.maintenance import seed_alone


def add_units(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `units`."""
    command.add_argument("count", type=natural)
    command.add_argument("--first", type=natural, default=1000, help="number of the first one")
    audit(command, {None: ("demo_units.added", ("first", "count"))})


async def units(arguments: argparse.Namespace) -> None:
    """Make more demo units; print their operators' passwords."""
    data = more_units(arguments.first, arguments.count)
    await seed_alone(("enrollment", "gateway"), data, arguments.var)
    for account in data["accounts"]:
        sys.stdout.write(f"{account['username']} {account['password']}\n")
