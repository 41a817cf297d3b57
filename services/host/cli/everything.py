"""Without a command: everything embedded in this process."""

import argparse

from services.host.embedded import run_embedded


def add_everything(top: argparse.ArgumentParser) -> None:
    """Set what is done."""
    top.set_defaults(act=_run)


async def _run(arguments: argparse.Namespace) -> None:
    await run_embedded(arguments.var, arguments.host, arguments.port, arguments.captcha)
