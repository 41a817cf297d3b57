"""Binding a service to its database and bus, and running what was bound."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI

from services.host.sweeping import discard_for_ever, sweep_for_ever
from shared.bus.inbox.alarm import Alarm
from shared.bus.inbox.event_consumer import EventConsumer
from shared.bus.inbox.job_consumer import JobConsumer
from shared.bus.inbox.retention import forget_old
from shared.bus.key_check import check_key
from shared.bus.listening import INBOX, OUTBOX, Listener
from shared.bus.operations import metrics
from shared.bus.operations.metrics import Gauges
from shared.bus.outbox.relay import Relay
from shared.bus.retry_policy import RetryPolicy
from shared.bus.subscriptions import Queue
from shared.bus.transaction import Transactions
from shared.bus.transports.base import Bus, Settle
from shared.contracts.base import Envelope
from shared.errors import CannotStart
from shared.http.app import build_app
from shared.runtime.children import Children
from shared.runtime.database import Sessions, open_engine, sessions_of
from shared.runtime.ending import end
from shared.runtime.faults import describe, until_database_answers
from shared.runtime.log import get_logger
from shared.runtime.resources import Child, Resources
from shared.service import Neighbours, Service, Timer

log = get_logger(__name__)

ALL_PARTS = frozenset({"web", "events", "work"})
NOBODY: Neighbours = MappingProxyType({})
CONNECTIONS = 8
"""To a service's database, beside one for each job that may run."""


@dataclass
class BoundService:
    """One service in this process."""

    service: Service
    transactions: Transactions
    app: FastAPI
    consuming: list[Callable[[], Coroutine[Any, Any, None]]] = field(default_factory=list)
    background: list[Callable[[], Coroutine[Any, Any, None]]] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)

    def ring(self) -> None:
        """Wake every consumer of this process."""
        for alarm in self.alarms:
            alarm.ring()


@asynccontextmanager
async def bootstrap(
    service: Service, sessions: Sessions, resources: Resources, neighbours: Neighbours = NOBODY
) -> AsyncIterator[Transactions]:
    """Give a service its transactions: on its database, with its own tools beside the resources.

    Whoever runs its handlers begins here; tests put fakes in the place of the outside.
    """
    async with AsyncExitStack() as stack:
        if service.equip is not None:
            resources = await stack.enter_async_context(service.equip(resources, neighbours))
        yield Transactions(sessions, resources)


@asynccontextmanager
async def bind_service(
    service: Service,
    database_url: str,
    resources: Resources,
    bus: Bus,
    *,
    parts: frozenset[str] = ALL_PARTS,
    policy: RetryPolicy | None = None,
    neighbours: Neighbours = NOBODY,
) -> AsyncIterator[BoundService]:
    """Open a service's database and bind its consumers; nothing runs before `run_services`.

    CannotStart when the database was made with another sealing key.
    """
    queues = [queue for queue in service.queues() if parts & _parts_with(queue)]
    jobs = [queue for queue in queues if queue.is_job]
    async with AsyncExitStack() as stack:
        # Children of its own: rosters do not wait behind papers.
        children = Children(max((job.jobs_per_worker for job in jobs if not job.nice), default=1))
        stack.callback(children.stop)
        engine = open_engine(
            database_url, pool=CONNECTIONS + sum(job.jobs_per_worker for job in jobs)
        )
        stack.push_async_callback(engine.dispose)
        transactions = await stack.enter_async_context(
            bootstrap(service, sessions_of(engine), replace(resources, child=children), neighbours)
        )
        check = partial(check_key, service.name, service.sealed)
        if parts:
            await until_database_answers(partial(check, transactions))
        else:
            await check(transactions)
        app = build_app(service.name, service.title, transactions)
        if "web" in parts:
            app.include_router(service.router)
            if service.extend is not None:
                service.extend(app)
        run = BoundService(service, transactions, app)
        for queue in queues:
            own = Children(nice=queue.nice) if queue.nice else None
            if own is not None:
                stack.callback(own.stop)
            _bind(run, queue, bus, policy, own)
        relay = Relay(service.name, transactions, bus)
        calls = {
            OUTBOX: (lambda _: relay.bell.ring(), transactions.announced.ring),
            INBOX: (lambda _: run.ring(),),
        }
        run.background += [relay.run, Listener(database_url, calls).run]
        if service.stores:
            run.background.append(partial(discard_for_ever, service.stores, transactions))
        if "events" in parts:
            gauges = Gauges(service.name, [queue.name for queue in service.queues()])
            timers = (
                *service.timers,
                Timer(3600.0, forget_old),
                Timer(metrics.INTERVAL_SECONDS, gauges.measure),
            )
            run.background += [_timed(timer, transactions) for timer in timers]
            run.background += [partial(act, transactions) for act in service.background]
            if service.stores:
                run.background.append(
                    partial(sweep_for_ever, service.name, service.stores, transactions)
                )
        yield run


def require_parts(service: Service, parts: frozenset[str]) -> None:
    """Raise CannotStart, naming those there are, when a service has not all of these parts."""
    known = ["web", "events", "work"] + [one.part for one in service.queues() if one.is_job]
    if unknown := parts.difference(known):
        raise CannotStart(
            f"{service.name} has no part {', '.join(sorted(unknown))}; --parts takes some of"
            f" {', '.join(known)}"
        )


def _parts_with(queue: Queue) -> frozenset[str]:
    """Return the parts that a queue is in."""
    return frozenset({queue.part, "work"} if queue.is_job else {queue.part})


def _bind(
    run: BoundService, queue: Queue, bus: Bus, policy: RetryPolicy | None, child: Child | None
) -> None:
    consumer: EventConsumer | JobConsumer
    settle: Settle
    settings = run.transactions.resources.settings
    if queue.is_job:
        keeps = bus.keeps_messages
        consumer = JobConsumer(queue, run.transactions, policy, bus_keeps=keeps, child=child)
        settle, prefetch = consumer.settle, queue.jobs_per_worker
    else:
        consumer = EventConsumer(queue, run.transactions, policy)
        run.consuming.append(consumer.run)
        # So that the next batch is here while one settles.
        settle, prefetch = consumer.settle, 2 * settings.batch
        if settings.handler_delay:
            settle = _delayed(settle, settings.handler_delay)
    bus.bind(queue, settle, prefetch=prefetch)
    run.consuming.append(consumer.retry_waiting)
    run.alarms.append(consumer.alarm)


def _delayed(settle: Settle, seconds: float) -> Settle:
    """Rehearse lag: settle every event so many seconds later."""

    async def later(envelope: Envelope) -> None:
        await asyncio.sleep(seconds)
        await settle(envelope)

    return later


def _timed(timer: Timer, transactions: Transactions) -> Callable[[], Coroutine[Any, Any, None]]:
    async def run() -> None:
        while True:
            try:
                more = True
                while more:
                    async with transactions.begin() as tx:
                        more = await timer.act(tx)
            except Exception as error:  # noqa: BLE001 - the next round tries again
                log.warning("timer_failed", timer=timer.act.__name__, reason=describe(error))
            await asyncio.sleep(timer.seconds)

    return run


async def _kept_up(act: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a loop; when it raises, log that and run it again."""
    while True:
        try:
            await act()
        except Exception as error:
            log.exception("background_failed", reason=describe(error))
        await asyncio.sleep(1.0)


@asynccontextmanager
async def run_services(services: list[BoundService], bus: Bus) -> AsyncIterator[None]:
    """Run consumers, relays and timers of the services in this process until the body ends."""
    tasks = [asyncio.create_task(_kept_up(act)) for run in services for act in run.consuming]
    try:
        # All queues exist before the first relay publishes.
        await bus.start()
        tasks += [asyncio.create_task(_kept_up(act)) for run in services for act in run.background]
        yield
    finally:
        # First take nothing new and settle what was taken, then stop the rest.
        await bus.stop()
        await end(tasks)
