"""What a service consumes: a table of contract and handler, and the queues derived from it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from shared.contracts.base import Envelope, Event

E = TypeVar("E", bound=Event)

Handler = Callable[[Any, Any], Awaitable[None]]
"""Takes the event and the transaction, or the job."""

EVERY_TOPIC = "#"


@dataclass(frozen=True)
class Subscription:
    """One line of the table; `job` is the name of a job's queue, None for events."""

    event: type[Event]
    handler: Handler
    job: str | None = None
    give_up: Handler | None = None
    jobs_per_worker: int = 1
    apart: str | None = None
    nice: int = 0
    when: Callable[[Any], bool] | None = None

    @property
    def topic(self) -> str:
        """Return the topic, or the pattern for all."""
        return EVERY_TOPIC if self.event is Event else self.event.topic


def on(event: type[E], handler: Callable[[E, Any], Awaitable[None]]) -> Subscription:
    """Run a handler in the consumer's transaction, which other waiting messages share."""
    return Subscription(event, handler)


def on_every(handler: Callable[[Envelope, Any], Awaitable[None]]) -> Subscription:
    """Run a handler for every event; it gets the envelope."""
    return Subscription(Event, handler)


def work(
    job: str,
    event: type[E],
    handler: Callable[[E, Any], Awaitable[None]],
    give_up: Callable[[E, Any], Awaitable[None]] | None = None,
    *,
    jobs_per_worker: int = 1,
    apart: str | None = None,
    nice: int = 0,
    when: Callable[[E], bool] | None = None,
) -> Subscription:
    """Run a job from a queue of its own, at most `jobs_per_worker` at a time, in no promised order.

    Of those whose events agree in the field `apart` one runs at a time, over all workers. When one
    ends dead, `give_up` tells whoever waits for it, in the transaction that notes it; an operator
    may replay the job all the same. With `nice` the queue's children are its own, and leave the
    processors to others: its jobs are what nobody waits for. Events for which `when` is false are
    no jobs, and nothing is noted of them.
    """
    return Subscription(event, handler, job, give_up, jobs_per_worker, apart, nice, when)


@dataclass(frozen=True)
class Queue:
    """A queue, the topics bound to it and what runs for each."""

    name: str
    topics: frozenset[str]
    handlers: dict[str, Handler]
    is_job: bool = False
    """Whether its handlers take long, and get a `Job` instead of a transaction."""
    give_up: dict[str, Handler] = field(default_factory=dict)
    """Per topic, the handler of a job that ended dead: it tells those who wait for it."""
    jobs_per_worker: int = 1
    """How many jobs a worker runs at a time."""
    apart: str | None = None
    """The field of their events that no two running jobs share."""
    nice: int = 0
    """Above 0: how willingly its jobs' children, which are its own, leave the processors."""
    when: dict[str, Callable[[Any], bool]] = field(default_factory=dict)
    """Per topic, which of its events are jobs; all of a topic that is absent."""

    @property
    def part(self) -> str:
        """Return which part of its service it is: `events`, or the name of the job."""
        return self.name.partition(".")[2]

    def handler(self, topic: str) -> Handler | None:
        """Return the handler of a topic; None when its events only advance the position."""
        return self.handlers.get(topic) or self.handlers.get(EVERY_TOPIC)

    def is_for(self, envelope: Envelope) -> bool:
        """Return whether an event that it takes is a job: one that cannot be read fails as one."""
        wanted = self.when.get(envelope.type)
        try:
            return wanted is None or wanted(envelope.event())
        except ValueError:
            return True


def takes(topics: Iterable[str], topic: str) -> bool:
    """Return whether a queue of these topics (`#` for all) takes a topic."""
    return any(one in (EVERY_TOPIC, topic) for one in topics)


def queues_of(service: str, subscriptions: Iterable[Subscription]) -> list[Queue]:
    """Return the queues of subscriptions: one for all events, one per job.

    A queue that takes one event of a stream takes the whole stream, so that copies can be exact.
    """
    handlers: dict[str, Handler] = {}
    topics: set[str] = set()
    jobs: dict[str, dict[str, Subscription]] = {}
    for subscription in subscriptions:
        event, topic = subscription.event, subscription.topic
        others = handlers if subscription.job is None else jobs.setdefault(subscription.job, {})
        if topic in others:
            raise ValueError(f"{service} handles {topic} twice")
        if subscription.job is not None:
            jobs[subscription.job][topic] = subscription
            continue
        handlers[topic] = subscription.handler
        streamed = Event.of_stream(event.stream) if topic != EVERY_TOPIC and event.stream else []
        topics |= {topic} | {other.topic for other in streamed}
    if EVERY_TOPIC in topics:
        topics = {EVERY_TOPIC}
    queues = [Queue(f"{service}.events", frozenset(topics), handlers)] if topics else []
    return queues + [_queue_of(f"{service}.{job}", of_job) for job, of_job in jobs.items()]


def _queue_of(name: str, subscriptions: Mapping[str, Subscription]) -> Queue:
    """Return the queue of a job from its subscriptions by topic."""
    first = next(iter(subscriptions.values()))
    return Queue(
        name,
        frozenset(subscriptions),
        {topic: one.handler for topic, one in subscriptions.items()},
        is_job=True,
        give_up={topic: one.give_up for topic, one in subscriptions.items() if one.give_up},
        jobs_per_worker=first.jobs_per_worker,
        apart=first.apart,
        nice=first.nice,
        when={topic: one.when for topic, one in subscriptions.items() if one.when},
    )
