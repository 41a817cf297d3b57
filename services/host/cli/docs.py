"""`docs`: the documents that follow from the code."""

import argparse
import sys

from services.host.apidocs import write_docs


async def docs(_: argparse.Namespace) -> None:
    """Write the documents; print their paths."""
    for path in await write_docs():
        sys.stdout.write(f"{path}\n")
