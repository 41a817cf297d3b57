"""The event log: what was announced, in an order that readers can rely on."""

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.tables import EventRow
from shared.caller import Caller
from shared.contracts.base import Envelope


class EventLog:
    """The append-only log of all events."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in an open session."""
        self._session = session

    async def append(self, envelope: Envelope) -> None:
        """Add an event; positions become visible in order, so that a cursor never skips one."""
        await self._session.execute(text("SELECT pg_advisory_xact_lock(hashtext('event_log'))"))
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

    async def after(self, caller: Caller, position: int, limit: int) -> list[EventRow]:
        """Give what the caller may see after a position."""
        rows = await self._session.scalars(
            select(EventRow)
            .where(caller.sees(EventRow), EventRow.position > position)
            .order_by(EventRow.position)
            .limit(limit)
        )
        return list(rows)

    async def last_position(self) -> int:
        """Give the newest position; 0 when there is none."""
        return int(await self._session.scalar(select(func.max(EventRow.position))) or 0)
