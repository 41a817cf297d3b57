"""`keys`: new keys for an installation."""

import argparse
import shlex
import sys

from shared.runtime.keys import new_keys


async def keys(_: argparse.Namespace) -> None:
    """Print new keys."""
    for name, value in new_keys().items():
        sys.stdout.write(f"{name}={shlex.quote(value)}\n")
