"""SQL on the inbox for consumers: what they have consumed, what waits, and what is due."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    Interval,
    Select,
    Text,
    Uuid,
    all_,
    and_,
    bindparam,
    case,
    cast,
    column,
    delete,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus.inbox.tables import inbox, pauses
from shared.bus.listening import INBOX
from shared.contracts.base import Envelope

DONE, WAITING, DEAD = "done", "waiting", "dead"
"""States of a message at a consumer."""
BEHIND = "behind"
"""Waits, and another one of its aggregate comes first."""
EARLY, PAUSED, DROPPED, REPLAYED = "early", "paused", "dropped", "replayed"
"""Reasons that are no errors."""

_ARRIVED_IN_ORDER = func.now() + bindparam("offset", type_=Interval)
"""When one of several arrived that came at once: what has no sequence is handled in this order."""


def _row(consumer: str, envelope: Envelope, **more: object) -> dict[str, object]:
    """Return the columns that name an event in a consumer's inbox, with others."""
    return {
        "consumer": consumer,
        "event_id": envelope.id,
        "topic": envelope.type,
        "source": envelope.source,
        "subject": envelope.subject,
        "sequence": envelope.sequence if envelope.stream else None,
        **more,
    }


def _offset(place: int) -> timedelta:
    """Return how much later than the first the one at a place counts as arrived."""
    return timedelta(microseconds=place)


def _is(consumer: str, event_id: UUID) -> ColumnElement[bool]:
    return and_(inbox.c.consumer == consumer, inbox.c.event_id == event_id)


_paused = select(pauses.c.consumer).where(pauses.c.consumer == bindparam("consumer"))
_CLAIMED = {
    inbox.c.event_id: Uuid,
    inbox.c.topic: Text,
    inbox.c.source: Text,
    inbox.c.subject: Text,
    inbox.c.sequence: BigInteger,
}
_asked = (
    func.unnest(*(bindparam(one.name, type_=ARRAY(kind)) for one, kind in _CLAIMED.items()))
    .table_valued(*(column(one.name, kind) for one, kind in _CLAIMED.items()), name="asked")
    .render_derived()
)
_claimed = (
    upsert(inbox)
    .from_select(
        [inbox.c.consumer, inbox.c.state, *_CLAIMED],
        select(bindparam("consumer", type_=Text), literal_column(f"'{DONE}'"), *_asked.c).where(
            or_(bindparam("even_paused", type_=Boolean), ~_paused.exists())
        ),
    )
    .on_conflict_do_nothing()
    .returning(inbox.c.event_id)
    .cte("claimed")
)
_CLAIM = select(_paused.exists(), select(func.array_agg(_claimed.c.event_id)).scalar_subquery())
"""One statement for any number of events, so that PostgreSQL prepares it once."""


async def claim(
    session: AsyncSession,
    consumer: str,
    envelopes: Iterable[Envelope],
    *,
    even_paused: bool = False,
) -> list[Envelope] | None:
    """Note events as done; return those that the consumer has not seen before, in their order.

    None, and nothing is noted, when the consumer is paused.
    """
    rows = {
        envelope.id: _row(consumer, envelope)
        for envelope in sorted(envelopes, key=lambda envelope: envelope.id)
    }
    columns = {one.name: [row[one.name] for row in rows.values()] for one in _CLAIMED}
    result = await session.execute(
        _CLAIM, columns | {"consumer": consumer, "even_paused": even_paused}
    )
    paused, new = result.one()
    if paused and not even_paused:
        return None
    found = set(new or ())
    return list({one.id: one for one in envelopes if one.id in found}.values())


_MARK_DONE = (
    upsert(inbox)
    .on_conflict_do_update(
        index_elements=[inbox.c.consumer, inbox.c.event_id],
        set_={"state": DONE, "body": None, "retry_at": None},
        where=inbox.c.state != DONE,
    )
    .returning(inbox.c.event_id)
)


async def mark_done(session: AsyncSession, consumer: str, envelope: Envelope) -> bool:
    """Note an event as done; False when it was already."""
    result = await session.scalar(_MARK_DONE, _row(consumer, envelope, state=DONE))
    return result is not None


async def blocked_subjects(
    session: AsyncSession, consumer: str, envelopes: Iterable[Envelope]
) -> set[tuple[str, str]]:
    """Return source and subject of those without a sequence that stand behind an open message."""
    subjects = {(one.source, one.subject) for one in envelopes if one.stream is None}
    if not subjects:
        return set()
    rows = await session.execute(
        select(inbox.c.source, inbox.c.subject)
        .where(
            inbox.c.consumer == consumer,
            inbox.c.state != DONE,
            inbox.c.sequence.is_(None),
            tuple_(inbox.c.source, inbox.c.subject).in_(subjects),
        )
        .distinct()
    )
    return {(source, subject) for source, subject in rows}


async def add_waiting(
    session: AsyncSession,
    consumer: str,
    envelopes: Iterable[Envelope],
    reason: str | None = None,
    *,
    first: int = 0,
) -> int:
    """Let new messages wait, due at once, in this order; return how many were new.

    `first` is the place of the first of them among those that arrive in this transaction.
    """
    rows = [
        _row(consumer, envelope, state=WAITING, reason=reason, body=envelope.to_wire())
        | {"offset": _offset(place)}
        for place, envelope in enumerate(envelopes, first)
    ]
    statement = upsert(inbox).values(retry_at=func.now(), received_at=_ARRIVED_IN_ORDER)
    new = await session.scalars(
        statement.on_conflict_do_nothing().returning(inbox.c.event_id), rows
    )
    return len(new.all())


_KEEP_EARLY = (
    update(inbox)
    .where(inbox.c.consumer == bindparam("of"), inbox.c.event_id == bindparam("id"))
    .values(state=WAITING, reason=EARLY, body=bindparam("wire"), received_at=_ARRIVED_IN_ORDER)
)


async def keep_early(
    session: AsyncSession, consumer: str, envelopes: Sequence[Envelope], wait: timedelta
) -> None:
    """Let claimed messages wait after all, in this order: others have to come before them."""
    if envelopes:
        await session.execute(
            _KEEP_EARLY.values(retry_at=func.now() + wait),
            [
                {"of": consumer, "id": one.id, "wire": one.to_wire(), "offset": _offset(place)}
                for place, one in enumerate(envelopes)
            ],
        )


class Failed(NamedTuple):
    """A message after a failure."""

    tries: int
    state: str
    age: timedelta
    """Since it arrived."""


async def add_failure(
    session: AsyncSession,
    consumer: str,
    envelope: Envelope,
    reason: str,
    *,
    counted: bool,
    most_tries: int,
) -> Failed | None:
    """Let a message wait, or end dead after `most_tries`; None when it is done meanwhile."""
    first = DEAD if int(counted) >= most_tries else WAITING
    statement = upsert(inbox).values(
        **_row(consumer, envelope, state=first, reason=reason, body=envelope.to_wire()),
        tries=int(counted),
        retry_at=func.now(),
    )
    tries = inbox.c.tries + int(counted)
    result = await session.execute(
        statement.on_conflict_do_update(
            index_elements=[inbox.c.consumer, inbox.c.event_id],
            set_={
                "tries": tries,
                "state": case((tries >= most_tries, DEAD), else_=WAITING),
                "reason": statement.excluded.reason,
                "body": statement.excluded.body,
            },
            where=inbox.c.state != DONE,
        ).returning(inbox.c.tries, inbox.c.state, (func.now() - inbox.c.received_at).label("age"))
    )
    row = result.one_or_none()
    return None if row is None else Failed(*row)


async def retry_in(
    session: AsyncSession, consumer: str, event_id: UUID, wait: timedelta | None
) -> None:
    """Let a message be due after `wait`; never when that is None, and no other waits for it."""
    retry_at = None if wait is None else func.now() + wait
    await session.execute(update(inbox).where(_is(consumer, event_id)).values(retry_at=retry_at))


_older = inbox.alias("older")
_behind = (
    select(_older.c.event_id)
    .where(
        _older.c.consumer == inbox.c.consumer,
        _older.c.source == inbox.c.source,
        _older.c.subject == inbox.c.subject,
        _older.c.state != literal_column(f"'{DONE}'"),
        _older.c.retry_at.is_not(None),
        or_(
            and_(_older.c.sequence.is_not(None), _older.c.sequence < inbox.c.sequence),
            and_(_older.c.sequence.is_(None), _older.c.received_at < inbox.c.received_at),
        ),
    )
    .exists()
)
_ripe = and_(
    inbox.c.consumer == bindparam("consumer"),
    inbox.c.state == literal_column(f"'{WAITING}'"),
    inbox.c.retry_at <= func.now(),
    ~select(pauses.c.consumer).where(pauses.c.consumer == inbox.c.consumer).exists(),
)
_DUE = (
    select(inbox.c.body)
    .where(
        _ripe,
        ~_behind,
        inbox.c.event_id != all_(bindparam("but", type_=ARRAY(Uuid))),
    )
    .order_by(inbox.c.retry_at)
    .limit(1)
    .with_for_update(skip_locked=True)
)
"""Due, not paused, behind no other of its aggregate; literals, so that partial indexes serve.

What was given up (dead, without a time) is in nobody's way.
"""


_STANDING = select(
    case((inbox.c.state == DONE, DONE), (_behind, BEHIND), else_=inbox.c.state)
).where(inbox.c.consumer == bindparam("consumer"), inbox.c.event_id == bindparam("event_id"))


async def standing(session: AsyncSession, consumer: str, event_id: UUID) -> str | None:
    """Return the state of a message, or BEHIND when another one of its aggregate comes first.

    None when the inbox does not have it.
    """
    found: str | None = await session.scalar(
        _STANDING, {"consumer": consumer, "event_id": event_id}
    )
    return found


async def lock_due(
    session: AsyncSession, consumer: str, but: Collection[UUID] = frozenset()
) -> bytes | None:
    """Lock one message that is due and stands behind no other; return its body.

    Those of `but` are being handled already.
    """
    body: bytes | None = await session.scalar(_DUE, {"consumer": consumer, "but": list(but)})
    return body


_ANY_BEHIND = select(select(inbox.c.event_id).where(_ripe, _behind).exists())


async def is_any_behind(session: AsyncSession, consumer: str) -> bool:
    """Return whether a message would be due but for another one of its aggregate."""
    return bool(await session.scalar(_ANY_BEHIND, {"consumer": consumer}))


async def lock_next(session: AsyncSession, consumer: str, envelope: Envelope) -> bytes | None:
    """Lock the message that waited for this very event of its aggregate; return its body.

    What is only early need not wait for its own time; what has failed must.
    """
    body: bytes | None = await session.scalar(
        select(inbox.c.body)
        .where(
            inbox.c.consumer == consumer,
            inbox.c.source == envelope.source,
            inbox.c.subject == envelope.subject,
            inbox.c.state != literal_column(f"'{DONE}'"),  # for the partial index
            inbox.c.state == WAITING,
            or_(inbox.c.reason == EARLY, inbox.c.retry_at <= func.now()),
            inbox.c.sequence == (envelope.sequence or 0) + 1 if envelope.stream else true(),
        )
        .order_by(inbox.c.received_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return body


async def make_apart_due(
    session: AsyncSession, consumer: str, envelope: Envelope, apart: str
) -> None:
    """Let early messages with the same value in the field `apart` of their data be due at once."""
    field = cast(func.convert_from(inbox.c.body, "UTF8"), JSONB)["data"][apart]
    due = await session.scalars(
        update(inbox)
        .where(
            inbox.c.consumer == consumer,
            inbox.c.state == WAITING,
            inbox.c.reason == EARLY,
            field.astext == str(envelope.data[apart]),
        )
        .values(retry_at=func.now())
        .returning(inbox.c.event_id)
    )
    if due.all():
        await notify(session)


async def notify(session: AsyncSession) -> None:
    """Wake the consumers of all processes when this transaction commits."""
    await session.execute(select(func.pg_notify(INBOX, "")))


@cache
def _lock_names(count: int) -> Select[bool, bool]:
    names = (bindparam(f"name{place}", type_=Text) for place in range(count))
    locked = (func.pg_try_advisory_xact_lock(func.hashtext(name)) for name in names)
    return select(_paused.exists(), and_(true(), *locked))


async def lock_names(session: AsyncSession, consumer: str, names: Sequence[str]) -> bool | None:
    """Lock names until the transaction ends; False when another one has some of them.

    None when the consumer is paused.
    """
    query = _lock_names(len(names))
    values = {f"name{place}": name for place, name in enumerate(names)}
    paused, locked = (await session.execute(query, {"consumer": consumer} | values)).one()
    return None if paused else locked


async def is_paused(session: AsyncSession, consumer: str) -> bool:
    """Return whether an operator has paused a consumer."""
    return await session.scalar(_paused, {"consumer": consumer}) is not None


async def delete_done(session: AsyncSession, before: datetime, limit: int) -> int:
    """Delete at most so many events done before a time; return how many.

    What was dropped stays: a rebuild has to know that it may fail once more.
    """
    old = (
        select(inbox.c.consumer, inbox.c.event_id)
        .where(
            inbox.c.state == DONE,
            inbox.c.reason.is_distinct_from(DROPPED),
            inbox.c.received_at < before,
        )
        .limit(limit)
    )
    deleted = await session.scalars(
        delete(inbox)
        .where(tuple_(inbox.c.consumer, inbox.c.event_id).in_(old))
        .returning(inbox.c.event_id)
    )
    return len(deleted.all())
