"""The inbox as rows: what a consumer has seen, how far its copies are, what waits and why."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import (
    Interval,
    and_,
    bindparam,
    case,
    cast,
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

from shared.bus.listening import INBOX
from shared.bus.retry_policy import RetryPolicy, TooEarly
from shared.bus.tables import heard, inbox, pauses
from shared.bus.transaction import Transaction, Transactions
from shared.contracts.base import Envelope
from shared.errors import StorageAway
from shared.runtime.faults import describe
from shared.runtime.log import get_logger

log = get_logger(__name__)

DONE, WAITING, DEAD = "done", "waiting", "dead"
EARLY, PAUSED, DROPPED = "early", "paused", "dropped"


def inbox_row(consumer: str, envelope: Envelope) -> dict[str, object]:
    """Return the columns that name an event in a consumer's inbox."""
    return {
        "consumer": consumer,
        "event_id": envelope.id,
        "topic": envelope.type,
        "source": envelope.source,
        "subject": envelope.subject,
        "sequence": envelope.sequence if envelope.stream else None,
    }


IN_TURN = func.now() + bindparam("nth", type_=Interval)
"""When one of several arrived that came at once: what has no sequence is handled in this order."""


def nth(place: int) -> dict[str, timedelta]:
    """Return the parameter of `IN_TURN`: they stand microseconds apart."""
    return {"nth": timedelta(microseconds=place)}


async def last_heard(tx: Transaction, envelopes: Iterable[Envelope]) -> dict[tuple[str, str], int]:
    """Give, and lock, how far the copies of these events' aggregates are."""
    keys = {(e.stream, e.subject) for e in envelopes if e.stream is not None}
    if not keys:
        return {}
    rows = await tx.session.execute(
        select(heard.c.stream, heard.c.subject, heard.c.sequence)
        .where(tuple_(heard.c.stream, heard.c.subject).in_(keys))
        .order_by(heard.c.stream, heard.c.subject)
        .with_for_update()
    )
    return {(stream, subject): sequence for stream, subject, sequence in rows}


async def note_heard(tx: Transaction, last: dict[tuple[str, str], int]) -> None:
    """Note how far the copies are now."""
    if not last:
        return
    statement = upsert(heard)
    await tx.session.execute(
        statement.on_conflict_do_update(
            index_elements=[heard.c.stream, heard.c.subject],
            set_={"sequence": statement.excluded.sequence},
            where=heard.c.sequence < statement.excluded.sequence,
        ),
        [
            {"stream": stream, "subject": subject, "sequence": sequence}
            for (stream, subject), sequence in sorted(last.items())
        ],
    )


async def write_down(
    transactions: Transactions,
    consumer: str,
    policy: RetryPolicy,
    envelope: Envelope,
    error: Exception,
    give_up: Callable[[Transaction], Awaitable[None]] | None = None,
) -> float:
    """Let a message wait, or end dead, after `error`.

    It counts unless the message was only early, or the object store was away: that is soon over or
    an operator's to mend, and nobody's fault. Returns the seconds until it is due again. `give_up`
    runs in the same transaction when it is dead.
    """
    early = isinstance(error, TooEarly)
    uncounted = early or isinstance(error, StorageAway)
    async with transactions.begin() as tx:
        row = inbox_row(consumer, envelope)
        statement = upsert(inbox).values(
            **row,
            state=WAITING,
            tries=0 if uncounted else 1,
            reason=EARLY if early else describe(error),
            body=envelope.to_wire(),
            retry_at=func.now() + policy.after_failure(1),
        )
        tries = inbox.c.tries + (0 if uncounted else 1)
        previous = await tx.session.execute(
            statement.on_conflict_do_update(
                index_elements=[inbox.c.consumer, inbox.c.event_id],
                set_={
                    "tries": tries,
                    "state": case((tries >= policy.tries, DEAD), else_=WAITING),
                    "reason": statement.excluded.reason,
                    "body": statement.excluded.body,
                },
                where=inbox.c.state != DONE,
            ).returning(
                inbox.c.tries, inbox.c.state, (func.now() - inbox.c.received_at).label("age")
            )
        )
        found = previous.one_or_none()
        if found is None:
            return 0.0
        delay = policy.after_early(found.age) if uncounted else policy.after_failure(found.tries)
        await tx.session.execute(
            update(inbox)
            .where(inbox.c.consumer == consumer, inbox.c.event_id == envelope.id)
            .values(retry_at=func.now() + delay)
        )
        if give_up is not None and found.state == DEAD:
            await give_up(tx)
            # Whoever waited knows; nothing has to stand behind it any longer.
            await tx.session.execute(
                update(inbox)
                .where(inbox.c.consumer == consumer, inbox.c.event_id == envelope.id)
                .values(retry_at=None)
            )
    if not early:
        log.warning(
            "message_failed",
            consumer=consumer,
            topic=envelope.type,
            event_id=str(envelope.id),
            tries=found.tries,
            state=found.state,
            reason=describe(error),
        )
    return delay.total_seconds()


async def is_paused(session: AsyncSession, consumer: str) -> bool:
    """Return whether an operator has paused a consumer."""
    found = await session.scalar(select(pauses.c.since).where(pauses.c.consumer == consumer))
    return found is not None


async def keep_paused(tx: Transaction, consumer: str, envelopes: Sequence[Envelope]) -> None:
    """Let messages wait until their consumer is resumed."""
    rows = [
        inbox_row(consumer, envelope)
        | {"state": WAITING, "reason": PAUSED, "body": envelope.to_wire()}
        | nth(place)
        for place, envelope in enumerate(envelopes)
    ]
    statement = upsert(inbox).values(retry_at=func.now(), received_at=IN_TURN)
    await tx.session.execute(statement.on_conflict_do_nothing(), rows)


_older = inbox.alias("older")
_DUE = (
    select(inbox.c.body)
    .where(
        inbox.c.consumer == bindparam("consumer"),
        inbox.c.state == literal_column(f"'{WAITING}'"),
        inbox.c.retry_at <= func.now(),
        ~select(pauses.c.consumer).where(pauses.c.consumer == inbox.c.consumer).exists(),
        ~select(_older.c.event_id)
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
        .exists(),
    )
    .order_by(inbox.c.retry_at)
    .limit(1)
    .with_for_update(skip_locked=True)
)
"""Due, not paused, behind no other of its aggregate; literals, so that partial indexes serve.

What was given up (dead, without a time) is in nobody's way.
"""


async def lock_due(
    tx: Transaction, consumer: str, but: Collection[UUID] = frozenset()
) -> bytes | None:
    """Lock one message whose time has come and that stands behind no other; returns its body.

    Those of `but` are in somebody's hands already.
    """
    due = _DUE.where(inbox.c.event_id.not_in(but)) if but else _DUE
    found: bytes | None = await tx.session.scalar(due, {"consumer": consumer})
    return found


async def call_up(tx: Transaction, consumer: str, envelope: Envelope, apart: str) -> None:
    """Let what waited for a job to end, having the same in the field `apart`, be due at once."""
    said = cast(func.convert_from(inbox.c.body, "UTF8"), JSONB)["data"][apart]
    await tx.session.execute(
        update(inbox)
        .where(
            inbox.c.consumer == consumer,
            inbox.c.state == WAITING,
            inbox.c.reason == EARLY,
            said.astext == str(envelope.data[apart]),
        )
        .values(retry_at=func.now())
    )
    await tx.session.execute(select(func.pg_notify(INBOX, "")))


async def lock_next(tx: Transaction, consumer: str, envelope: Envelope) -> bytes | None:
    """Lock what waited for this very event of its aggregate, if anything; returns its body.

    What is only early need not wait for its own time; what has failed must.
    """
    found: bytes | None = await tx.session.scalar(
        select(inbox.c.body)
        .where(
            inbox.c.consumer == consumer,
            inbox.c.source == envelope.source,
            inbox.c.subject == envelope.subject,
            inbox.c.state != literal_column(f"'{DONE}'"),
            inbox.c.state == WAITING,
            or_(inbox.c.reason == EARLY, inbox.c.retry_at <= func.now()),
            inbox.c.sequence == (envelope.sequence or 0) + 1 if envelope.stream else true(),
        )
        .order_by(inbox.c.received_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return found


async def mark_done(tx: Transaction, consumer: str, envelope: Envelope) -> bool:
    """Note an event as done; False when it was already."""
    row = inbox_row(consumer, envelope) | {"state": DONE}
    result = await tx.session.scalar(
        upsert(inbox)
        .values(**row)
        .on_conflict_do_update(
            index_elements=[inbox.c.consumer, inbox.c.event_id],
            set_={"state": DONE, "body": None, "retry_at": None},
            where=inbox.c.state != DONE,
        )
        .returning(inbox.c.event_id)
    )
    return result is not None


async def has_heard(tx: Transaction, stream: str, subject: str) -> int:
    """Return how far this service's copy of an aggregate is; 0 when it has none."""
    found = await tx.session.scalar(
        select(func.max(heard.c.sequence)).where(
            heard.c.stream == stream, heard.c.subject == subject
        )
    )
    return int(found or 0)


async def all_heard(tx: Transaction) -> dict[tuple[str, str], int]:
    """Return how far all copies of this service are."""
    rows = await tx.session.execute(select(heard.c.stream, heard.c.subject, heard.c.sequence))
    return {(stream, subject): sequence for stream, subject, sequence in rows}
