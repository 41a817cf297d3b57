"""`keys`: new keys for an installation."""

import argparse
import shlex
import sys

from shared.runtime.keys import new_keys


def add_keys(command: argparse.ArgumentParser) -> None:
    """Set what is done."""
    command.set_defaults(act=_keys)


async def _keys(_: argparse.Namespace) -> None:
    for name, value in new_keys().items():
        sys.stdout.write(f"{name}={shlex.quote(value)}\n")
