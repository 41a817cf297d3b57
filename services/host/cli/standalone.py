"""`run`: one service in this process."""

import argparse

from services.host.registry import NAMES
from services.host.running import ALL_PARTS
from services.host.standalone import run_alone


def add_run(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `run`."""
    command.add_argument("name", choices=NAMES)
    command.add_argument(
        "--parts", default="web,events,work", type=_parts, help="some of web,events,work"
    )


def _parts(text: str) -> frozenset[str]:
    parts = frozenset(text.split(","))
    if not parts <= ALL_PARTS:
        raise argparse.ArgumentTypeError(f"{text} is not made of web, events, work")
    return parts


async def run(arguments: argparse.Namespace) -> None:
    """Run the service."""
    await run_alone(arguments.name, arguments.parts)
