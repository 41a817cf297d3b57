"""What operators do with the bus, from the command line."""

import argparse
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from services.host import embedded as house
from services.host.cli.audit import Act
from services.host.cli.messages import legible, messages
from services.host.embedded import NAMES
from shared import sweeping
from shared.bus.inbox import store
from shared.bus.inbox.open_messages import Backlog
from shared.bus.operations.definitions import ADMINISTRATOR, OPERATOR, definitions
from shared.bus.operations.messages import unsent
from shared.bus.operations.replay import EventSource, rebuild, redeliver
from shared.bus.subscriptions import Queue
from shared.bus.transports.rabbit import broker
from shared.bus.transports.rabbit.topology import DEAD_LETTERS
from shared.service import Running

say = sys.stdout.write
Arguments = argparse.Namespace


async def _queues(arguments: Arguments) -> None:
    """Say how long every queue is, and what each service has not sent or handled."""
    house.require_system(arguments.var)
    settings = house.settings_here(arguments.var)
    names = [queue.name for name in NAMES for queue in house.load(name).queues()]
    names.append(DEAD_LETTERS)
    lengths = {}
    if settings.bus_url is not None:
        lengths = await broker.lengths(settings.bus_url, settings.bus_namespace, names)
    say(f"{'queue':<22}{'ready':>8}{'consumers':>11}{'waiting':>9}{'dead':>6}{'oldest':>10}\n")
    for name in NAMES:
        async with house.maintained(name, arguments.var) as run, run.transactions.begin() as tx:
            backlogs = await store.backlogs(tx.session)
            stopped = await store.paused_consumers(tx.session)
            outbox = await unsent(tx)
        say(f"{name + ' outbox':<22}{outbox.waiting:>8}{'':>26}{_age(outbox):>10}\n")
        for queue in run.service.queues():
            length, backlog = lengths.get(queue.name), backlogs.get(queue.name)
            ready, consumers = (length.ready, length.consumers) if length else ("-", "-")
            say(
                f"{queue.name:<22}{ready:>8}{consumers:>11}{backlog.waiting if backlog else 0:>9}"
                f"{backlog.dead if backlog else 0:>6}{_age(backlog):>10}"
                f"{'  paused' if queue.name in stopped else ''}\n"
            )
    letters = lengths.get(DEAD_LETTERS)
    if letters is not None:
        say(f"{'dead letters':<22}{letters.ready:>8}\n")


def _age(backlog: Backlog | None) -> str:
    return f"{backlog.oldest.total_seconds():.0f}s" if backlog and backlog.oldest else ""


@asynccontextmanager
async def _consumer(arguments: Arguments) -> AsyncIterator[tuple[Running, Queue]]:
    """Reach the service that a consumer belongs to."""
    name = arguments.consumer.partition(".")[0]
    queues = house.load(name).queues() if name in NAMES else []
    found = [queue for queue in queues if queue.name == arguments.consumer]
    if not found:
        known = ", ".join(queue.name for one in NAMES for queue in house.load(one).queues())
        sys.exit(f"There is no consumer {arguments.consumer}. There are: {known}")
    async with house.maintained(name, arguments.var) as run:
        yield run, found[0]


async def _pause(arguments: Arguments) -> None:
    async with _consumer(arguments) as (run, queue), run.transactions.begin() as tx:
        news = await store.pause(tx.session, queue.name)
        say(f"{queue.name} {'is paused' if news else 'was paused already'}\n")
        say("Until it is resumed, what it would show of newer changes is answered 503.\n")


async def _resume(arguments: Arguments) -> None:
    async with _consumer(arguments) as (run, queue), run.transactions.begin() as tx:
        news = await store.resume(tx.session, queue.name)
        say(f"{queue.name} {'goes on' if news else 'was not paused'}\n")


async def _event_log(stack: AsyncExitStack, arguments: Arguments) -> EventSource:
    """Reach the log of all events."""
    run = await stack.enter_async_context(house.maintained("gateway", arguments.var))
    assert run.service.event_source is not None
    return run.service.event_source(run.transactions)


async def _redeliver(arguments: Arguments) -> None:
    """Offer events of the log to one consumer."""
    async with AsyncExitStack() as stack:
        run, queue = await stack.enter_async_context(_consumer(arguments))
        log = await _event_log(stack, arguments)
        offered, new = await redeliver(
            log, run.transactions, queue, arguments.since, arguments.subject
        )
    say(f"offered {offered} events of the log to {queue.name}, {new} of them new to it\n")


async def _rebuild(arguments: Arguments) -> None:
    """Make a service's copies anew."""
    async with AsyncExitStack() as stack:
        run = await stack.enter_async_context(house.maintained(arguments.name, arguments.var))
        if run.service.copies is None:
            sys.exit(f"{arguments.name} has no data that are copies only; see redeliver.")
        log = await _event_log(stack, arguments)
        quick = next(queue for queue in run.service.queues() if not queue.is_job)
        copies = run.service.copies
        done = await rebuild(log, run.transactions, quick, copies.empty, copies.restore)
        async with run.transactions.begin() as tx:
            stopped = await store.paused_consumers(tx.session)
    say(f"rebuilt {arguments.name} from {done.events} events of the log\n")
    if done.kept:
        say(f"{done.kept} aggregates stay as they were: the log has forgotten their first events\n")
    if quick.name in stopped:
        say(f"{quick.name} is still paused: what waits stays until `resume {quick.name}`\n")


async def _storage(arguments: Arguments) -> None:
    """Say which files nothing names any more, or delete them."""
    removes, count, size = arguments.action == "remove", 0, 0
    for name in (arguments.name,) if arguments.name else NAMES:
        async with house.maintained(name, arguments.var) as run:
            stores = run.service.stores
            if stores:
                await sweeping.require_own(name, run.transactions, leave_a_mark=removes)
            for stored in stores:
                look = sweeping.sweep if removes else sweeping.unnamed
                async for part in look(stored, run.transactions):
                    for one in part:
                        at = f"{one.written_at:%Y-%m-%dT%H:%M:%SZ}"
                        say(legible(f"{name} {one.key} {one.size} bytes of {at}"))
                        count, size = count + 1, size + one.size
    say(f"{'removed' if removes else 'would remove'} {count} files, {size} bytes\n")


async def _subscribers(arguments: Arguments) -> None:
    """Make, list or remove other systems' queues."""
    from services.host.cli.subscribers import manage_subscribers  # noqa: PLC0415 - needs an HTTP client

    await manage_subscribers(arguments)


async def _definitions(_: Arguments) -> None:
    """Write the broker's definitions with the passwords that the environment has."""
    names = [*NAMES, OPERATOR, ADMINISTRATOR]
    keys = {name: f"{name.upper()}_BUS_PASSWORD" for name in names}
    missing = [key for key in keys.values() if not os.environ.get(key)]
    if missing:
        sys.exit(f"These must be set: {', '.join(missing)}")
    passwords = {name: os.environ[key] for name, key in keys.items()}
    topology = json.loads(house.TOPOLOGY.read_text("utf-8"))
    say(json.dumps(definitions(topology, NAMES, passwords), indent=1) + "\n")


OPERATIONS: dict[str | None, Act] = {
    "queues": _queues,
    "messages": messages,
    "pause": _pause,
    "resume": _resume,
    "redeliver": _redeliver,
    "rebuild": _rebuild,
    "storage": _storage,
    "subscribers": _subscribers,
    "definitions": _definitions,
}
