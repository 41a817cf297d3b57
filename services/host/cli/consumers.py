"""`queues`, `pause`, `resume`: how far consumers are, and letting them wait."""

import argparse
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.host.cli.arguments import audit
from services.host.maintenance import maintained, require_system, settings_here
from services.host.registry import NAMES, load
from services.host.running import BoundService
from shared.bus.inbox import open_store
from shared.bus.inbox.open_messages import Backlog
from shared.bus.operations.messages import unsent
from shared.bus.subscriptions import Queue
from shared.bus.transports.rabbit import broker
from shared.bus.transports.rabbit.topology import DEAD_LETTER_QUEUE


def add_pause(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `pause`."""
    add_consumer(command)
    audit(command, {None: ("consumer.paused", ("consumer",))})


def add_resume(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `resume`."""
    add_consumer(command)
    audit(command, {None: ("consumer.resumed", ("consumer",))})


def add_consumer(command: argparse.ArgumentParser) -> None:
    """Add the argument that names a consumer."""
    command.add_argument("consumer", help="documents.events, …")


async def queues(arguments: argparse.Namespace) -> None:
    """Print the length of every queue, and what each service has not sent or handled."""
    require_system(arguments.var)
    settings = settings_here(arguments.var)
    names = [queue.name for name in NAMES for queue in load(name).queues()]
    names.append(DEAD_LETTER_QUEUE)
    lengths = {}
    if settings.bus_url is not None:
        lengths = await broker.lengths(settings.bus_url, settings.bus_namespace, names)
    sys.stdout.write(
        f"{'queue':<22}{'ready':>8}{'consumers':>11}{'waiting':>9}{'dead':>6}{'oldest':>10}\n"
    )
    for name in NAMES:
        async with maintained(name, arguments.var) as run, run.transactions.begin() as tx:
            backlogs = await open_store.backlogs(tx.session)
            stopped = await open_store.paused_consumers(tx.session)
            outbox = await unsent(tx)
        sys.stdout.write(f"{name + ' outbox':<22}{outbox.waiting:>8}{'':>26}{_age(outbox):>10}\n")
        for queue in run.service.queues():
            length, backlog = lengths.get(queue.name), backlogs.get(queue.name)
            ready, consumers = (length.ready, length.consumers) if length else ("-", "-")
            sys.stdout.write(
                f"{queue.name:<22}{ready:>8}{consumers:>11}{backlog.waiting if backlog else 0:>9}"
                f"{backlog.dead if backlog else 0:>6}{_age(backlog):>10}"
                f"{'  paused' if queue.name in stopped else ''}\n"
            )
    letters = lengths.get(DEAD_LETTER_QUEUE)
    if letters is not None:
        sys.stdout.write(f"{'dead letters':<22}{letters.ready:>8}\n")


def _age(backlog: Backlog | None) -> str:
    return f"{backlog.oldest.total_seconds():.0f}s" if backlog and backlog.oldest else ""


@asynccontextmanager
async def reached_consumer(
    arguments: argparse.Namespace,
) -> AsyncIterator[tuple[BoundService, Queue]]:
    """Reach the service that a consumer belongs to."""
    name = arguments.consumer.partition(".")[0]
    queues = load(name).queues() if name in NAMES else []
    found = [queue for queue in queues if queue.name == arguments.consumer]
    if not found:
        known = ", ".join(queue.name for one in NAMES for queue in load(one).queues())
        sys.exit(f"There is no consumer {arguments.consumer}. There are: {known}")
    async with maintained(name, arguments.var) as run:
        yield run, found[0]


async def pause(arguments: argparse.Namespace) -> None:
    """Let what arrives for a consumer wait."""
    async with reached_consumer(arguments) as (run, queue), run.transactions.begin() as tx:
        news = await open_store.pause(tx.session, queue.name)
        sys.stdout.write(f"{queue.name} {'is paused' if news else 'was paused already'}\n")
        sys.stdout.write(
            "Until it is resumed, what it would show of newer changes is answered 503.\n"
        )


async def resume(arguments: argparse.Namespace) -> None:
    """Let a paused consumer go on."""
    async with reached_consumer(arguments) as (run, queue), run.transactions.begin() as tx:
        news = await open_store.resume(tx.session, queue.name)
        sys.stdout.write(f"{queue.name} {'goes on' if news else 'was not paused'}\n")
