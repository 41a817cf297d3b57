"""`migrate`, `seed`: what a database begins with."""

import argparse
import sys
from collections.abc import Iterable

from services.host.cli.arguments import audit
from services.host.demo import demo_data
from services.host.maintenance import migrate_alone, seed_alone
from services.host.registry import NAMES


def add_migrate(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `migrate`."""
    command.add_argument("name", nargs="?", choices=NAMES)


def add_seed(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `seed`."""
    command.add_argument("name", nargs="?", choices=NAMES)
    audit(command, {None: ("office_data.loaded", ("name",))})


async def migrate(arguments: argparse.Namespace) -> None:
    """Migrate the databases of all services, or of one."""
    await migrate_alone(_named(arguments))


async def seed(arguments: argparse.Namespace) -> None:
    """Load the demo office."""
    accounts = arguments.var / "accounts.json"
    await seed_alone(_named(arguments), demo_data(accounts), arguments.var)
    sys.stdout.write(
        f"The demo office is loaded; its accounts and their passwords are in {accounts}\n"
    )


def _named(arguments: argparse.Namespace) -> Iterable[str]:
    return (arguments.name,) if arguments.name else NAMES
