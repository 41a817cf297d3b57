"""Who waits for a subject is woken by any process of the service, when that has committed."""

import asyncio

from shared.bus.subscriptions import on
from tests.bus.conftest import Make, Told, write_effect


async def test_who_waits_for_a_subject_is_woken_by_an_event_or_without_one(pair: Make) -> None:
    """Not before the commit; and others sleep on."""
    async with pair(on(Told, write_effect)) as p:
        await p.tell(Told(about="s", number=1))
        await p.until_numbers("s", [1])  # what listens has begun, and rung once for all
        transactions = p.publisher.transactions
        bell, other = (transactions.announced.of(subject) for subject in ("s", "t"))
        quiet = other.listen()
        for event in (Told(about="s", number=2), None):
            ring = bell.listen()
            async with transactions.begin() as tx:
                if event is None:
                    await tx.wake("s")
                else:
                    tx.emit(event)
                await asyncio.sleep(0.1)
                assert not ring.is_set()
            async with asyncio.timeout(5):
                await ring.wait()
        assert not quiet.is_set()
