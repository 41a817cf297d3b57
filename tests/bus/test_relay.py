"""What the relay promises: order, no polling, no hostage."""

import asyncio
from contextlib import suppress

from sqlalchemy import func, insert, select

from shared.bus.listening import OUTBOX, Listener
from shared.bus.operations.messages import unsent
from shared.bus.outbox.relay import Relay
from shared.bus.subscriptions import Queue, on
from shared.bus.tables import outbox
from shared.bus.transaction import Transaction, Transactions
from shared.bus.transports.base import BusUnavailable, Settle, Unroutable
from shared.contracts.base import Envelope, Event
from shared.runtime.database import open_engine, sessions_of
from shared.runtime.log import correlated, traceparent
from tests.bus.conftest import Hinted, Make, Pair, Told, write_effect


class Recorder:
    """A bus that notes what it is given, and refuses what it is told to."""

    keeps_messages = True

    def __init__(self) -> None:
        self.published: list[tuple[str, int]] = []
        self.refused: set[str] = set()
        self.away = False

    def bind(self, queue: Queue, settle: Settle, *, prefetch: int) -> None:
        """Have no consumers."""

    async def start(self) -> None:
        """Have nothing to open."""

    async def stop(self) -> None:
        """Have nothing to close."""

    async def publish(self, envelope: Envelope) -> None:
        """Note it, after other tasks had their turn."""
        await asyncio.sleep(0)
        if self.away:
            raise BusUnavailable
        if envelope.subject in self.refused:
            raise Unroutable
        self.published.append((envelope.subject, envelope.data["number"]))

    def numbers(self, about: str) -> list[int]:
        """Return what was published on a subject."""
        return [number for subject, number in self.published if subject == about]


async def idle(p: Pair) -> bool:
    """Return whether the outbox is empty."""
    async with p.publisher.transactions.begin() as tx:
        return (await unsent(tx)).waiting == 0


async def test_several_relays_at_once_keep_the_order_of_each_subject(pair: Make) -> None:
    """Three relays, ten writers: each event once, each subject in its order."""
    recorder = Recorder()
    async with pair(bus=recorder, start=("publisher",)) as p:
        engines = [open_engine(p.databases["publisher"]) for _ in range(3)]
        relays = [
            Relay("publisher", Transactions(sessions_of(engine), p.resources), recorder)
            for engine in engines
        ]
        tasks = [asyncio.create_task(relay.run()) for relay in relays]

        async def write(about: str) -> None:
            for number in range(30):
                await p.tell(Told(about=about, number=number))
                for relay in relays:
                    relay.bell.ring()

        await asyncio.gather(*(write(f"s{subject}") for subject in range(10)))
        await p.until(lambda: idle(p))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for engine in engines:
            await engine.dispose()
        for subject in range(10):
            assert recorder.numbers(f"s{subject}") == list(range(30))


async def test_a_relay_need_not_poll(pair: Make) -> None:
    """It publishes at once what another process wrote, though it polls but once an hour."""
    recorder = Recorder()
    async with pair(bus=recorder, start=()) as p:
        url = p.databases["publisher"]
        engines = [open_engine(url), open_engine(url)]
        ours, theirs = (Transactions(sessions_of(engine), p.resources) for engine in engines)
        relay = Relay("publisher", ours, recorder, poll=3600.0)
        listener = Listener(url, {OUTBOX: (lambda _: relay.bell.ring(),)})
        tasks = [asyncio.create_task(relay.run()), asyncio.create_task(listener.run())]
        async with theirs.begin() as tx:
            tx.emit(Told(about="s", number=1))

        async def published() -> bool:
            return recorder.numbers("s") == [1]

        await p.until(published)
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        for engine in engines:
            await engine.dispose()


async def test_an_event_that_is_refused_holds_back_its_own_subject_only(pair: Make) -> None:
    """The others go on; when it is taken, what stood behind it follows in order."""
    recorder = Recorder()
    recorder.refused.add("bad")
    async with pair(bus=recorder, start=("publisher",)) as p:
        for number in range(3):
            await p.tell(*(Told(about=about, number=number) for about in ("bad", "good")))

        async def good_passed() -> bool:
            return recorder.numbers("good") == [0, 1, 2]

        await p.until(good_passed)
        assert recorder.numbers("bad") == []
        recorder.refused.clear()
        await p.until(lambda: idle(p))
        assert recorder.numbers("bad") == [0, 1, 2]


async def test_while_the_bus_is_away_events_wait_and_their_age_shows(pair: Make) -> None:
    """Nothing is lost, and the age of the oldest says that something is wrong."""
    recorder = Recorder()
    recorder.away = True
    async with pair(bus=recorder, start=("publisher",)) as p:
        await p.tell(Told(about="s", number=1), Told(about="s", number=2))
        async with p.publisher.transactions.begin() as tx:
            found = await unsent(tx)
        assert found.waiting == 2
        assert found.oldest.total_seconds() > 0
        recorder.away = False
        await p.until(lambda: idle(p))
        assert recorder.numbers("s") == [1, 2]


async def test_a_backlog_of_many_events_is_taken_in_parts(pair: Make) -> None:
    """A round takes so many and no more, however long the outbox is."""
    recorder = Recorder()
    async with pair(bus=recorder, start=()) as p:
        engine = open_engine(p.databases["publisher"])
        transactions = Transactions(sessions_of(engine), p.resources)
        async with transactions.begin() as tx:
            for number in range(1200):
                tx.emit(Hinted(about=f"s{number}", number=number))
        relay = Relay("publisher", transactions, recorder)
        assert [await relay.round() for _ in range(4)] == [500, 500, 200, 0]
        async with transactions.begin() as tx:
            assert await tx.session.scalar(select(func.count()).select_from(outbox)) == 0
        await engine.dispose()


async def test_who_and_what_for_survive_a_retry(pair: Make) -> None:
    """What a handler says on its second try belongs to the same request as on its first."""
    tries: list[str] = []

    async def fail_once(event: Told, tx: Transaction) -> None:
        tries.append(traceparent().split("-")[1])
        if len(tries) == 1:
            raise RuntimeError
        await write_effect(event, tx)

    async with pair(on(Told, fail_once)) as p:
        trace = "0123456789abcdef0123456789abcdef"
        with correlated(trace):
            await p.tell(Told(about="s", number=1))
        await p.until_numbers("s", [1])
        assert tries == [trace, trace]


async def test_an_outbox_row_that_cannot_be_read_holds_back_its_own_subject_only(
    pair: Make,
) -> None:
    """Even what is no event at all."""
    recorder = Recorder()
    async with pair(bus=recorder, start=("publisher",)) as p:
        async with p.publisher.transactions.begin() as tx:
            await tx.session.execute(
                insert(outbox).values(topic="publisher.thing.told.v1", subject="bad", body=b"{")
            )
        told: list[Event] = [Told(about="good", number=1)]
        await p.tell(*told)

        async def good_passed() -> bool:
            return recorder.numbers("good") == [1]

        await p.until(good_passed)
