"""SQL on the inbox for operators: what waits or is dead, and why; pauses; a rebuild."""

from collections.abc import Collection
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Interval,
    Text,
    all_,
    and_,
    bindparam,
    delete,
    func,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus.inbox.open_messages import (
    ALL_OPEN,
    Backlog,
    MessageFilter,
    MessageGroup,
    OpenMessage,
)
from shared.bus.inbox.store import DEAD, DONE, DROPPED, WAITING, notify
from shared.bus.inbox.tables import inbox, pauses
from shared.contracts.base import Envelope

_REASON = func.coalesce(inbox.c.reason, "")


def _open(wanted: MessageFilter) -> ColumnElement[bool]:
    """Return the condition of the messages that wait or are dead, and are meant."""
    values = {
        inbox.c.event_id: wanted.event_id,
        inbox.c.consumer: wanted.consumer,
        inbox.c.topic: wanted.topic,
        _REASON: wanted.reason,
    }
    parts = [column == value for column, value in values.items() if value is not None]
    if wanted.since is not None:
        parts.append(inbox.c.received_at >= wanted.since)
    return and_(inbox.c.state != DONE, *parts)


async def open_messages(
    session: AsyncSession, wanted: MessageFilter = ALL_OPEN
) -> list[OpenMessage]:
    """Return what waits or is dead, oldest first."""
    named = (field.name for field in fields(OpenMessage))
    columns = [_REASON if name == "reason" else inbox.c[name] for name in named]
    rows = await session.execute(
        select(*columns).where(_open(wanted)).order_by(inbox.c.received_at)
    )
    return [OpenMessage(*row) for row in rows]


async def groups(session: AsyncSession, wanted: MessageFilter = ALL_OPEN) -> list[MessageGroup]:
    """Return what waits or is dead in groups, the one that began first first."""
    rows = await session.execute(
        select(
            inbox.c.consumer,
            inbox.c.topic,
            _REASON,
            func.count().filter(inbox.c.state == WAITING),
            func.count().filter(inbox.c.state == DEAD),
            func.min(inbox.c.received_at),
            func.max(inbox.c.received_at),
        )
        .where(_open(wanted))
        .group_by(inbox.c.consumer, inbox.c.topic, _REASON)
        .order_by(func.min(inbox.c.received_at))
    )
    return [MessageGroup(*row) for row in rows]


async def seen_by(session: AsyncSession, event_id: UUID) -> list[tuple[str, str, Envelope | None]]:
    """Return consumer, state and the event itself (absent once done) wherever it was seen."""
    rows = await session.execute(
        select(inbox.c.consumer, inbox.c.state, inbox.c.body).where(inbox.c.event_id == event_id)
    )
    return [
        (consumer, state, Envelope.from_wire(body) if body else None)
        for consumer, state, body in rows
    ]


async def make_due(session: AsyncSession, wanted: MessageFilter) -> list[str]:
    """Let messages be tried again now, as if never tried; return the consumer of each."""
    consumers = await session.scalars(
        update(inbox)
        .where(_open(wanted))
        .values(state=WAITING, tries=0, retry_at=func.now())
        .returning(inbox.c.consumer)
    )
    await notify(session)
    return list(consumers)


async def lock_open(
    session: AsyncSession, wanted: MessageFilter
) -> list[tuple[str, str, Envelope]]:
    """Lock messages that wait or are dead; return consumer, state and event of each."""
    query = select(inbox.c.consumer, inbox.c.state, inbox.c.body).where(_open(wanted))
    rows = await session.execute(query.with_for_update())
    return [(consumer, state, Envelope.from_wire(body)) for consumer, state, body in rows]


async def mark_dropped(session: AsyncSession, wanted: MessageFilter) -> None:
    """Note messages as given up by an operator: done, and known to have been dropped."""
    await session.execute(
        update(inbox)
        .where(_open(wanted))
        .values(state=DONE, reason=DROPPED, retry_at=None, body=None)
    )
    await notify(session)


async def backlogs(session: AsyncSession) -> dict[str, Backlog]:
    """Return what waits and is dead per consumer; consumers with nothing are left out."""
    rows = await session.execute(
        select(
            inbox.c.consumer,
            func.count().filter(inbox.c.state == WAITING),
            func.count().filter(inbox.c.state == DEAD),
            type_coerce(func.now() - func.min(inbox.c.received_at), Interval()),
        )
        .where(inbox.c.state != DONE)
        .group_by(inbox.c.consumer)
    )
    return {consumer: Backlog(*counts) for consumer, *counts in rows}


async def paused_consumers(session: AsyncSession) -> set[str]:
    """Return the consumers that are paused."""
    return set(await session.scalars(select(pauses.c.consumer)))


async def pause(session: AsyncSession, consumer: str) -> bool:
    """Pause a consumer; False when it was paused already."""
    statement = upsert(pauses).values(consumer=consumer).on_conflict_do_nothing()
    return await session.scalar(statement.returning(pauses.c.since)) is not None


async def resume(session: AsyncSession, consumer: str) -> bool:
    """Let a consumer go on; False when it was not paused."""
    statement = delete(pauses).where(pauses.c.consumer == consumer)
    ended = await session.scalar(statement.returning(pauses.c.since))
    await notify(session)
    return ended is not None


async def lock_inbox(session: AsyncSession) -> None:
    """Let nobody else write to the inbox until this transaction ends."""
    await session.execute(text("LOCK TABLE inbox IN SHARE ROW EXCLUSIVE MODE"))


async def empty(
    session: AsyncSession, consumer: str, kept: Collection[str]
) -> list[dict[str, Any]]:
    """Delete a consumer's messages, but of the subjects `kept`; return the rows not handled.

    These are what waits, is dead, or was dropped; `put_back` takes them.
    """
    others = bindparam("kept", sorted(kept), ARRAY(Text))
    rows = await session.execute(
        inbox.delete()
        .where(inbox.c.consumer == consumer, inbox.c.subject != all_(others))
        .returning(*inbox.c)
    )
    return [
        dict(row) for row in rows.mappings() if row["state"] != DONE or row["reason"] == DROPPED
    ]


async def put_back(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    """Insert rows that `empty` returned, unless the events were handled meanwhile."""
    if rows:
        await session.execute(upsert(inbox).on_conflict_do_nothing(), rows)
