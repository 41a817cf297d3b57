"""How far a service has published its own aggregates, and consumed those of others."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Result,
    SQLColumnExpression,
    Text,
    all_,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy import column as column_of
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus.inbox.sequence import Aggregate, Positions
from shared.bus.tables import consumed_positions as consumed
from shared.bus.tables import published_positions as published

_STREAMS, _SUBJECTS = (bindparam(name, type_=ARRAY(Text)) for name in ("streams", "subjects"))
_ASKED = (
    func.unnest(_STREAMS, _SUBJECTS)
    .table_valued(column_of("stream", Text), column_of("subject", Text), name="asked")
    .render_derived()
)
_CONSUMED = select(*consumed.c).join(
    _ASKED,
    and_(consumed.c.stream == _ASKED.c.stream, consumed.c.subject == _ASKED.c.subject),
)
_LOCKED = _CONSUMED.order_by(consumed.c.stream, consumed.c.subject).with_for_update(of=consumed)
"""In one order, so that no two transactions wait for each other."""

_advance = upsert(consumed)
_ADVANCE = _advance.on_conflict_do_update(
    index_elements=[consumed.c.stream, consumed.c.subject],
    set_={"sequence": _advance.excluded.sequence},
    where=consumed.c.sequence < _advance.excluded.sequence,
)

_COUNTED = (
    func.unnest(_STREAMS, _SUBJECTS, bindparam("counts", type_=ARRAY(BigInteger)))
    .table_valued(
        column_of("stream", Text),
        column_of("subject", Text),
        column_of("sequence", BigInteger),
        name="wanted",
    )
    .render_derived()
)
_reserve = upsert(published).from_select(["stream", "subject", "sequence"], select(*_COUNTED.c))
_RESERVE = _reserve.on_conflict_do_update(
    index_elements=[published.c.stream, published.c.subject],
    set_={"sequence": published.c.sequence + _reserve.excluded.sequence},
).returning(published.c.stream, published.c.subject, published.c.sequence)


def _arrays(aggregates: Iterable[Aggregate]) -> dict[str, list[Any]]:
    """Return streams and subjects as one parameter each, so that a statement is made once."""
    pairs = list(aggregates)
    return {"streams": [one for one, _ in pairs], "subjects": [other for _, other in pairs]}


def published_sequence(stream: str, subject: SQLColumnExpression[str]) -> ColumnElement[int]:
    """Return the last sequence of an aggregate as a column, for a query on its rows; 0 without."""
    last = select(published.c.sequence).where(
        published.c.stream == stream, published.c.subject == subject
    )
    return func.coalesce(last.scalar_subquery(), 0)


async def published_position(session: AsyncSession, stream: str, subject: str) -> int:
    """Return the last sequence that this service gave an event of an aggregate; 0 without any."""
    return (await published_positions(session, stream, [subject])).get(subject, 0)


async def published_positions(
    session: AsyncSession, stream: str, subjects: Collection[str]
) -> dict[str, int]:
    """Return the last sequence per subject; one without any is absent."""
    rows = await session.execute(
        select(published.c.subject, published.c.sequence).where(
            published.c.stream == stream, published.c.subject.in_(subjects)
        )
    )
    return {row.subject: row.sequence for row in rows}


async def consumed_position(session: AsyncSession, stream: str, subject: str) -> int:
    """Return the sequence up to which this service has consumed an aggregate; 0 without any."""
    return (await consumed_positions(session, [(stream, subject)])).get((stream, subject), 0)


async def consumed_positions(
    session: AsyncSession, aggregates: Iterable[Aggregate], *, lock: bool = False
) -> Positions:
    """Return how far this service has consumed these aggregates, locked until the end if wanted."""
    wanted = set(aggregates)
    if not wanted:
        return {}
    query = _LOCKED if lock else _CONSUMED
    return _by_aggregate(await session.execute(query, _arrays(wanted)))


async def all_consumed_positions(session: AsyncSession) -> Positions:
    """Return how far this service has consumed every aggregate."""
    return _by_aggregate(await session.execute(select(*consumed.c)))


async def has_positions(session: AsyncSession) -> bool:
    """Return whether this service has consumed or published anything yet."""
    either = or_(exists(select(consumed.c.subject)), exists(select(published.c.subject)))
    return bool(await session.scalar(select(either)))


async def advance_consumed(session: AsyncSession, positions: Mapping[Aggregate, int]) -> None:
    """Note how far aggregates are consumed; never back."""
    if positions:
        rows = [
            {"stream": stream, "subject": subject, "sequence": sequence}
            for (stream, subject), sequence in sorted(positions.items())
        ]
        await session.execute(_ADVANCE, rows)


async def forget_consumed(session: AsyncSession, kept: Collection[str]) -> None:
    """Forget how far aggregates are consumed, but of the subjects `kept`."""
    others = bindparam("kept", sorted(kept), ARRAY(Text))
    await session.execute(consumed.delete().where(consumed.c.subject != all_(others)))


async def reserve_published(session: AsyncSession, counts: Mapping[Aggregate, int]) -> Positions:
    """Reserve so many sequences per aggregate; return the last one before them.

    Locks the aggregates until the transaction ends, in one order.
    """
    if not counts:
        return {}
    wanted = sorted(counts)
    result = await session.execute(
        _RESERVE, _arrays(wanted) | {"counts": [counts[one] for one in wanted]}
    )
    return {
        aggregate: sequence - counts[aggregate]
        for aggregate, sequence in _by_aggregate(result).items()
    }


def _by_aggregate(rows: Result[Any]) -> Positions:
    return {(row.stream, row.subject): row.sequence for row in rows}
