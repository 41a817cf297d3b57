"""What a service hears: a table of contract and handler, and the queues that follow from it."""

from collections.abc import Awaitable, Callable, Iterable
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
) -> Subscription:
    """Run a long job from a queue of its own, one at a time per worker.

    When it ends dead, `give_up` tells whoever waits for it, in the transaction that notes it; an
    operator may replay the job all the same.
    """
    return Subscription(event, handler, job, give_up)


@dataclass(frozen=True)
class Queue:
    """A queue, the topics bound to it and what runs for each."""

    name: str
    topics: frozenset[str]
    handlers: dict[str, Handler]
    long: bool = False
    giving_up: dict[str, Handler] = field(default_factory=dict)

    def handler(self, topic: str) -> Handler | None:
        """Give what runs for a topic; None when it is only noted."""
        return self.handlers.get(topic) or self.handlers.get(EVERY_TOPIC)


def queues_of(service: str, subscriptions: Iterable[Subscription]) -> list[Queue]:
    """Derive the queues: one for all quick handlers, one per long job.

    Who takes one event of a sequenced stream is sent the whole stream, so that a copy can be exact.
    """
    quick: dict[str, Handler] = {}
    topics: set[str] = set()
    long: dict[str, dict[str, Handler]] = {}
    giving_up: dict[str, dict[str, Handler]] = {}
    for subscription in subscriptions:
        event = subscription.event
        topic = EVERY_TOPIC if event is Event else event.topic
        into = quick if subscription.job is None else long.setdefault(subscription.job, {})
        if topic in into:
            raise ValueError(f"{service} handles {topic} twice")
        into[topic] = subscription.handler
        if subscription.job is not None and subscription.give_up is not None:
            giving_up.setdefault(subscription.job, {})[topic] = subscription.give_up
        if subscription.job is None:
            streamed = (
                Event.of_stream(event.stream) if topic != EVERY_TOPIC and event.stream else []
            )
            topics |= {topic} | {other.topic for other in streamed}
    if EVERY_TOPIC in topics:
        topics = {EVERY_TOPIC}
    queues = [Queue(f"{service}.events", frozenset(topics), quick)] if topics else []
    return queues + [
        Queue(
            f"{service}.{job}",
            frozenset(handlers),
            handlers,
            long=True,
            giving_up=giving_up.get(job, {}),
        )
        for job, handlers in long.items()
    ]
