"""Events on their way into the outbox, numbered per aggregate."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import ARRAY, Text, bindparam, column, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus.listening import OUTBOX
from shared.bus.positions import reserve_published
from shared.bus.tables import outbox
from shared.contracts.base import Envelope, Event

_ADDED = (outbox.c.topic, outbox.c.subject, outbox.c.body)
_events = (
    func.unnest(*(bindparam(one.name, type_=ARRAY(one.type)) for one in _ADDED))
    .table_valued(
        *(column(one.name, one.type) for one in _ADDED), with_ordinality="place", name="events"
    )
    .render_derived()
)
# Not now(): a job's transaction began with the job, and the age of what waits is watched.
_in_order = select(
    *(_events.c[one.name] for one in _ADDED), func.clock_timestamp().label("created_at")
).order_by(_events.c.place)
_added = (
    insert(outbox)
    .from_select([*_ADDED, outbox.c.created_at], _in_order, include_defaults=False)
    .cte("added")
)
_ADD = select(
    func.pg_notify(OUTBOX, func.unnest(bindparam("announced", type_=ARRAY(Text))))
).add_cte(_added)
_WAKE = select(func.pg_notify(OUTBOX, bindparam("subject")))
MOST_NAMED = 50
"""Subjects that a notification names one by one; of more it names none, and means all."""


class Emitted(NamedTuple):
    """An event that a transaction announces, with what it follows from."""

    event: Event
    correlation: str
    traceparent: str


async def add_events(session: AsyncSession, emitted: Sequence[Emitted], now: datetime) -> None:
    """Add events to the outbox, the next sequences in them; wake the relays at the commit."""
    if not emitted:
        return
    last = await reserve_published(
        session, Counter((event.stream, event.subject) for event, *_ in emitted if event.stream)
    )
    rows: dict[str, list[str | bytes]] = {one.name: [] for one in _ADDED}
    for event, correlation, trace in emitted:
        sequence = None
        if event.stream is not None:
            last[event.stream, event.subject] += 1
            sequence = last[event.stream, event.subject]
        envelope = Envelope(
            id=uuid4(),
            source=event.source(),
            type=event.topic,
            subject=event.subject,
            time=now,
            stream=event.stream,
            sequence=sequence,
            correlationid=correlation,
            traceparent=trace,
            data=event.model_dump(mode="json"),
        )
        rows["topic"].append(event.topic)
        rows["subject"].append(event.subject)
        rows["body"].append(envelope.to_wire())
    subjects = {event.subject for event, *_ in emitted}
    announced = list(subjects) if len(subjects) <= MOST_NAMED else [""]
    await session.execute(_ADD, {**rows, "announced": announced})


async def wake(session: AsyncSession, subject: str) -> None:
    """Wake whoever waits for a subject when the transaction commits."""
    await session.execute(_WAKE, {"subject": subject})
