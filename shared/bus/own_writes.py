"""Reading your own writes: wait, briefly, until a copy is as new as what the caller has seen."""

from collections.abc import Iterable

from shared.bus.inbox.store import is_paused
from shared.bus.positions import consumed_positions
from shared.bus.transaction import Transactions
from shared.errors import StillArriving
from shared.identity.caller import Seen
from shared.runtime.polling import poll

LONGEST_WAIT_SECONDS = 8.0


async def wait_until_consumed(
    transactions: Transactions, service: str, seen: Iterable[Seen]
) -> None:
    """Return when `service` has consumed what the caller has seen.

    StillArriving after `LONGEST_WAIT_SECONDS`; at once while its consumer is paused.
    """
    wanted = {
        (one.stream, one.subject): one.sequence
        for one in seen
        if one.stream.partition(".")[0] != service
    }
    if not wanted:
        return

    async def is_consumed() -> bool | None:
        async with transactions.sessions() as session:
            consumed = await consumed_positions(session, wanted)
            if all(consumed.get(one, 0) >= sequence for one, sequence in wanted.items()):
                return True
            return False if await is_paused(session, f"{service}.events") else None

    if not await poll(is_consumed, LONGEST_WAIT_SECONDS):
        raise StillArriving
