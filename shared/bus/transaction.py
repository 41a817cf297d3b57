"""One transaction: what a command or an event changes, and what it says, or nothing at all."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import uuid4

from sqlalchemy import column as column_of
from sqlalchemy import func, insert, select, values
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import BigInteger, Text

from shared.bus.listening import OUTBOX
from shared.bus.tables import outbox, said
from shared.contracts.base import Envelope, Event
from shared.runtime.database import Sessions
from shared.runtime.log import correlation_id, traceparent
from shared.runtime.resources import Resources


class Transaction:
    """What a handler works with; it never commits."""

    def __init__(self, session: AsyncSession, resources: Resources) -> None:
        self.session = session
        self.resources = resources
        self.now: datetime = resources.clock()
        self.envelope: Envelope | None = None
        self.silent = False
        """Whether what follows from the event has followed long ago: copies are made anew."""
        self.after_commit: list[Callable[[], None]] = []
        self._emitted: list[tuple[Event, str, str]] = []
        self.discarded: list[str] = []

    def emit(self, event: Event) -> None:
        """Say `event` when, and only when, the transaction commits."""
        if self.silent:
            return
        self._emitted.append((event, correlation_id(), traceparent()))

    def discard(self, *keys: str) -> None:
        """Delete objects of the service soon after, and only if, the transaction commits.

        Not those that a row still names, for another attachment with the same content say.
        """
        if not self.silent:
            self.discarded += keys

    async def write_outbox(self) -> None:
        """Write down what was emitted since the last time, numbered; before the commit."""
        if not self._emitted:
            return
        emitted, self._emitted = self._emitted, []
        last = await self._numbers([event for event, *_ in emitted])
        rows = []
        for event, correlation, trace in emitted:
            sequence = None
            if event.stream is not None:
                last[event.stream, event.subject] += 1
                sequence = last[event.stream, event.subject]
            envelope = Envelope(
                id=uuid4(),
                source=event.source(),
                type=event.topic,
                subject=event.subject,
                time=self.now,
                stream=event.stream,
                sequence=sequence,
                correlationid=correlation,
                traceparent=trace,
                data=event.model_dump(mode="json"),
            )
            rows.append(
                {
                    "topic": event.topic,
                    "subject": event.subject,
                    "body": envelope.to_wire(),
                }
            )
        await self.session.execute(insert(outbox), rows)
        await self.session.execute(select(func.pg_notify(OUTBOX, "")))

    async def _numbers(self, events: list[Event]) -> dict[tuple[str, str], int]:
        """Reserve sequences, giving the last one before; locks the aggregates in one order."""
        wanted = Counter((event.stream, event.subject) for event in events if event.stream)
        if not wanted:
            return {}
        rows = values(
            column_of("stream", Text), column_of("subject", Text), column_of("sequence", BigInteger)
        ).data([(stream, subject, count) for (stream, subject), count in sorted(wanted.items())])
        statement = upsert(said).from_select(
            ["stream", "subject", "sequence"], select(rows.alias("wanted"))
        )
        result = await self.session.execute(
            statement.on_conflict_do_update(
                index_elements=[said.c.stream, said.c.subject],
                set_={"sequence": said.c.sequence + statement.excluded.sequence},
            ).returning(said.c.stream, said.c.subject, said.c.sequence)
        )
        return {
            (stream, subject): sequence - wanted[stream, subject]
            for stream, subject, sequence in result
        }


class Transactions:
    """Opens the transactions of one service in one process."""

    def __init__(self, sessions: Sessions, resources: Resources) -> None:
        self.sessions = sessions
        self.resources = resources
        self.discarded: asyncio.Queue[str] = asyncio.Queue()
        """Keys of objects that committed transactions have let go of."""

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        """Run the body, write what it emitted, commit; roll back when it raises."""
        async with self.sessions() as session, session.begin():
            tx = Transaction(session, self.resources)
            yield tx
            await tx.write_outbox()
        for key in tx.discarded:
            self.discarded.put_nowait(key)
        for act in tx.after_commit:
            act()


async def sequence_of(session: AsyncSession, stream: str, subject: str) -> int:
    """Return the last sequence that was given out for an aggregate; 0 when none was."""
    found = await session.scalar(
        select(func.coalesce(func.max(said.c.sequence), 0)).where(
            said.c.stream == stream, said.c.subject == subject
        )
    )
    return int(found or 0)
