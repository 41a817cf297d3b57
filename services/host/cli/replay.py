"""`redeliver`, `rebuild`: events of the log once more."""

import argparse
import sys
from contextlib import AsyncExitStack

from services.host.cli.arguments import audit, instant
from services.host.cli.consumers import add_consumer, reached_consumer
from services.host.maintenance import maintained
from services.host.registry import NAMES
from shared.bus.inbox import open_store
from shared.bus.operations import replay
from shared.bus.operations.replay import EventSource


def add_redeliver(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `redeliver`."""
    add_consumer(command)
    chosen = command.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--since", type=instant, help="2026-11-01T00:00+08:00")
    chosen.add_argument("--subject", help="an application number, say")
    audit(command, {None: ("events.redelivered", ("consumer", "subject"))})


def add_rebuild(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `rebuild`."""
    command.add_argument("name", choices=NAMES)
    audit(command, {None: ("copies.rebuilt", ("name",))})


async def _event_log(stack: AsyncExitStack, arguments: argparse.Namespace) -> EventSource:
    """Reach the log of all events."""
    run = await stack.enter_async_context(maintained("gateway", arguments.var))
    assert run.service.event_source is not None
    return run.service.event_source(run.transactions)


async def redeliver(arguments: argparse.Namespace) -> None:
    """Offer events of the log to one consumer."""
    async with AsyncExitStack() as stack:
        run, queue = await stack.enter_async_context(reached_consumer(arguments))
        log = await _event_log(stack, arguments)
        offered, new = await replay.redeliver(
            log, run.transactions, queue, arguments.since, arguments.subject
        )
    sys.stdout.write(
        f"offered {offered} events of the log to {queue.name}, {new} of them new to it\n"
    )


async def rebuild(arguments: argparse.Namespace) -> None:
    """Make a service's copies anew."""
    async with AsyncExitStack() as stack:
        run = await stack.enter_async_context(maintained(arguments.name, arguments.var))
        if run.service.copies is None:
            sys.exit(f"{arguments.name} has no data that are copies only; see redeliver.")
        log = await _event_log(stack, arguments)
        events = next(queue for queue in run.service.queues() if not queue.is_job)
        copies = run.service.copies
        done = await replay.rebuild(log, run.transactions, events, copies.empty, copies.restore)
        async with run.transactions.begin() as tx:
            stopped = await open_store.paused_consumers(tx.session)
    sys.stdout.write(f"rebuilt {arguments.name} from {done.events} events of the log\n")
    if done.kept:
        sys.stdout.write(
            f"{done.kept} aggregates stay as they were: the log has forgotten their first events\n"
        )
    if events.name in stopped:
        sys.stdout.write(
            f"{events.name} is still paused: what waits stays until `resume {events.name}`\n"
        )
