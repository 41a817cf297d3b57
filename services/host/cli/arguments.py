"""Arguments that several commands take, and what the audit trail calls a command."""

import argparse
from datetime import UTC, datetime
from os import getuid
from pwd import getpwuid

LONGEST_NAME = 100


def instant(text: str) -> datetime:
    """Return a time in UTC; one without a zone is UTC already."""
    try:
        time = datetime.fromisoformat(text)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(
            f"{text} is no time; write it like 2026-11-01T00:00+08:00"
        ) from None


def natural(text: str) -> int:
    """Return a whole number from 1 on."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text} is no number from 1 on")
    return int(text)


def audit(
    command: argparse.ArgumentParser, actions: dict[str | None, tuple[str, tuple[str, ...]]]
) -> None:
    """Let a command leave an entry in the audit trail.

    `actions` has, per value of its argument `action`, the entry's action and the arguments that
    name its subject.
    """
    command.set_defaults(audit=actions)
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
    """Return the user of this process; not from the environment, which anybody may set."""
    try:
        return getpwuid(getuid()).pw_name
    except KeyError:
        return f"user {getuid()}"
