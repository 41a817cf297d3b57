"""Two versions of an event side by side: both announced in one transaction, in one stream."""

from typing import ClassVar

import pytest
from sqlalchemy import insert, select

from shared.bus.inbox import store
from shared.bus.inbox.event_consumer import EventConsumer
from shared.bus.subscriptions import Subscription, on
from shared.bus.tables import consumed_positions
from shared.bus.transaction import Transaction
from shared.contracts.base import Envelope, Event
from tests.bus.conftest import Make, Pair, Told, effects, write_effect


class ToldPrecisely(Event):
    """What `Told` says, in other fields: its second version."""

    topic: ClassVar[str] = "publisher.thing.told.v2"
    stream: ClassVar[str | None] = "publisher.thing"
    thing: str
    place: int

    @property
    def subject(self) -> str:
        """Name the subject."""
        return self.thing


async def write_place(event: ToldPrecisely, tx: Transaction) -> None:
    """Leave the same effect out of the newer version."""
    await tx.session.execute(insert(effects).values(subject=event.thing, number=event.place))


OLD = on(Told, write_effect)
NEW = on(ToldPrecisely, write_place)


async def _tell_both(pair: Pair, numbers: range, about: str = "s") -> None:
    """Announce each fact in both versions, the older one first."""
    for number in numbers:
        await pair.tell(Told(about=about, number=number), ToldPrecisely(thing=about, place=number))


async def _until_heard(pair: Pair, sequence: int) -> None:
    async def there() -> bool:
        async with pair.subscriber.transactions.sessions() as session:
            return await session.scalar(select(consumed_positions.c.sequence)) == sequence

    await pair.until(there)


@pytest.mark.parametrize("subscription", [OLD, NEW], ids=["knows v1", "handles v2"])
async def test_each_consumer_has_each_effect_once_and_in_order(
    subscription: Subscription, pair: Make
) -> None:
    """Whichever version it handles; the other one only advances what it has noted."""
    async with pair(subscription) as p:
        await _tell_both(p, range(20))
        await _until_heard(p, 40)
        assert await p.numbers("s") == list(range(20))
        assert await p.states() == {"done": 40}


async def test_a_consumer_changes_over_without_loss_or_repetition(pair: Make) -> None:
    """Once it has taken what was announced before."""
    async with pair(OLD) as p:
        await _tell_both(p, range(5))
        await _until_heard(p, 10)
    async with pair(NEW) as p:
        await _tell_both(p, range(5, 10))
        await _until_heard(p, 20)
        assert await p.numbers("s") == list(range(10))


async def test_the_older_version_can_end(pair: Make) -> None:
    """What handles the newer one goes on in the same sequence."""
    async with pair(NEW) as p:
        await _tell_both(p, range(3))
        for number in range(3, 6):
            await p.tell(ToldPrecisely(thing="s", place=number))
        await _until_heard(p, 9)
        assert await p.numbers("s") == list(range(6))


async def test_a_consumer_that_does_not_know_an_event_of_its_stream_yet_follows_all_the_same(
    pair: Make,
) -> None:
    """An announcer that is newer than its subscriber leaves no gap behind."""
    async with pair(on(Told, write_effect)) as p:
        publish = p.bus.publish

        async def as_from_tomorrow(envelope: Envelope) -> None:
            later = {"type": "publisher.thing.renamed.v1"} if envelope.sequence == 1 else {}
            changed = envelope.model_copy(update=later)
            if later:
                await unknown(changed)
            else:
                await publish(changed)

        async def unknown(envelope: Envelope) -> None:
            [queue] = p.subscriber.service.queues()
            consumer = EventConsumer(queue, p.subscriber.transactions)
            async with p.subscriber.transactions.begin() as tx:
                new = await store.claim(tx.session, queue.name, [envelope])
                await consumer.take(tx, new or [])

        p.bus.publish = as_from_tomorrow
        await p.tell(Told(about="s", number=1), Told(about="s", number=2))
        await p.until_numbers("s", [2])
