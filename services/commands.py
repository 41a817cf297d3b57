"""What the command line can do."""

import argparse
import json
import sys
from collections.abc import Iterable

from services import house
from services.demo_office import demo_data, more_units
from services.house import NAMES
from shared.keys import new_keys
from shared.messaging import waiting
from shared.messaging.transaction import Transaction

__all__ = ["NAMES", "act"]

say = sys.stdout.write


async def act(arguments: argparse.Namespace) -> None:
    """Carry out one command."""
    named: Iterable[str] = (arguments.name,) if getattr(arguments, "name", None) else NAMES
    match arguments.command:
        case None:
            await house.run_embedded(
                arguments.var, arguments.host, arguments.port, arguments.captcha
            )
        case "run":
            await house.run_alone(arguments.name, frozenset(arguments.parts.split(",")))
        case "migrate":
            await house.migrate_alone(named)
        case "seed":
            await house.seed_alone(named, demo_data(arguments.var / "accounts.json"))
        case "units":
            data = more_units(arguments.first, arguments.count)
            await house.seed_alone(("enrollment", "gateway"), data)
            for account in data["accounts"]:
                say(f"{account['username']} {account['password']}\n")
        case "keys":
            for name, value in new_keys().items():
                say(f"{name}={value}\n")
        case "topology":
            say(json.dumps(house.write_topology(), indent=1) + "\n")
        case "messages":
            await _messages(arguments)
        case "docs":
            from services.describe import write_docs  # noqa: PLC0415 - the same

            await write_docs()


async def _messages(arguments: argparse.Namespace) -> None:
    """List, replay or drop what waits or is dead in a service's inbox."""
    if arguments.action != "list" and not arguments.event_id:
        sys.exit(f"Which one? messages {arguments.action} {arguments.name} EVENT_ID")
    async with (
        house.alone(arguments.name, frozenset()) as (run, _),
        run.transactions.begin() as tx,
    ):
        if arguments.action == "list":
            await _list(tx)
        elif arguments.action == "replay":
            say(f"replayed {await waiting.replay(tx, arguments.event_id, tx.now)}\n")
        else:
            say(f"dropped {await waiting.drop(tx, arguments.event_id)}\n")


async def _list(tx: Transaction) -> None:
    for row in await waiting.list_open(tx):
        say(
            f"{row.state:<8} {row.consumer} {row.event_id} {row.topic} {row.subject}"
            f" tries={row.tries} {row.reason or ''}\n"
        )
