"""All services in one process, or one by name: `python -m services --help`.

What is heavy is imported inside `main`: child processes load this file again and need none of it.
"""

import argparse
from datetime import UTC, datetime
from os import getuid
from pathlib import Path
from pwd import getpwuid

DEAD_LETTERS = "dead-letters"
LONGEST_NAME = 100
DESCRIPTION = """All services in one process, or one by name; and what operators do.

The environment says which system is meant (deploy/.env.example), else --var does."""


def parser(names: tuple[str, ...]) -> argparse.ArgumentParser:
    """Describe the command line."""
    top = argparse.ArgumentParser(prog="python -m services", description=DESCRIPTION)
    top.add_argument("--var", type=Path, default=Path("var"), help="folder of the embedded system")
    top.add_argument("--host", default="127.0.0.1")
    top.add_argument("--port", type=int, default=8000)
    top.add_argument("--captcha", help="known captcha answer; production refuses it")
    commands = top.add_subparsers(dest="command", title="commands (none: everything embedded)")
    run = commands.add_parser("run", help="one service on the real bus")
    run.add_argument("name", choices=names)
    run.add_argument(
        "--parts", default="web,events,work", type=_parts, help="some of web,events,work"
    )
    migrate = commands.add_parser("migrate", help="bring databases up to date")
    migrate.add_argument("name", nargs="?", choices=names)
    seed = commands.add_parser("seed", help="load the demo office")
    seed.add_argument("name", nargs="?", choices=names)
    _noted(seed, {None: ("office_data.loaded", ("name",))})
    units = commands.add_parser("units", help="make more demo units with an operator each")
    units.add_argument("count", type=_natural)
    units.add_argument("--first", type=_natural, default=1000, help="number of the first one")
    _noted(units, {None: ("demo_units.added", ("first", "count"))})
    commands.add_parser("keys", help="make the keys of an installation")
    commands.add_parser("topology", help="write which queue takes which topics, for RabbitMQ too")
    commands.add_parser(
        "definitions", help="say RabbitMQ's definitions with the passwords of the environment"
    )
    commands.add_parser("docs", help="write AsyncAPI and OpenAPI into docs/api")
    clients = commands.add_parser("clients", help="other systems that read events")
    clients.add_argument("action", choices=("add", "list", "revoke"))
    clients.add_argument("name", nargs="?", help="a name to add, an id to revoke")
    clients.add_argument("--office", help="the office whose events it may read")
    _noted(
        clients,
        {"add": ("client.added", ("office",)), "revoke": ("client.revoked", ("name",))},
    )
    add_operations(commands, names)
    return top


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(
            f"{text} is no time; write it like 2026-11-01T00:00+08:00"
        ) from None


def _natural(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text} is no number from 1 on")
    return int(text)


def _parts(text: str) -> frozenset[str]:
    parts = frozenset(text.split(","))
    if not parts <= {"web", "events", "work"}:
        raise argparse.ArgumentTypeError(f"{text} is not made of web, events, work")
    return parts


def add_operations(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", names: tuple[str, ...]
) -> None:
    """Describe what operators do with the bus."""
    commands.add_parser("queues", help="length and lag of every queue, outbox and inbox")
    messages = commands.add_parser("messages", help="what waits or is dead, in groups")
    messages.add_argument("action", choices=("list", "show", "replay", "drop"))
    messages.add_argument(
        "name",
        nargs="?",
        choices=(*names, DEAD_LETTERS),
        help="a service, or what RabbitMQ itself gave up; none: all services",
    )
    messages.add_argument(
        "which", nargs="?", metavar="ID", help="a message's or a group's, as `messages list` says"
    )
    messages.add_argument("--consumer", help="only those of documents.events, say")
    messages.add_argument("--topic", help="only invoicing.payment.confirmed.v1, say")
    messages.add_argument(
        "--since", type=_instant, help="only what arrived then or later: 2026-11-01T00:00+08:00"
    )
    messages.add_argument("--yes", action="store_true", help="drop many without being asked")
    about = ("name", "consumer", "topic", "which")
    _noted(messages, {"replay": ("message.replayed", about), "drop": ("message.dropped", about)})
    for action, text, noted in (
        ("pause", "let what arrives for a consumer wait", "consumer.paused"),
        ("resume", "let a paused consumer go on", "consumer.resumed"),
    ):
        command = commands.add_parser(action, help=text)
        command.add_argument("consumer", help="documents.events, …")
        _noted(command, {None: (noted, ("consumer",))})
    redeliver = commands.add_parser(
        "redeliver", help="offer events of the log to one consumer; what it has seen is skipped"
    )
    redeliver.add_argument("consumer", help="documents.events, …")
    chosen = redeliver.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--since", type=_instant, help="2026-11-01T00:00+08:00")
    chosen.add_argument("--subject", help="an application number, say")
    _noted(redeliver, {None: ("events.redelivered", ("consumer", "subject"))})
    rebuild = commands.add_parser("rebuild", help="make a service's copies anew from the event log")
    rebuild.add_argument("name", choices=names)
    _noted(rebuild, {None: ("copies.rebuilt", ("name",))})
    storage = commands.add_parser("storage", help="files that nothing names any more")
    storage.add_argument("action", choices=("list", "remove"), help="list deletes nothing")
    storage.add_argument("name", nargs="?", choices=names, help="of this service only")
    _noted(storage, {"remove": ("files.removed", ("name",))})
    subscribers = commands.add_parser("subscribers", help="other systems' queues on RabbitMQ")
    subscribers.add_argument("action", choices=("add", "list", "remove"))
    subscribers.add_argument("name", nargs="?", help="small letters, digits and dashes")
    subscribers.add_argument("--topics", default="#", help="enrollment.#,invoicing.payment.# …")
    subscribers.add_argument("--stream", action="store_true", help="may also read what has been")
    _noted(
        subscribers,
        {"add": ("subscriber.added", ("name",)), "remove": ("subscriber.removed", ("name",))},
    )


def _noted(
    command: argparse.ArgumentParser, audit: dict[str | None, tuple[str, tuple[str, ...]]]
) -> None:
    """Let a command leave an entry in the audit trail: per `action` its name and its subject."""
    command.set_defaults(audit=audit)
    command.add_argument(
        "--by",
        type=_name,
        default=_login_name(),
        help="who does this, for the audit trail (default: this system's user, %(default)s)",
    )


def _name(text: str) -> str:
    if not text.isprintable() or not 0 < len(text.strip()) <= LONGEST_NAME:
        raise argparse.ArgumentTypeError(f"a name has 1 to {LONGEST_NAME} printable characters")
    return text.strip()


def _login_name() -> str:
    """Return whose process this is; the environment is not asked, anybody may set it."""
    try:
        return getpwuid(getuid()).pw_name
    except KeyError:
        return f"user {getuid()}"


def main() -> None:
    """Do what the command line says."""
    import uvloop  # noqa: PLC0415 - see above

    from services.host.cli.commands import NAMES, act  # noqa: PLC0415 - see above

    uvloop.run(act(parser(NAMES).parse_args()))


if __name__ == "__main__":
    main()
