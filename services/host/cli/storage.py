"""`storage`: files that nothing names any more."""

import argparse
import sys

from services.host import sweeping
from services.host.cli.arguments import audit
from services.host.cli.legible import legible
from services.host.maintenance import maintained
from services.host.registry import NAMES

say = sys.stdout.write
Arguments = argparse.Namespace


def add_storage(command: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    command.add_argument("action", choices=("list", "remove"), help="list deletes nothing")
    command.add_argument("name", nargs="?", choices=NAMES, help="of this service only")
    audit(command, {"remove": ("files.removed", ("name",))})


async def storage(arguments: Arguments) -> None:
    """Print the files that nothing names any more, or delete them."""
    removes, count, size = arguments.action == "remove", 0, 0
    for name in (arguments.name,) if arguments.name else NAMES:
        async with maintained(name, arguments.var) as run:
            stores = run.service.stores
            if stores:
                await sweeping.require_own(name, run.transactions, leave_a_mark=removes)
            for stored in stores:
                look = sweeping.sweep if removes else sweeping.unnamed
                async for part in look(stored, run.transactions):
                    for one in part:
                        at = f"{one.written_at:%Y-%m-%dT%H:%M:%SZ}"
                        say(legible(f"{name} {one.key} {one.size} bytes of {at}"))
                        count, size = count + 1, size + one.size
    say(f"{'removed' if removes else 'would remove'} {count} files, {size} bytes\n")
