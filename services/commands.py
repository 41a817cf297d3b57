"""What the command line can do."""

import argparse
import json
import sys
from collections.abc import Awaitable, Callable, Iterable

from services import house
from services.demo_office import demo_data, more_units
from services.house import NAMES
from services.operators import OPERATIONS
from shared.keys import new_keys

__all__ = ["NAMES", "act"]

say = sys.stdout.write


async def act(arguments: argparse.Namespace) -> None:
    """Carry out one command."""
    await COMMANDS[arguments.command](arguments)


async def _embedded(arguments: argparse.Namespace) -> None:
    await house.run_embedded(arguments.var, arguments.host, arguments.port, arguments.captcha)


async def _run(arguments: argparse.Namespace) -> None:
    await house.run_alone(arguments.name, frozenset(arguments.parts.split(",")))


async def _migrate(arguments: argparse.Namespace) -> None:
    await house.migrate_alone(_named(arguments))


async def _seed(arguments: argparse.Namespace) -> None:
    await house.seed_alone(
        _named(arguments), demo_data(arguments.var / "accounts.json"), arguments.var
    )


async def _units(arguments: argparse.Namespace) -> None:
    data = more_units(arguments.first, arguments.count)
    await house.seed_alone(("enrollment", "gateway"), data, arguments.var)
    for account in data["accounts"]:
        say(f"{account['username']} {account['password']}\n")


async def _keys(_: argparse.Namespace) -> None:
    for name, value in new_keys().items():
        say(f"{name}={value}\n")


async def _topology(_: argparse.Namespace) -> None:
    say(json.dumps(house.write_topology(), indent=1) + "\n")


async def _docs(_: argparse.Namespace) -> None:
    from services.describe import write_docs  # noqa: PLC0415 - slow to load, seldom needed

    for path in await write_docs():
        say(f"{path}\n")


COMMANDS: dict[str | None, Callable[[argparse.Namespace], Awaitable[None]]] = {
    None: _embedded,
    "run": _run,
    "migrate": _migrate,
    "seed": _seed,
    "units": _units,
    "keys": _keys,
    "topology": _topology,
    "docs": _docs,
    **OPERATIONS,
}


def _named(arguments: argparse.Namespace) -> Iterable[str]:
    return (arguments.name,) if arguments.name else NAMES
