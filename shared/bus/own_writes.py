"""Reading your own writes: wait, briefly, until a copy is as new as what the caller has seen."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from time import monotonic

from shared.bus.inbox.sequence import Positions
from shared.bus.inbox.store import is_paused
from shared.bus.positions import consumed_positions
from shared.bus.transaction import Transaction, Transactions
from shared.errors import StillArriving
from shared.identity.caller import Seen

LONGEST_WAIT_SECONDS = 8.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.01, 0.1
"""Between looks into the database: another process may consume the events."""


@asynccontextmanager
async def begin_consumed(
    transactions: Transactions, service: str, seen: Iterable[Seen]
) -> AsyncIterator[Transaction]:
    """Open a transaction in which `service` has consumed what the caller has seen.

    StillArriving after `LONGEST_WAIT_SECONDS`; at once while its consumer is paused.
    """
    wanted = {
        (one.stream, one.subject): one.sequence
        for one in seen
        if one.stream.partition(".")[0] != service
    }
    consumed = transactions.consumed
    pause, until = FIRST_PAUSE_SECONDS, monotonic() + LONGEST_WAIT_SECONDS
    lacking = await consumed.wait(wanted, pause if consumed.here else 0)
    while True:
        try:
            async with transactions.begin() as tx:
                if lacking:
                    await _require_consumed(lacking, service, tx)
                    consumed.note(lacking)
                yield tx
                return
        except _Behind as behind:
            if behind.for_long or monotonic() >= until:
                raise StillArriving from None
        lacking = await consumed.wait(wanted, pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


class _Behind(Exception):  # noqa: N818 - a state, not a mistake
    """A subject is not consumed so far; for long, when the consumer is paused."""

    def __init__(self, subject: str, *, for_long: bool) -> None:
        super().__init__(subject)
        self.for_long = for_long


async def _require_consumed(wanted: Positions, service: str, tx: Transaction) -> None:
    consumed = await consumed_positions(tx.session, wanted)
    for (stream, subject), sequence in wanted.items():
        if consumed.get((stream, subject), 0) < sequence:
            paused = await is_paused(tx.session, f"{service}.events")
            raise _Behind(subject, for_long=paused)
