"""`run`: one service in this process."""

import argparse

from services.host.registry import NAMES
from services.host.standalone import run_alone


def add_run(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `run`."""
    command.add_argument("name", choices=NAMES)
    command.add_argument(
        "--parts",
        default="web,events,work",
        type=lambda text: frozenset(text.split(",")),
        help="some of web,events,work; or, instead of work, some of the service's jobs",
    )


async def run(arguments: argparse.Namespace) -> None:
    """Run the service."""
    await run_alone(arguments.name, arguments.parts)
