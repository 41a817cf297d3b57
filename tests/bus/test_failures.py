"""What fails is seen in groups, and acted on in groups or by what it has in common."""

import asyncio
from datetime import timedelta

from shared.bus.inbox.open_messages import MessageFilter, MessageGroup
from shared.bus.inbox.open_store import groups, open_messages, pause, resume
from shared.bus.operations.messages import drop_all, replay
from shared.bus.subscriptions import on
from shared.bus.transaction import Transaction
from tests.bus.conftest import Hinted, Make, Pair, Told, write_effect

EVENTS = "subscriber.events"


async def _groups(pair: Pair, chosen: MessageFilter) -> list[MessageGroup]:
    async with pair.subscriber.transactions.begin() as tx:
        return await groups(tx.session, chosen)


async def _until_dead(pair: Pair, count: int) -> None:
    async def dead() -> bool:
        return await pair.states() == {"dead": count}

    await pair.until(dead)


async def test_what_failed_for_one_reason_is_one_line_and_tried_again_together(pair: Make) -> None:
    """Two reasons are two; replaying one leaves the other."""
    cured = asyncio.Event()

    async def choke(event: Hinted, tx: Transaction) -> None:
        if not cured.is_set():
            raise ValueError if event.number % 2 else KeyError
        await write_effect(event, tx)

    async with pair(on(Hinted, choke)) as p:
        await p.tell(*(Hinted(about=f"s{number}", number=number) for number in range(5)))
        await _until_dead(p, 5)
        found = await _groups(p, MessageFilter(consumer=EVENTS))
        even, odd = sorted(found, key=lambda one: one.reason)
        assert [(one.consumer, one.topic) for one in (even, odd)] == [(EVENTS, Hinted.topic)] * 2
        assert [(one.waiting, one.dead) for one in (even, odd)] == [(0, 3), (0, 2)]
        assert even.reason.startswith("KeyError")
        assert odd.reason.startswith("ValueError")
        assert even.name != odd.name
        meant = MessageFilter(consumer=odd.consumer, topic=odd.topic, reason=odd.reason)
        async with p.subscriber.transactions.begin() as tx:
            assert {row.subject for row in await open_messages(tx.session, meant)} == {"s1", "s3"}
            cured.set()
            assert await replay(tx, meant) == (2, [])
        await p.until_numbers("s1", [1])
        await p.until_numbers("s3", [3])
        [left] = await _groups(p, MessageFilter())
        assert left == even


async def test_what_came_before_a_time_is_left_alone(pair: Make) -> None:
    """What came at that very time is meant, what came a moment earlier is not."""

    async def choke(_event: Hinted, _tx: Transaction) -> None:
        raise ValueError

    async with pair(on(Hinted, choke)) as p:
        await p.tell(Hinted(about="earlier", number=1))
        await _until_dead(p, 1)
        await p.tell(Hinted(about="later", number=2))
        await _until_dead(p, 2)
        [both] = await _groups(p, MessageFilter())
        assert both.first is not None
        assert both.last is not None
        for since, count in (
            (both.first, 2),
            (both.last, 1),
            (both.last + timedelta(microseconds=1), 0),
        ):
            found = await _groups(p, MessageFilter(since=since))
            assert sum(one.dead for one in found) == count
        assert await _groups(p, MessageFilter(topic=Told.topic)) == []


async def test_many_are_dropped_in_their_order_and_what_stands_behind_others_is_left(
    pair: Make,
) -> None:
    """All of one aggregate go; of the other the first is not meant, so the rest of it stays."""
    async with pair(on(Told, write_effect)) as p:
        async with p.subscriber.transactions.begin() as tx:
            await pause(tx.session, EVENTS)
        await p.tell(Told(about="kept", number=0))

        async def waits() -> bool:
            return bool(sum((await p.states()).values()) == count)

        count = 1
        await p.until(waits)
        [before] = await _groups(p, MessageFilter())
        assert before.last is not None
        await p.tell(
            *(
                Told(about=about, number=number)
                for number in (1, 2, 3)
                for about in ("kept", "gone")
            )
        )
        count = 7
        await p.until(waits)
        queues = p.subscriber.service.queues()
        later = MessageFilter(since=before.last + timedelta(microseconds=1))
        assert await drop_all(p.subscriber.transactions, later, queues) == (3, 3)
        assert await p.states() == {"waiting": 4, "done": 3}
        async with p.subscriber.transactions.begin() as tx:
            await resume(tx.session, EVENTS)
        await p.tell(Told(about="gone", number=4))
        await p.until_numbers("gone", [4])
        await p.until_numbers("kept", [0, 1, 2, 3])
