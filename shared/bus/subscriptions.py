"""What a service hears: a table of contract and handler, and the queues that follow from it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from shared.contracts.base import Envelope, Event

E = TypeVar("E", bound=Event)

Handler = Callable[[Any, Any], Awaitable[None]]
"""Takes the event and the transaction (quick) or the job (long)."""

EVERY_TOPIC = "#"


@dataclass(frozen=True)
class Subscription:
    """One line of the table; `job` names the queue of a long job."""

    event: type[Event]
    handler: Handler
    job: str | None = None
    give_up: Handler | None = None
    at_once: int = 1
    apart: str | None = None

    @property
    def topic(self) -> str:
        """Return the topic, or the pattern for all."""
        return EVERY_TOPIC if self.event is Event else self.event.topic


def on(event: type[E], handler: Callable[[E, Any], Awaitable[None]]) -> Subscription:
    """Run a quick handler in the consumer's transaction, shared with other waiting messages."""
    return Subscription(event, handler)


def on_every(handler: Callable[[Envelope, Any], Awaitable[None]]) -> Subscription:
    """Run a quick handler for whatever is announced; it gets the envelope."""
    return Subscription(Event, handler)


def work(
    job: str,
    event: type[E],
    handler: Callable[[E, Any], Awaitable[None]],
    give_up: Callable[[E, Any], Awaitable[None]] | None = None,
    *,
    at_once: int = 1,
    apart: str | None = None,
) -> Subscription:
    """Run a long job from a queue of its own, `at_once` at most at a time per worker.

    Of those whose events agree in the field `apart` one runs at a time, over all workers. When one
    ends dead, `give_up` tells whoever waits for it, in the transaction that notes it; an operator
    may replay the job all the same.
    """
    return Subscription(event, handler, job, give_up, at_once, apart)


@dataclass(frozen=True)
class Queue:
    """A queue, the topics bound to it and what runs for each."""

    name: str
    topics: frozenset[str]
    handlers: dict[str, Handler]
    is_job: bool = False
    """Whether its handlers take long, and get a `Job` instead of a transaction."""
    give_up: dict[str, Handler] = field(default_factory=dict)
    """Per topic, what tells whoever waits for the job that it ended dead."""
    at_once: int = 1
    """How many long jobs a worker runs at a time."""
    apart: str | None = None
    """The field of their events that no two running jobs share."""

    def handler(self, topic: str) -> Handler | None:
        """Return what runs for a topic; None when it is only noted."""
        return self.handlers.get(topic) or self.handlers.get(EVERY_TOPIC)


def takes(topics: Iterable[str], topic: str) -> bool:
    """Return whether a queue of these topics (`#` for all) takes a topic."""
    return any(one in (EVERY_TOPIC, topic) for one in topics)


def queues_of(service: str, subscriptions: Iterable[Subscription]) -> list[Queue]:
    """Derive the queues: one for all quick handlers, one per long job.

    Who takes one event of a sequenced stream is sent the whole stream, so that a copy can be exact.
    """
    quick: dict[str, Handler] = {}
    topics: set[str] = set()
    jobs: dict[str, dict[str, Subscription]] = {}
    for subscription in subscriptions:
        event, topic = subscription.event, subscription.topic
        others = quick if subscription.job is None else jobs.setdefault(subscription.job, {})
        if topic in others:
            raise ValueError(f"{service} handles {topic} twice")
        if subscription.job is not None:
            jobs[subscription.job][topic] = subscription
            continue
        quick[topic] = subscription.handler
        streamed = Event.of_stream(event.stream) if topic != EVERY_TOPIC and event.stream else []
        topics |= {topic} | {other.topic for other in streamed}
    if EVERY_TOPIC in topics:
        topics = {EVERY_TOPIC}
    queues = [Queue(f"{service}.events", frozenset(topics), quick)] if topics else []
    return queues + [_queue_of(f"{service}.{job}", of_job) for job, of_job in jobs.items()]


def _queue_of(name: str, subscriptions: Mapping[str, Subscription]) -> Queue:
    """Derive the queue of a long job from what it takes, by topic."""
    first = next(iter(subscriptions.values()))
    return Queue(
        name,
        frozenset(subscriptions),
        {topic: one.handler for topic, one in subscriptions.items()},
        is_job=True,
        give_up={topic: one.give_up for topic, one in subscriptions.items() if one.give_up},
        at_once=first.at_once,
        apart=first.apart,
    )
