"""The audit trail, and the notifications sent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.tables import AuditRow, NotificationRow
from shared.caller import Caller


class Trail:
    """The audit trail and the notifications sent."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in an open session."""
        self._session = session

    def note(
        self, caller: Caller, action: str, subject: str, correlation: str, at: datetime
    ) -> None:
        """Note who did what to what."""
        self._session.add(
            AuditRow(
                at=at,
                account_id=caller.account_id,
                office_id=caller.office_id,
                action=action,
                subject=subject,
                correlation=correlation,
            )
        )

    async def before(self, office_id: str, position: int | None, limit: int) -> list[AuditRow]:
        """Give an office's entries, newest first."""
        query = select(AuditRow).where(AuditRow.office_id == office_id)
        if position is not None:
            query = query.where(AuditRow.position < position)
        rows = await self._session.scalars(query.order_by(AuditRow.position.desc()).limit(limit))
        return list(rows)

    async def note_sent(self, event_id: UUID, unit_id: str, subject: str, at: datetime) -> None:
        """Note that a text message went out."""
        await self._session.merge(
            NotificationRow(event_id=event_id, unit_id=unit_id, subject=subject, sent_at=at)
        )

    async def is_sent(self, event_id: UUID) -> bool:
        """Say whether the text message about an event went out."""
        return await self._session.get(NotificationRow, event_id) is not None
