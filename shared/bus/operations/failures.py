"""What waits or is dead in a service's inbox, as operators look for it: singly and in groups."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, select

from shared.bus.inbox.store import DEAD, DONE, WAITING
from shared.bus.tables import inbox
from shared.bus.transaction import Transaction


@dataclass(frozen=True)
class Chosen:
    """Which messages are meant: those that fit everything that is said; all when nothing is."""

    event_id: UUID | None = None
    consumer: str | None = None
    topic: str | None = None
    reason: str | None = None
    """As a group has it: empty for what has not been tried yet."""
    since: datetime | None = None
    """Arrived then or later."""

    def condition(self) -> ColumnElement[bool]:
        """Return it as a condition on rows of the inbox."""
        said = {
            inbox.c.event_id: self.event_id,
            inbox.c.consumer: self.consumer,
            inbox.c.topic: self.topic,
            _REASON: self.reason,
        }
        parts = [column == value for column, value in said.items() if value is not None]
        if self.since is not None:
            parts.append(inbox.c.received_at >= self.since)
        return and_(inbox.c.state != DONE, *parts)


_REASON = func.coalesce(inbox.c.reason, "")
EVERY = Chosen()


GROUP_NAME = r"group-[0-9a-f]{8}"


def group_name(consumer: str, topic: str, reason: str) -> str:
    """Name a group by what its messages have in common; as long as they are there it stays."""
    shared = f"{consumer}\n{topic}\n{reason}"
    return f"group-{sha256(shared.encode()).hexdigest()[:8]}"


@dataclass(frozen=True)
class Group:
    """Messages of one topic that one consumer has not handled, for one reason."""

    consumer: str
    topic: str
    reason: str
    waiting: int
    dead: int
    first: datetime | None
    """When the first of them arrived; None where nobody noted it."""
    last: datetime | None

    @property
    def name(self) -> str:
        """Name it, for commands."""
        return group_name(self.consumer, self.topic, self.reason)


async def groups(tx: Transaction, chosen: Chosen = EVERY) -> list[Group]:
    """Return what waits or is dead in groups, the one that began first first."""
    rows = await tx.session.execute(
        select(
            inbox.c.consumer,
            inbox.c.topic,
            _REASON,
            func.count().filter(inbox.c.state == WAITING),
            func.count().filter(inbox.c.state == DEAD),
            func.min(inbox.c.received_at),
            func.max(inbox.c.received_at),
        )
        .where(chosen.condition())
        .group_by(inbox.c.consumer, inbox.c.topic, _REASON)
        .order_by(func.min(inbox.c.received_at))
    )
    return [Group(*row) for row in rows]


async def list_open(tx: Transaction, chosen: Chosen = EVERY) -> list[Row[*tuple[Any, ...]]]:
    """List what waits or is dead, oldest first, without bodies."""
    query = select(
        inbox.c.consumer,
        inbox.c.event_id,
        inbox.c.state,
        inbox.c.topic,
        inbox.c.subject,
        inbox.c.sequence,
        inbox.c.tries,
        inbox.c.received_at,
        inbox.c.retry_at,
        inbox.c.reason,
    ).where(chosen.condition())
    return list((await tx.session.execute(query.order_by(inbox.c.received_at))).all())
