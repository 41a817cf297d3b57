"""Operators' commands, each in a process forked from one that has loaded the program."""

import argparse
import asyncio
import os
import sys
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from services.host.cli import Command, main, parser

_loaded = get_context("forkserver")
_loaded.set_forkserver_preload(
    ["tests.commands", "services.host.cli.execute", "services.host.cli.messages"]
)


def described() -> dict[str, Command]:
    """Return every command with its arguments."""
    [commands] = [one for one in parser()._actions if isinstance(one, argparse._SubParsersAction)]
    for command in commands.choices.values():
        command.describe()
    return dict(commands.choices)


async def attempt(var: Path, environment: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Run a command; returns its exit code and output."""
    with TemporaryDirectory() as folder:
        output = Path(folder) / "output"
        process = _loaded.Process(target=_run, args=(output, var, environment, arguments))
        process.start()
        await asyncio.to_thread(process.join)
        assert process.exitcode is not None
        return process.exitcode, output.read_text(encoding="utf-8")


async def command(var: Path, environment: dict[str, str], *arguments: str) -> str:
    """Run a command that must succeed; returns its output."""
    code, output = await attempt(var, environment, *arguments)
    assert code == 0, f"exit code {code}\n{output}"
    return output


def _run(output: Path, var: Path, environment: dict[str, str], arguments: tuple[str, ...]) -> None:
    """Run `python -m services` in this process, with its output in a file."""
    with output.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["python -m services", "--var", str(var), *arguments]
    main()
