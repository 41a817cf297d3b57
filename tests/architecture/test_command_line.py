"""Whoever adds a command that changes something says what the audit trail calls it."""

import argparse
from collections.abc import Iterator

import pytest

from services.host.cli import parser
from services.host.cli.audit import declared
from tests.commands import described

CHANGE_NOTHING = {
    "run": "what it then does is noted where it is done",
    "migrate": "there may be no trail yet; a database says itself how new it is",
    "keys": "writes to the terminal only",
    "topology": "writes files of the source",
    "definitions": "writes to the terminal only",
    "docs": "writes files of the source",
    "queues": "looks",
    "messages list": "looks",
    "messages show": "looks",
    "clients list": "looks",
    "storage list": "looks",
    "subscribers list": "looks",
}


def _commands() -> Iterator[tuple[str, argparse.ArgumentParser, str | None]]:
    """Yield every command, once per action that it knows."""
    for name, command in described().items():
        actions = [one.choices for one in command._actions if one.dest == "action"]
        for action in actions[0] if actions and actions[0] else (None,):
            yield name, command, action


def test_every_changing_command_declares_its_audit_action() -> None:
    """What changes nothing is named here with its reason, and nothing else is."""
    silent = {
        f"{name} {action}" if action else name
        for name, command, action in _commands()
        if declared(argparse.Namespace(audit=command.get_default("audit") or {}, action=action))
        is None
    }
    assert silent == set(CHANGE_NOTHING)


def test_whoever_gives_a_command_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """By the system's user when they do not say so themselves; by no empty name."""
    known = parser()
    assert known.parse_args(["pause", "roster.events", "--by", " 王工 "]).by == "王工"
    assert known.parse_args(["pause", "roster.events"]).by
    with pytest.raises(SystemExit):
        known.parse_args(["pause", "roster.events", "--by", "\x1b[31m"])
    assert "printable" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "name", "which"),
    [
        ([], None, None),
        (["roster"], "roster", None),
        (["group-0123abcd"], None, "group-0123abcd"),
        (["roster", "group-0123abcd"], "roster", "group-0123abcd"),
        (["17814ADC-0000-4000-8000-000000000000"], None, "17814ADC-0000-4000-8000-000000000000"),
        (["dead-letters", "whatever"], "dead-letters", "whatever"),
    ],
)
def test_messages_take_a_service_an_id_or_both(
    words: list[str], name: str | None, which: str | None
) -> None:
    """In this order."""
    found = parser().parse_args(["messages", "list", *words])
    assert (found.name, found.which) == (name, which)


@pytest.mark.parametrize(
    "words", [["nonsense"], ["roster", "a", "b"], ["group-0123abcd", "roster"]]
)
def test_messages_of_nothing_known_are_refused(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """With what may be said instead."""
    with pytest.raises(SystemExit):
        parser().parse_args(["messages", "list", *words])
    assert "documents, gateway, dead-letters nor the id" in capsys.readouterr().err
