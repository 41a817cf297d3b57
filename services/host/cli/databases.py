"""`migrate`, `seed`, `units`: what a database begins with."""

import argparse
import sys
from collections.abc import Iterable

from services.host.cli.arguments import audit, natural
from services.host.demo import demo_data, more_units
from services.host.maintenance import migrate_alone, seed_alone
from services.host.registry import NAMES

say = sys.stdout.write


def add_migrate(command: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    command.add_argument("name", nargs="?", choices=NAMES)


def add_seed(command: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    command.add_argument("name", nargs="?", choices=NAMES)
    audit(command, {None: ("office_data.loaded", ("name",))})


def add_units(command: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    command.add_argument("count", type=natural)
    command.add_argument("--first", type=natural, default=1000, help="number of the first one")
    audit(command, {None: ("demo_units.added", ("first", "count"))})


async def migrate(arguments: argparse.Namespace) -> None:
    """Migrate the databases of all services, or of one."""
    await migrate_alone(_named(arguments))


async def seed(arguments: argparse.Namespace) -> None:
    """Load the demo office."""
    accounts = arguments.var / "accounts.json"
    await seed_alone(_named(arguments), demo_data(accounts), arguments.var)
    say(f"The demo office is loaded; its accounts and their passwords are in {accounts}\n")


async def units(arguments: argparse.Namespace) -> None:
    """Make more demo units; print their operators' passwords."""
    data = more_units(arguments.first, arguments.count)
    await seed_alone(("enrollment", "gateway"), data, arguments.var)
    for account in data["accounts"]:
        say(f"{account['username']} {account['password']}\n")


def _named(arguments: argparse.Namespace) -> Iterable[str]:
    return (arguments.name,) if arguments.name else NAMES
