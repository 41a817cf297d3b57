"""`clients`: the API clients of other systems; in the gateway's image only."""

import argparse
import re
import sys

from services.gateway.handlers.clients import add_client, revoke_client
from services.gateway.repository.accounts import AccountRepository
from services.host.cli.arguments import audit
from services.host.maintenance import maintained

NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f]{1,100}")


def add_clients(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `clients`."""
    command.add_argument("action", choices=("add", "list", "revoke"))
    command.add_argument("name", nargs="?", help="a name to add, an id to revoke")
    command.add_argument("--office", help="the office whose events it may read")
    audit(command, {"add": ("client.added", ("office",)), "revoke": ("client.revoked", ("name",))})


async def clients(arguments: argparse.Namespace) -> str | None:
    """Add, list or revoke the API clients of other systems; returns the id of a new one."""
    if arguments.action != "list" and not arguments.name:
        sys.exit(f"Which one? clients {arguments.action} NAME")
    if arguments.action == "add":
        if not NAME.fullmatch(arguments.name):
            sys.exit("A client's name has at most 100 printable characters.")
        if not NAME.fullmatch(arguments.office or ""):
            sys.exit(f"Of which office? clients add {arguments.name} --office 0012")
    lines, client_id = "", None
    async with maintained("gateway", arguments.var) as run, run.transactions.begin() as tx:
        accounts = AccountRepository(tx)
        if arguments.action == "add":
            known = await accounts.offices()
            if arguments.office not in known:
                sys.stderr.write(
                    f"Nobody here belongs to an office {arguments.office} (there are:"
                    f" {', '.join(known)}); until somebody does, the client is sent nothing.\n"
                )
            client_id, secret = await add_client(arguments.name, arguments.office, tx)
            lines = f"client_id={client_id}\nclient_secret={secret}\n"
        elif arguments.action == "list":
            for row in await accounts.clients():
                state = "active" if row.active else "revoked"
                lines += f"{row.account_id} {row.office_id} {state:<7} {row.name}\n"
        elif not await revoke_client(arguments.name, tx):
            sys.exit(f"There is no client {arguments.name}; `clients list` shows them.")
    sys.stdout.write(lines)
    return client_id
