"""Without a command: everything embedded in this process."""

import argparse

from services.host.embedded import run_embedded


async def everything(arguments: argparse.Namespace) -> None:
    """Serve everything."""
    await run_embedded(arguments.var, arguments.host, arguments.port, arguments.captcha)
