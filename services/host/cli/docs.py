"""`docs`: the documents that follow from the code."""

import argparse
import sys

from services.host.apidocs import write_docs


def add_docs(command: argparse.ArgumentParser) -> None:
    """Set what is done."""
    command.set_defaults(act=_docs)


async def _docs(_: argparse.Namespace) -> None:
    for path in await write_docs():
        sys.stdout.write(f"{path}\n")
