"""The relay: from the outbox to the bus, in order per aggregate, confirmed before it is gone.

Any process of a service may relay; a lock that is held for one round keeps them from mixing the
order. A process that wrote an event wakes its own relay; looking again now and then finds what a
crashed one left behind.
"""

import asyncio
from collections import defaultdict
from contextlib import suppress
from datetime import timedelta

from prometheus_client import Counter
from sqlalchemy import Row, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.base import Envelope
from shared.log import get_logger
from shared.messaging.bus import Bus, BusUnavailable
from shared.messaging.faults import describe, until_database_answers
from shared.messaging.tables import outbox
from shared.messaging.transaction import Transactions

log = get_logger(__name__)

ROUND = 500
LOOK_AGAIN = 1.0
LONGEST_HOLD = 60

published = Counter("outbox_published_total", "Events that the bus confirmed", ["service"])
held_back = Counter("outbox_held_back_total", "Events that the bus refused for now", ["service"])


class Relay:
    """Relays one service's outbox."""

    def __init__(self, service: str, transactions: Transactions, bus: Bus) -> None:
        """Take the service's transactions and the bus."""
        self.service = service
        self.transactions = transactions
        self.bus = bus

    async def run(self) -> None:
        """Relay whenever something is announced, for ever."""
        announced = self.transactions.announced
        while True:
            announced.clear()
            await until_database_answers(self._rounds, None)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN):
                    await announced.wait()

    async def _rounds(self, _: None) -> None:
        try:
            while await self.round():
                pass
        except BusUnavailable as error:
            log.warning("bus_away", service=self.service, reason=describe(error.__cause__ or error))

    async def round(self) -> int:
        """Publish what is due, at most `ROUND` events; gives how many were confirmed."""
        async with self.transactions.sessions() as session, session.begin():
            await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("relay"))))
            chains = defaultdict(list)
            for row in await self._due(session):
                chains[row.topic.partition(".")[0], row.subject].append(row)
            sent: list[int] = []
            held: list[int] = []
            away: BaseException | None = None
            try:
                async with asyncio.TaskGroup() as group:
                    for chain in chains.values():
                        group.create_task(self._publish(chain, sent, held))
            except* BusUnavailable as errors:
                away = errors.exceptions[0]
            if sent:
                await session.execute(delete(outbox).where(outbox.c.position.in_(sent)))
                published.labels(self.service).inc(len(sent))
            if held:
                await self._hold_back(session, held)
        if away is not None:
            raise away
        return len(sent)

    async def _due(self, session: AsyncSession) -> list[Row[int, str, str, bytes]]:
        now = self.transactions.resources.clock()
        older = outbox.alias("older")
        behind_a_held_one = (
            select(older.c.position)
            .where(
                older.c.subject == outbox.c.subject,
                older.c.position < outbox.c.position,
                older.c.retry_at > now,
            )
            .exists()
        )
        result = await session.execute(
            select(outbox.c.position, outbox.c.topic, outbox.c.subject, outbox.c.body)
            .where(or_(outbox.c.retry_at.is_(None), outbox.c.retry_at <= now), ~behind_a_held_one)
            .order_by(outbox.c.position)
            .limit(ROUND)
        )
        return list(result.all())

    async def _publish(
        self, chain: list[Row[int, str, str, bytes]], sent: list[int], held: list[int]
    ) -> None:
        """Publish one aggregate's events in order; stop at the first that is refused."""
        for row in chain:
            try:
                await self.bus.publish(Envelope.from_wire(row.body))
            except BusUnavailable:
                raise
            except Exception as error:  # noqa: BLE001 - one bad event holds back its aggregate only
                log.warning("event_held_back", topic=row.topic, reason=describe(error))
                held_back.labels(self.service).inc()
                held.append(row.position)
                return
            sent.append(row.position)

    async def _hold_back(self, session: AsyncSession, positions: list[int]) -> None:
        wait = func.least(func.power(2, outbox.c.tries), LONGEST_HOLD) * timedelta(seconds=1)
        await session.execute(
            update(outbox)
            .where(outbox.c.position.in_(positions))
            .values(
                tries=func.least(outbox.c.tries + 1, 10),
                retry_at=self.transactions.resources.clock() + wait,
            )
        )
