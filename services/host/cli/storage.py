"""`storage`: files that nothing names any more."""

import argparse
import sys

from services.host import sweeping
from services.host.cli.arguments import audit
from services.host.cli.legible import legible
from services.host.maintenance import maintained
from services.host.registry import NAMES


def add_storage(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `storage`."""
    command.add_argument("action", choices=("list", "remove"), help="list deletes nothing")
    command.add_argument("name", nargs="?", choices=NAMES, help="of this service only")
    audit(command, {"remove": ("files.removed", ("name",))})


async def storage(arguments: argparse.Namespace) -> None:
    """Print the files that nothing names any more, or delete them."""
    removes, count, size = arguments.action == "remove", 0, 0
    for name in (arguments.name,) if arguments.name else NAMES:
        async with maintained(name, arguments.var) as run:
            stores = run.service.stores
            if stores:
                await sweeping.require_own(name, run.transactions, leave_a_mark=removes)
            for stored in stores:
                found = sweeping.sweep if removes else sweeping.unnamed
                async for part in found(stored, run.transactions):
                    for one in part:
                        at = f"{one.written_at:%Y-%m-%dT%H:%M:%SZ}"
                        sys.stdout.write(legible(f"{name} {one.key} {one.size} bytes of {at}"))
                        count, size = count + 1, size + one.size
    sys.stdout.write(f"{'removed' if removes else 'would remove'} {count} files, {size} bytes\n")
