"""The event log as the source of events that are to be handled once more."""

from collections.abc import AsyncIterator, Collection
from datetime import datetime

from sqlalchemy import func, select

from services.gateway.tables import EventRow
from shared.bus import Transactions, all_consumed_positions
from shared.contracts.base import Envelope

EVENTS_PER_QUERY = 1000


class LoggedEvents:
    """Reads the event log, each part in a session of its own."""

    def __init__(self, transactions: Transactions) -> None:
        self._sessions = transactions.sessions

    async def read(
        self, since: datetime | None = None, subject: str | None = None
    ) -> AsyncIterator[Envelope]:
        """Yield its events in their order: from a time on, or of one aggregate; else all."""
        query = select(EventRow.position, EventRow.envelope)
        if since is not None:
            query = query.where(EventRow.at >= since)
        if subject is not None:
            query = query.where(EventRow.subject == subject)
        query = query.order_by(EventRow.position).limit(EVENTS_PER_QUERY)
        position = 0
        while True:
            async with self._sessions() as session:
                part = (await session.execute(query.where(EventRow.position > position))).all()
            for row in part:
                yield Envelope.model_validate(row.envelope)
            if len(part) < EVENTS_PER_QUERY:
                return
            position = part[-1].position

    async def counts(self, topics: Collection[str]) -> dict[tuple[str, str], int]:
        """Return how many events of these topics it holds per stream and subject."""
        stream = EventRow.envelope["stream"].astext
        async with self._sessions() as session:
            rows = await session.execute(
                select(stream, EventRow.subject, func.count())
                .where(EventRow.topic.in_(topics), stream.is_not(None))
                .group_by(stream, EventRow.subject)
            )
            return {(of, subject): count for of, subject, count in rows}

    async def consumed(self) -> dict[tuple[str, str], int]:
        """Return the last sequence that it holds, or has forgotten, per stream and subject."""
        async with self._sessions() as session:
            return await all_consumed_positions(session)
