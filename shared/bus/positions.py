"""Reading your own writes: wait, briefly, until a copy is as new as what the caller has seen."""

import asyncio
from collections.abc import Iterable

from sqlalchemy import select, tuple_

from shared.bus.inbox.store import is_paused
from shared.bus.tables import heard
from shared.bus.transaction import Transactions
from shared.errors import StillArriving
from shared.identity.caller import Seen

PATIENCE = 8.0
FIRST_LOOK = 0.005
LONGEST_PAUSE = 0.1


async def caught_up(transactions: Transactions, service: str, seen: Iterable[Seen]) -> None:
    """Return when all copies are new enough; StillArriving after `PATIENCE` seconds."""
    wanted = {
        (one.stream, one.subject): one.sequence
        for one in seen
        if one.stream.partition(".")[0] != service
    }
    pause, left = FIRST_LOOK, PATIENCE
    while wanted:
        async with transactions.sessions() as session:
            rows = await session.execute(
                select(heard.c.stream, heard.c.subject, heard.c.sequence).where(
                    tuple_(heard.c.stream, heard.c.subject).in_(list(wanted))
                )
            )
            for stream, subject, sequence in rows:
                if sequence >= wanted[stream, subject]:
                    del wanted[stream, subject]
        if not wanted:
            return
        if left <= 0 or await _stands_still(transactions, service):
            raise StillArriving
        await asyncio.sleep(pause)
        left -= pause
        pause = min(pause * 2, LONGEST_PAUSE)


async def _stands_still(transactions: Transactions, service: str) -> bool:
    """Return whether an operator has paused what would bring the copy up to date."""
    async with transactions.sessions() as session:
        return await is_paused(session, f"{service}.events")
