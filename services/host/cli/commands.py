"""What the command line can do."""

import argparse
import json
import re
import shlex
import sys
from collections.abc import Iterable

from asyncpg.exceptions import (
    InvalidAuthorizationSpecificationError,
    InvalidCatalogNameError,
    PostgresError,
)
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy.exc import DBAPIError

from services.host import embedded as house
from services.host.cli.audit import Act, noted
from services.host.cli.operations import OPERATIONS
from services.host.demo import demo_data, more_units
from services.host.embedded import NAMES
from shared.bus.transports.rabbit.declaring import TopologyMissing
from shared.errors import CannotStart, Refusal, StorageAway
from shared.runtime.faults import cause_of, is_database_down
from shared.runtime.keys import new_keys

__all__ = ["NAMES", "act"]

say = sys.stdout.write
NOT_LET_IN = (InvalidCatalogNameError, InvalidAuthorizationSpecificationError)
NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f]{1,100}")


async def act(arguments: argparse.Namespace) -> None:
    """Carry out one command; what is missing around it is said in a line, not in a trace."""
    try:
        await noted(arguments, COMMANDS[arguments.command])
    except (Refusal, CannotStart) as reason:
        sys.exit(str(reason))
    except ValidationError as error:
        if error.title not in {"Settings", "BusSettings", "ServiceSettings"}:
            raise
        lines = [_what_is_wrong(one) for one in error.errors()]
        sys.exit("\n".join(("The environment cannot be used (deploy/.env.example):", *lines)))
    except TopologyMissing as missing:
        sys.exit(
            f"RabbitMQ has no queue {missing}: import `python -m services definitions` there, or"
            " let this process make it with BUS_DECLARES=true."
        )
    except (DBAPIError, PostgresError, StorageAway) as error:
        line = _what_is_away(error)
        if line is None:
            raise
        sys.exit(line)
    except OSError as error:
        sys.exit(f"{type(error).__name__}: {error}")


def _what_is_away(error: Exception) -> str | None:
    """Say which server is out of reach; None when it is there and something else is wrong."""
    cause = cause_of(error)
    if isinstance(error, StorageAway):
        # The library's own sentence, without what it adds for its developers.
        return f"The object store is away; try again later: {str(cause).partition(chr(10))[0]}"
    if isinstance(cause, NOT_LET_IN):
        return f"PostgreSQL refuses: {cause} (databases and roles: deploy/.env.example)"
    if is_database_down(error):
        return f"PostgreSQL is away; try again later: {type(cause).__name__}: {cause}"
    return None


def _what_is_wrong(error: ErrorDetails) -> str:
    """Say it with the setting's name; our own sentences have that in them."""
    if error["type"] == "value_error":
        return error["msg"].removeprefix("Value error, ")
    return f"{'.'.join(map(str, error['loc'])).upper()}: {error['msg']}"


async def _embedded(arguments: argparse.Namespace) -> None:
    await house.run_embedded(arguments.var, arguments.host, arguments.port, arguments.captcha)


async def _run(arguments: argparse.Namespace) -> None:
    await house.run_alone(arguments.name, arguments.parts)


async def _migrate(arguments: argparse.Namespace) -> None:
    await house.migrate_alone(_named(arguments))


async def _seed(arguments: argparse.Namespace) -> None:
    accounts = arguments.var / "accounts.json"
    await house.seed_alone(_named(arguments), demo_data(accounts), arguments.var)
    say(f"The demo office is loaded; its accounts and their passwords are in {accounts}\n")


async def _units(arguments: argparse.Namespace) -> None:
    data = more_units(arguments.first, arguments.count)
    await house.seed_alone(("enrollment", "gateway"), data, arguments.var)
    for account in data["accounts"]:
        say(f"{account['username']} {account['password']}\n")


async def _keys(_: argparse.Namespace) -> None:
    for name, value in new_keys().items():
        say(f"{name}={shlex.quote(value)}\n")


async def _topology(_: argparse.Namespace) -> None:
    say(json.dumps(house.write_topology(), indent=1) + "\n")


async def _docs(_: argparse.Namespace) -> None:
    from services.host.apidocs import write_docs  # noqa: PLC0415 - slow to load, seldom needed

    for path in await write_docs():
        say(f"{path}\n")


async def _clients(arguments: argparse.Namespace) -> str | None:
    """Add, list or revoke the API clients of other systems; returns the id of a new one."""
    if arguments.action != "list" and not arguments.name:
        sys.exit(f"Which one? clients {arguments.action} NAME")
    if arguments.action == "add":
        if not NAME.fullmatch(arguments.name):
            sys.exit("A client's name has at most 100 printable characters.")
        if not NAME.fullmatch(arguments.office or ""):
            sys.exit(f"Of which office? clients add {arguments.name} --office 0012")
    from services.gateway.handlers import clients  # noqa: PLC0415 - images hold one service only
    from services.gateway.repository.accounts import AccountRepository  # noqa: PLC0415 - the same

    said, client_id = "", None
    async with house.maintained("gateway", arguments.var) as run, run.transactions.begin() as tx:
        accounts = AccountRepository(tx.session, tx.resources.sealer)
        if arguments.action == "add":
            known = await accounts.offices()
            if arguments.office not in known:
                sys.stderr.write(
                    f"Nobody here belongs to an office {arguments.office} (there are:"
                    f" {', '.join(known)}); until somebody does, the client is sent nothing.\n"
                )
            client_id, secret = await clients.add_client(arguments.name, arguments.office, tx)
            said = f"client_id={client_id}\nclient_secret={secret}\n"
        elif arguments.action == "list":
            for row in await accounts.clients():
                state = "active" if row.active else "revoked"
                said += f"{row.account_id} {row.office_id} {state:<7} {row.name}\n"
        elif not await accounts.revoke_client(arguments.name):
            sys.exit(f"There is no client {arguments.name}; `clients list` shows them.")
    say(said)
    return client_id


COMMANDS: dict[str | None, Act] = {
    None: _embedded,
    "run": _run,
    "migrate": _migrate,
    "seed": _seed,
    "units": _units,
    "keys": _keys,
    "topology": _topology,
    "docs": _docs,
    "clients": _clients,
    **OPERATIONS,
}


def _named(arguments: argparse.Namespace) -> Iterable[str]:
    return (arguments.name,) if arguments.name else NAMES
