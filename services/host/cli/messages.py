"""What operators do with messages that wait or are dead: one, a group, or what filters find."""

import argparse
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from itertools import chain
from re import fullmatch
from typing import Any, TypeVar
from uuid import UUID

from services.host.cli.arguments import audit, instant
from services.host.cli.legible import legible
from services.host.maintenance import maintained, settings_here
from services.host.registry import NAMES, load
from services.host.running import BoundService
from shared.bus.inbox import open_store
from shared.bus.inbox.open_messages import GROUP_NAME, MessageFilter, MessageGroup, group_name
from shared.bus.operations import messages as operations
from shared.bus.transports.rabbit import broker
from shared.bus.transports.rabbit.broker import DeadLetter

DEAD_LETTERS = "dead-letters"
NO_SUCH = "no such message; `messages list` shows them"
T = TypeVar("T")


def add_messages(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `messages`."""
    command.add_argument("action", choices=("list", "show", "replay", "drop"))
    command.add_argument(
        "which",
        nargs="*",
        action=_Which,
        metavar="SERVICE|ID",
        help=f"a service, or {DEAD_LETTERS} (what RabbitMQ itself gave up), none: all services;"
        " and the id of a message or a group, as `messages list` says",
    )
    command.add_argument("--consumer", help="only those of documents.events, say")
    command.add_argument("--topic", help="only invoicing.payment.confirmed.v1, say")
    command.add_argument(
        "--since", type=instant, help="only what arrived then or later: 2026-11-01T00:00+08:00"
    )
    command.add_argument("--yes", action="store_true", help="drop many without being asked")
    about = ("name", "consumer", "topic", "which")
    audit(command, {"replay": ("message.replayed", about), "drop": ("message.dropped", about)})


class _Which(argparse.Action):
    """Takes a service, an id, or both; sets `name` and `which`."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,  # noqa: ANN401 - argparse's
        option_string: str | None = None,
    ) -> None:
        """Set `name` to a service's name, and `which` to the other text."""
        del option_string
        name = values.pop(0) if values and values[0] in {*NAMES, DEAD_LETTERS} else None
        which = values.pop(0) if values else None
        if values or (name is None and which is not None and not _is_id(which)):
            parser.error(
                f"{which} is neither one of {', '.join((*NAMES, DEAD_LETTERS))} nor the id of a"
                " message or group"
            )
        namespace.name, namespace.which = name, which


def _is_id(text: str) -> bool:
    """Return whether a text could name a message or a group."""
    if fullmatch(rf"{GROUP_NAME}|body-[0-9a-f]{{16}}", text):
        return True
    try:
        return bool(UUID(text))
    except ValueError:
        return False


async def messages(arguments: argparse.Namespace) -> str | None:
    """List, show, replay or drop what waits or is dead; returns how many, unless one was named."""
    _require_choice(arguments)
    act = {"list": _list, "show": _show, "replay": _replay, "drop": _drop}[arguments.action]
    count = await (_dead_letters if _is_rabbitmqs(arguments) else act)(arguments)
    return None if count is None or _is_one(arguments) else str(count)


def _require_choice(arguments: argparse.Namespace) -> None:
    """End with a line unless the command line says which messages are meant."""
    action, which = arguments.action, arguments.which
    filtered = arguments.consumer or arguments.topic or arguments.since
    if which is None and (action == "show" or (action != "list" and not filtered)):
        command = f"messages {action} {arguments.name or 'SERVICE'} EVENT_ID"
        more = "" if action == "show" else " or GROUP, as `messages list` shows them, or filters"
        sys.exit(f"Which one? {command}{more}")
    if arguments.consumer is not None:
        names = NAMES if arguments.name not in NAMES else (arguments.name,)
        known = [queue.name for name in names for queue in load(name).queues()]
        if arguments.consumer not in known:
            sys.exit(f"There is no consumer {arguments.consumer}. There are: {', '.join(known)}")
    if _is_one(arguments) and not _is_rabbitmqs(arguments):
        try:
            UUID(which)
        except ValueError:
            sys.exit(f"{which} is no id of a message; `messages list` shows them")


def _is_rabbitmqs(arguments: argparse.Namespace) -> bool:
    """Return whether what RabbitMQ gave up is meant."""
    return arguments.name is not None and arguments.name not in NAMES


def _is_one(arguments: argparse.Namespace) -> bool:
    return arguments.which is not None and not _is_group(arguments)


def _is_group(arguments: argparse.Namespace) -> bool:
    return arguments.action != "show" and bool(fullmatch(GROUP_NAME, arguments.which or ""))


async def _each(
    arguments: argparse.Namespace, act: Callable[[BoundService, MessageFilter], Awaitable[T]]
) -> list[T]:
    """Do something at each service, or the one named, with what the command line means there."""
    wanted = MessageFilter(
        consumer=arguments.consumer, topic=arguments.topic, since=arguments.since
    )
    if _is_one(arguments):
        wanted = replace(wanted, event_id=UUID(arguments.which))
    results = []
    for name in NAMES if arguments.name is None else (arguments.name,):
        async with maintained(name, arguments.var) as run:
            meant = [wanted]
            if _is_group(arguments):
                async with run.transactions.begin() as tx:
                    groups = await open_store.groups(tx.session, wanted)
                meant = [
                    replace(wanted, consumer=group.consumer, topic=group.topic, reason=group.reason)
                    for group in groups
                    if group.name == arguments.which
                ]
            results += [await act(run, chosen) for chosen in meant]
    return results


async def _all(
    arguments: argparse.Namespace, find: Callable[[BoundService, MessageFilter], Awaitable[list[T]]]
) -> list[T]:
    """Find things at each service, or the one named."""
    return list(chain.from_iterable(await _each(arguments, find)))


async def _list(arguments: argparse.Namespace) -> None:
    """Show groups; when one is named, or a message, the messages themselves."""

    async def lines(run: BoundService, chosen: MessageFilter) -> list[str]:
        async with run.transactions.begin() as tx:
            return [
                f"{row.state:<8} {row.consumer} {row.event_id} {row.topic} {row.subject}"
                f" since={row.received_at:%Y-%m-%dT%H:%M:%SZ} tries={row.tries} {row.reason or ''}"
                for row in await open_store.open_messages(tx.session, chosen)
            ]

    if arguments.which is None:
        _say_groups(await _all(arguments, _groups))
        return
    found = await _all(arguments, lines)
    if not found:
        sys.exit(NO_SUCH)
    for line in found:
        sys.stdout.write(legible(line))


async def _groups(run: BoundService, chosen: MessageFilter) -> list[MessageGroup]:
    async with run.transactions.begin() as tx:
        return await open_store.groups(tx.session, chosen)


def _say_groups(groups: list[MessageGroup]) -> None:
    if not groups:
        sys.stdout.write("nothing waits, and nothing is dead\n")
    else:
        sys.stdout.write(f"{'group':<14}{'waiting':>9}{'dead':>7}  {'first':<22}{'last':<22}")
        sys.stdout.write("consumer topic reason\n")
    for group in groups:
        first, last = (
            "-" if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in (group.first, group.last)
        )
        sys.stdout.write(
            legible(
                f"{group.name}{group.waiting:>9}{group.dead:>7}  {first:<22}{last:<22}"
                f"{group.consumer} {group.topic} {group.reason or 'not tried yet'}"
            )
        )


async def _show(arguments: argparse.Namespace) -> None:
    """Show a message whole, with everybody who has seen it."""
    event_id = UUID(arguments.which)

    async def seen(run: BoundService, _: MessageFilter) -> list[tuple[str, str, str]]:
        async with run.transactions.begin() as tx:
            return [
                (
                    state,
                    consumer,
                    envelope.model_dump_json(indent=1, exclude_none=True) if envelope else "",
                )
                for consumer, state, envelope in await open_store.seen_by(tx.session, event_id)
            ]

    found = await _all(arguments, seen)
    if not found:
        sys.exit(NO_SUCH)
    for state, consumer, event in found:
        sys.stdout.write(f"{state} {consumer}\n")
        sys.stdout.write(f"{event}\n" if event else "")


async def _replay(arguments: argparse.Namespace) -> int:
    """Let messages be tried again now."""

    async def replay(run: BoundService, chosen: MessageFilter) -> tuple[int, list[str]]:
        async with run.transactions.begin() as tx:
            return await operations.replay(tx, chosen)

    results = await _each(arguments, replay)
    done = _done("replayed", sum(count for count, _ in results))
    for consumer in sorted({one for _, stopped in results for one in stopped}):
        sys.stdout.write(f"{consumer} is paused: it waits until `resume {consumer}`\n")
    return done


async def _drop(arguments: argparse.Namespace) -> int:
    """Drop messages; ask before, when they are many."""

    async def drop_one(run: BoundService, chosen: MessageFilter) -> int:
        queues = run.service.queues()
        async with run.transactions.begin() as tx:
            return await operations.drop(tx, chosen, queues)

    async def drop_all(run: BoundService, chosen: MessageFilter) -> tuple[int, int]:
        return await operations.drop_all(run.transactions, chosen, run.service.queues())

    if _is_one(arguments):
        return _done("dropped", sum(await _each(arguments, drop_one)))
    groups = await _all(arguments, _groups)
    _ask("drop", groups, arguments)
    results = await _each(arguments, drop_all)
    done = _done("dropped", sum(dropped for dropped, _ in results))
    if left := sum(left for _, left in results):
        sys.stdout.write(
            f"{left} are left: they stand behind others about the same thing; drop those first\n"
        )
    return done


def _done(what: str, count: int) -> int:
    """Print and return how many there were; end with an error when there was none."""
    if not count:
        sys.exit(f"{what} 0: {NO_SUCH}")
    sys.stdout.write(f"{what} {count}\n")
    return count


def _ask(what: str, groups: list[MessageGroup], arguments: argparse.Namespace) -> None:
    """Return when it is one message at most, or a person or the command line says yes; else end."""
    count = sum(group.waiting + group.dead for group in groups)
    if count <= 1 or arguments.yes:
        return
    _say_groups(groups)
    if not sys.stdin.isatty():
        sys.exit(f"That would {what} {count} messages; nothing was done. Say --yes to do it.")
    sys.stdout.write(
        f"This will {what} {count} messages; whoever waits for them is told. Go on? [y/N] "
    )
    sys.stdout.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        sys.exit("Nothing was done.")


async def _dead_letters(arguments: argparse.Namespace) -> int | None:
    """Do the same with what RabbitMQ itself gave up."""
    settings = settings_here(arguments.var)
    if settings.bus_url is None:
        sys.exit("BUS_URL is not set: an embedded system has no dead letters.")
    where = (settings.bus_url, settings.bus_namespace)

    def meant(letter: DeadLetter) -> bool:
        return (
            arguments.which in {None, letter.name, _group_of(letter)}
            and arguments.consumer in {None, letter.queue}
            and arguments.topic in {None, letter.topic}
            and (arguments.since is None or (letter.at or arguments.since) >= arguments.since)
        )

    if arguments.action == "replay":
        return _done("replayed", await broker.replay_dead_letters(*where, meant))
    letters = [letter for letter in await broker.dead_letters(*where) if meant(letter)]
    if arguments.action == "drop":
        _ask("drop", _grouped(letters), arguments)
        return _done("dropped", await broker.drop_dead_letters(*where, meant))
    if arguments.which is None:
        _say_groups(_grouped(letters))
        return None
    if not letters:
        sys.exit(NO_SUCH)
    for letter in letters:
        sys.stdout.write(
            legible(
                letter.body.decode(errors="replace")
                if arguments.action == "show"
                else f"dead {letter.queue} {letter.name} {letter.topic} {letter.reason}"
            )
        )
    return None


def _group_of(letter: DeadLetter) -> str:
    return group_name(letter.queue, letter.topic, letter.reason)


def _grouped(letters: Iterable[DeadLetter]) -> list[MessageGroup]:
    found = defaultdict[tuple[str, str, str], list[DeadLetter]](list)
    for letter in letters:
        found[letter.queue, letter.topic, letter.reason].append(letter)
    return [
        MessageGroup(
            *key,
            waiting=0,
            dead=len(group),
            first=min((one.at for one in group if one.at), default=None),
            last=max((one.at for one in group if one.at), default=None),
        )
        for key, group in found.items()
    ]
