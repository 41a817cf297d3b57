"""The command line: a module per group of commands, loaded when one of them is called."""

import argparse
from importlib import import_module
from pathlib import Path
from typing import Any

DESCRIPTION = """All services in one process, or one by name; and what operators do.

The environment says which system is meant (deploy/.env.example), else --var does."""

EVERYTHING = "everything"
"""The module of the command line without a command."""
COMMANDS = {
    "run": ("standalone", "one service on the real bus"),
    "migrate": ("databases", "bring databases up to date"),
    "seed": ("databases", "load the demo office"),
    "start-office": ("offices", "begin an empty system: an office and its administrator"),
    "administrator": ("offices", "let an office's administrator in again, or make another"),
    "units": ("units", "make more demo units with an operator each"),
    "keys": ("keys", "make the keys of an installation"),
    "topology": ("rabbitmq", "write which queue takes which topics, for RabbitMQ too"),
    "definitions": (
        "rabbitmq",
        "say RabbitMQ's definitions with the passwords of the environment",
    ),
    "docs": ("docs", "write AsyncAPI and OpenAPI into docs/api"),
    "clients": ("clients", "other systems that read events"),
    "queues": ("consumers", "length and lag of every queue, outbox and inbox"),
    "messages": ("messages", "what waits or is dead, in groups"),
    "pause": ("consumers", "let what arrives for a consumer wait"),
    "resume": ("consumers", "let a paused consumer go on"),
    "redeliver": (
        "replay",
        "offer events of the log to one consumer; what it has seen is skipped",
    ),
    "rebuild": ("replay", "make a service's copies anew from the event log"),
    "storage": ("storage", "files that nothing names any more"),
    "subscribers": ("subscribers", "other systems' queues on RabbitMQ"),
}
"""Module and help of each command: a function of that name, and `add_<command>` for arguments.

A hyphen in a command is an underscore there.

A service's image holds some of the modules only.
"""


class Command(argparse.ArgumentParser):
    """The parser of one command; its module adds the arguments when they are needed."""

    source: tuple[str, str] | None = None
    """Module and command, until they are loaded."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:  # noqa: ANN401 - argparse's overloads
        """Add the arguments, then parse."""
        self.describe()
        return super().parse_known_args(args, namespace)

    def describe(self) -> None:
        """Let the command's module add its arguments, once."""
        if self.source is not None:
            _add_arguments(self, *self.source)
            self.source = None


def parser() -> argparse.ArgumentParser:
    """Describe the command line; no command's module is loaded for that."""
    top = argparse.ArgumentParser(prog="python -m services", description=DESCRIPTION)
    top.add_argument("--var", type=Path, default=Path("var"), help="folder of the embedded system")
    top.add_argument("--host", default="127.0.0.1")
    top.add_argument("--port", type=int, default=8000)
    top.add_argument("--captcha", help="known captcha answer; production refuses it")
    commands = top.add_subparsers(
        dest="command", title="commands (none: everything embedded)", parser_class=Command
    )
    for name, (module, text) in COMMANDS.items():
        command = commands.add_parser(name, help=text)
        command.source = (module, name)
    return top


def _add_arguments(command: argparse.ArgumentParser, module: str, name: str) -> None:
    """Load a command's module; end the process when this image does not hold it."""
    path, act = f"{__name__}.{module}", name.replace("-", "_")
    try:
        loaded = import_module(path)
    except ModuleNotFoundError as missing:
        if missing.name != path:
            raise
        command.exit(
            2,
            f"{command.prog} is not in this image, but in the operator image:"
            " deploy/operator/Dockerfile\n",
        )
    if hasattr(loaded, f"add_{act}"):
        getattr(loaded, f"add_{act}")(command)
    command.set_defaults(act=getattr(loaded, act))


def main() -> None:
    """Carry out what the command line says."""
    top = parser()
    arguments = top.parse_args()
    if arguments.command is None:
        _add_arguments(top, EVERYTHING, EVERYTHING)
        arguments.act = top.get_default("act")
    # Loaded after parsing: with SQLAlchemy, asyncpg and pydantic they take a second, which `--help`
    # and a mistyped command need not wait for.
    import uvloop  # noqa: PLC0415 - said above

    from services.host.cli.execute import execute  # noqa: PLC0415 - said above

    uvloop.run(execute(arguments))
