"""The event log as the source of events that are to be handled once more."""

from collections.abc import AsyncIterator, Collection

from sqlalchemy import func, select

from services.gateway.tables import EventRow
from shared.bus import Transactions
from shared.bus.inbox.sequence import Positions
from shared.bus.operations.replay import EventFilter
from shared.bus.positions import all_consumed
from shared.bus.subscriptions import takes
from shared.contracts.base import Envelope

EVENTS_PER_QUERY = 1000


class LoggedEvents:
    """Reads the event log, each part in a session of its own."""

    def __init__(self, transactions: Transactions) -> None:
        self._sessions = transactions.sessions

    async def read(self, topics: Collection[str], wanted: EventFilter) -> AsyncIterator[Envelope]:
        """Return the events of these topics (`#` for all), in the order of the log."""
        query = select(EventRow.position, EventRow.topic, EventRow.envelope)
        if wanted.since is not None:
            query = query.where(EventRow.at >= wanted.since)
        if wanted.subject is not None:
            query = query.where(EventRow.subject == wanted.subject)
        query = query.order_by(EventRow.position).limit(EVENTS_PER_QUERY)
        position = 0
        while True:
            async with self._sessions() as session:
                part = (await session.execute(query.where(EventRow.position > position))).all()
            for row in part:
                if takes(topics, row.topic):
                    yield Envelope.model_validate(row.envelope)
            if len(part) < EVENTS_PER_QUERY:
                return
            position = part[-1].position

    async def counts(self, topics: Collection[str]) -> Positions:
        """Return how many events of these topics it holds per aggregate."""
        stream = EventRow.envelope["stream"].astext
        async with self._sessions() as session:
            rows = await session.execute(
                select(stream, EventRow.subject, func.count())
                .where(EventRow.topic.in_(topics), stream.is_not(None))
                .group_by(stream, EventRow.subject)
            )
            return {(of, subject): count for of, subject, count in rows}

    async def consumed(self) -> Positions:
        """Return the position up to which it has logged each aggregate."""
        async with self._sessions() as session:
            return await all_consumed(session)
