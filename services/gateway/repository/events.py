"""The event log: what was announced, in an order that readers can rely on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from services.gateway.domain.events import LoggedEvent, hidden_from
from services.gateway.domain.webhooks import ALL
from services.gateway.tables import DeliveryRow, EventRow, HorizonRow
from shared.bus import Transaction
from shared.contracts.base import Envelope
from shared.identity.caller import Caller
from shared.identity.visibility import visible_to

LOCKED = "event_log_locked"
"""Said of a session, which is that of one transaction: it has locked the log."""


class EventLog:
    """The append-only log of all events, kept for so many days."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session

    async def append(self, envelope: Envelope) -> None:
        """Add an event; positions become visible in order, so that a cursor never skips one."""
        if not self._session.info.get(LOCKED):
            await self._session.execute(text("SELECT pg_advisory_xact_lock(hashtext('event_log'))"))
            self._session.info[LOCKED] = True
        data = envelope.data
        self._session.add(
            EventRow(
                event_id=envelope.id,
                topic=envelope.type,
                subject=envelope.subject,
                unit_id=data.get("unit_id"),
                agency_id=data.get("agency_id"),
                office_id=data.get("office_id"),
                at=envelope.time,
                envelope=envelope.model_dump(mode="json", exclude_none=True),
            )
        )

    async def after(
        self, caller: Caller, position: int, limit: int, topics: Sequence[str] = ()
    ) -> tuple[list[LoggedEvent], int]:
        """Return the caller's events after a position, and the position up to which was read.

        That is less than `position` when the log has never come so far.
        """
        newest = await self.last_position()
        rows = await self._session.scalars(
            select(EventRow)
            .where(
                visible_to(caller, EventRow),
                EventRow.position > position,
                EventRow.position <= newest,
                EventRow.topic.not_in(hidden_from(caller)),
                *matching(topics),
            )
            .order_by(EventRow.position)
            .limit(limit)
        )
        found = [
            LoggedEvent(row.position, row.event_id, row.topic, row.subject, row.envelope)
            for row in rows
        ]
        return found, found[-1].position if len(found) == limit else newest

    async def last_position(self) -> int:
        """Return the newest position; 0 when there is none."""
        newest = int(await self._session.scalar(select(func.max(EventRow.position))) or 0)
        return max(newest, await self.horizon())

    async def since(self, at: datetime) -> int | None:
        """Return the first position with an event of that time or later."""
        found: int | None = await self._session.scalar(
            select(func.min(EventRow.position)).where(EventRow.at >= at)
        )
        return found

    async def horizon(self) -> int:
        """Return the position up to which the log was deleted; 0 when nothing was."""
        return int(await self._session.scalar(select(HorizonRow.position)) or 0)

    async def forget(self, before: datetime, limit: int) -> bool:
        """Delete the oldest events from before a time; return whether there are more.

        What a webhook has still to deliver is kept for it.
        """
        kept_from = await self.since(before)
        old = select(EventRow.position).order_by(EventRow.position).limit(limit)
        if kept_from is not None:
            old = old.where(EventRow.position < kept_from)
        open_ = select(DeliveryRow.position).where(
            DeliveryRow.position == EventRow.position, DeliveryRow.delivered_at.is_(None)
        )
        positions = list(await self._session.scalars(old.where(~open_.exists())))
        if not positions:
            return False
        await self._session.execute(
            delete(DeliveryRow).where(
                DeliveryRow.position.in_(positions), DeliveryRow.delivered_at.is_not(None)
            )
        )
        await self._session.execute(delete(EventRow).where(EventRow.position.in_(positions)))
        statement = upsert(HorizonRow).values(id=1, position=positions[-1])
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=[HorizonRow.id],
                set_={"position": func.greatest(HorizonRow.position, statement.excluded.position)},
            )
        )
        return len(positions) == limit


def matching(topics: Sequence[str]) -> list[ColumnElement[bool]]:
    """Return the condition that leaves the topics asked for; without any, all."""
    if not topics or ALL in topics:
        return []
    whole = [topic for topic in topics if not topic.endswith(ALL)]
    begins = [topic.removesuffix(ALL) for topic in topics if topic.endswith(ALL)]
    return [
        or_(
            EventRow.topic.in_(whole),
            *(EventRow.topic.startswith(begin, autoescape=True) for begin in begins),
        )
    ]
