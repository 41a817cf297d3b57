"""The relay: publishes from the outbox, in order per aggregate; deletes what is confirmed.

Every process of a service has one. A lock that is held for one round keeps them from mixing the
order; whoever writes an event notifies all of them, so that none has to poll.
"""

import asyncio
from collections import defaultdict
from datetime import timedelta
from random import uniform

from prometheus_client import Counter
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Row,
    and_,
    any_,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus.tables import outbox
from shared.bus.transaction import Transactions
from shared.bus.transports.base import Bus, BusUnavailable
from shared.contracts.base import Envelope
from shared.runtime.bell import Bell
from shared.runtime.faults import describe, until_database_answers
from shared.runtime.log import get_logger

log = get_logger(__name__)

EVENTS_PER_ROUND = 500
POLL_SECONDS = 10.0
"""Without a notification: it may have been lost with its connection."""
LOCKED_SECONDS = 1.0
"""Until a relay tries again that found another one at work."""
LONGEST_HOLD_SECONDS = 60
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.25, 10.0
IDLE_LIMIT = "60s"
"""A relay that holds the lock and does nothing for so long loses its connection."""

published = Counter("outbox_published_total", "Events that the bus confirmed", ["service"])
held_back = Counter("outbox_held_back_total", "Events that the bus refused for now", ["service"])

_lock = select(
    func.set_config("idle_in_transaction_session_timeout", IDLE_LIMIT, True),  # noqa: FBT003 - PostgreSQL's is_local
    func.pg_try_advisory_xact_lock(func.hashtext("relay")),
)

_older = outbox.alias("older")
_behind_a_held_one = (
    select(_older.c.position)
    .where(
        _older.c.subject == outbox.c.subject,
        _older.c.position < outbox.c.position,
        and_(_older.c.retry_at.is_not(None), _older.c.retry_at > func.now()),
    )
    .exists()
)
_DUE = (
    select(outbox.c.position, outbox.c.topic, outbox.c.subject, outbox.c.body)
    .where(or_(outbox.c.retry_at.is_(None), outbox.c.retry_at <= func.now()), ~_behind_a_held_one)
    .order_by(outbox.c.position)
    .limit(EVENTS_PER_ROUND)
)

_DELETE = delete(outbox).where(
    outbox.c.position == any_(bindparam("sent", type_=ARRAY(BigInteger)))
)


class Relay:
    """Relays one service's outbox."""

    def __init__(
        self,
        service: str,
        transactions: Transactions,
        bus: Bus,
        *,
        poll: float = POLL_SECONDS,
    ) -> None:
        self.service = service
        self.transactions = transactions
        self.bus = bus
        self._poll = poll
        self.bell = Bell()
        self._pause = FIRST_PAUSE_SECONDS
        self._more = False
        """Whether the last round left events: later ones ring, and are not looked for."""

    async def run(self) -> None:
        """Relay at every ring, until cancelled; back off while the bus is unavailable."""
        await until_database_answers(self._ring_when_due)
        while True:
            ring = self.bell.listen()
            await until_database_answers(self._rounds)
            await self.bell.wait(ring, self._poll)

    async def _ring_when_due(self) -> None:
        """Ring for what a process before this one held back."""
        async with self.transactions.sessions() as session:
            wait = await session.scalar(select(func.min(outbox.c.retry_at) - func.now()))
        if wait is not None:
            self.bell.ring(wait.total_seconds())

    async def _rounds(self) -> None:
        while True:
            try:
                while await self.round() and self._more:
                    pass
            except BusUnavailable as error:
                reason = describe(error.__cause__ or error)
                log.warning("bus_away", service=self.service, reason=reason)
                await asyncio.sleep(self._pause * uniform(0.8, 1.2))  # noqa: S311 - spreads load, hides nothing
                self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
            else:
                self._pause = FIRST_PAUSE_SECONDS
                return

    async def round(self) -> int:
        """Publish due events, at most `EVENTS_PER_ROUND`; return how many were confirmed.

        0 when another relay has the lock: it was notified too, and finds what we would. Should it
        die over that, we come back soon.
        """
        async with self.transactions.sessions() as session, session.begin():
            _, mine = (await session.execute(_lock)).one()
            if not mine:
                self.bell.ring(LOCKED_SECONDS)
                return 0
            chains = defaultdict(list)
            due = await self._due(session)
            self._more = len(due) == EVENTS_PER_ROUND
            for row in due:
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
                await session.execute(_DELETE, {"sent": sent})
                published.labels(self.service).inc(len(sent))
            if held:
                await self._hold_back(session, held)
        if away is not None:
            raise away
        return len(sent)

    async def _due(self, session: AsyncSession) -> list[Row[int, str, str, bytes]]:
        result = await session.execute(_DUE)
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
        seconds = func.least(func.power(2, outbox.c.tries), LONGEST_HOLD_SECONDS)
        wait = seconds * timedelta(seconds=1)
        result = await session.execute(
            update(outbox)
            .where(outbox.c.position.in_(positions))
            .values(tries=func.least(outbox.c.tries + 1, 10), retry_at=func.now() + wait)
            .returning(outbox.c.retry_at - func.now())
        )
        soonest = min(result.scalars())
        self.bell.ring(soonest.total_seconds())
