"""What waits for as long as something is away, and what must not."""

import asyncio

import asyncpg
import pytest
from asyncpg.exceptions import InvalidPasswordError

from shared.bus.inbox.job import Job
from shared.bus.inbox.open_store import open_messages
from shared.bus.subscriptions import on, work
from shared.bus.transaction import Transaction
from shared.errors import StorageAway
from shared.runtime.database import open_engine, sessions_of
from tests.bus.conftest import LONGEST_WAIT, QUICK, Asked, Make, Pair, Told, write_effect

OWN = [
    FileNotFoundError("a layout"),
    ConnectionRefusedError("a mail server"),
    TimeoutError("its own limit"),
    OSError("a disk"),
]


async def _until_dead(p: Pair, consumer: str) -> None:
    async def dead() -> bool:
        return bool(await p.states(consumer) == {"dead": 1})

    await p.until(dead)


@pytest.mark.parametrize("own", OWN, ids=lambda error: type(error).__name__)
async def test_what_a_handler_cannot_reach_itself_ends_dead(pair: Make, own: OSError) -> None:
    """It is counted, and holds up nobody: others' events go by meanwhile."""

    async def reach(event: Told, tx: Transaction) -> None:
        if event.about == "bad":
            raise own
        await write_effect(event, tx)

    async with pair(on(Told, reach)) as p:
        await p.tell(Told(about="bad", number=1), Told(about="good", number=1))
        await p.until_numbers("good", [1])

        async def dead() -> bool:
            return bool(await p.states() == {"dead": 1, "done": 1})

        await p.until(dead)


@pytest.mark.parametrize("own", OWN, ids=lambda error: type(error).__name__)
async def test_what_a_job_cannot_reach_itself_ends_dead(pair: Make, own: OSError) -> None:
    """And its inbox says what it was."""

    async def reach(_event: Asked, _job: Job) -> None:
        raise own

    async with pair(work("dig", Asked, reach)) as p:
        await p.tell(Asked(about="s", number=1))
        await _until_dead(p, "subscriber.dig")
        async with p.subscriber.transactions.begin() as tx:
            [row] = await open_messages(tx.session)
        assert row.reason.startswith(type(own).__name__)


@pytest.mark.parametrize("long", [False, True], ids=["event", "job"])
async def test_a_message_waits_uncounted_while_the_store_is_away(pair: Make, *, long: bool) -> None:
    """More often than it may fail; when the store is back it is done, once."""
    away, tried = True, 0

    def store() -> None:
        nonlocal tried
        tried += 1
        if away:
            raise StorageAway

    async def keep(event: Told, tx: Transaction) -> None:
        store()
        await write_effect(event, tx)

    async def dig(event: Asked, job: Job) -> None:
        store()
        async with job.finish() as tx:
            await write_effect(event, tx)

    async with pair(work("dig", Asked, dig) if long else on(Told, keep)) as p:
        await p.tell(Asked(about="s", number=1) if long else Told(about="s", number=1))

        async def often() -> bool:
            return tried > QUICK.tries + 2

        await p.until(often)
        async with p.subscriber.transactions.begin() as tx:
            [row] = await open_messages(tx.session)
        assert (row.state, row.tries) == ("waiting", 0)
        assert row.reason.startswith("StorageAway")
        away = False
        await p.until_numbers("s", [1])


@pytest.mark.parametrize(
    "trouble",
    [FileNotFoundError(2, "no socket"), OSError(113, "no route"), InvalidPasswordError("no")],
    ids=lambda error: type(error).__name__,
)
async def test_an_event_is_held_while_its_database_cannot_be_reached(
    pair: Make, trouble: Exception
) -> None:
    """Whatever keeps the service from its database, the event is neither counted nor lost."""
    away, tried = True, 0

    async def connect(*arguments: object, **named: object) -> object:
        nonlocal tried
        if away:
            tried += 1
            raise trouble
        return await asyncpg.connect(*arguments, **named)

    async with pair(on(Told, write_effect)) as p:
        healthy = p.subscriber.transactions.sessions
        engine = open_engine(p.databases["subscriber"], connect=connect)
        p.subscriber.transactions.sessions = sessions_of(engine)
        await p.tell(Told(about="s", number=1))
        async with asyncio.timeout(LONGEST_WAIT):
            while tried < 2:  # noqa: ASYNC110 - what is waited for is a count, not an event
                await asyncio.sleep(0.02)
        away = False
        await p.until_numbers("s", [1])
        assert await p.states() == {"done": 1}
        p.subscriber.transactions.sessions = healthy
        await engine.dispose()
