"""`start-office`: what an empty system begins with; `administrator`: when nobody can manage it."""

import argparse
import sys
from pathlib import Path

from sqlalchemy import func, select

from services.enrollment.handlers.catalogue import load_catalogue
from services.enrollment.repository.offices import OfficeRepository
from services.gateway.handlers.accounts import make_administrator
from services.host.cli.arguments import audit
from services.host.maintenance import maintained, seed
from services.host.office_file import read_office


def add_start_office(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `start-office`."""
    command.add_argument("file", type=Path, help="the office's data, like deploy/seed/office.json")
    command.add_argument(
        "--administrator", default="admin", help="user name (default: %(default)s)"
    )
    audit(command, {None: ("office.started", ())})


async def start_office(arguments: argparse.Namespace) -> str:
    """Load the office and make its administrator, unless there is an office; returns its id.

    The office is committed last: broken off before, the command can be repeated.
    """
    office_id, data = read_office(arguments.file)
    async with (
        maintained("enrollment", arguments.var) as run,
        run.transactions.begin() as tx,
    ):
        await tx.session.execute(select(func.pg_advisory_xact_lock(func.hashtext("start-office"))))
        if known := await OfficeRepository(tx).all():
            sys.exit(f"There is an office, {known[0].office_id}; nothing was changed.")
        for name in ("documents", "invoicing"):
            async with maintained(name, arguments.var) as other:
                await seed([other], data)
        async with (
            maintained("gateway", arguments.var) as gateway,
            gateway.transactions.begin() as accounts,
        ):
            password = await make_administrator(office_id, arguments.administrator, accounts)
        if password is None:
            sys.exit(f"The user name {arguments.administrator} is taken: --administrator NAME")
        await load_catalogue(data, tx)
    sys.stdout.write(
        f"Office {office_id} is there; agencies: {len(data['offices']) - 1}.\n"
        "Its administrator, who is to change the password within seven days:\n"
        f"{arguments.administrator} {password}\n"
    )
    return office_id


def add_administrator(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `administrator`."""
    command.add_argument("office", help="the office's code, like 0012")
    command.add_argument("username")
    audit(command, {None: ("administrator.made", ("office",))})


async def administrator(arguments: argparse.Namespace) -> None:
    """Give an office's administrator another password, or make an administrator of that name."""
    async with maintained("enrollment", arguments.var) as run, run.transactions.begin() as tx:
        heads = {one.office_id for one in await OfficeRepository(tx).all() if not one.parent_id}
    if arguments.office not in heads:
        sys.exit(f"There is no office {arguments.office}; there are: {', '.join(sorted(heads))}")
    async with maintained("gateway", arguments.var) as run, run.transactions.begin() as tx:
        password = await make_administrator(arguments.office, arguments.username, tx)
    if password is None:
        sys.exit(f"The user name {arguments.username} belongs to somebody else.")
    sys.stdout.write(
        f"To be changed at the first sign-in, within seven days:\n{arguments.username} {password}\n"
    )
