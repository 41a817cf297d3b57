"""What the object store holds too much is deleted, and nothing else; the same on both buses."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.host.sweeping import (
    KEPT_UNNAMED,
    discard_for_ever,
    may_go,
    require_own,
    sweep,
    unnamed,
)
from shared.bus.tables import sealing_check
from shared.bus.transaction import Transaction, Transactions
from shared.contracts.files import Prefix
from shared.errors import Conflict, StorageAway
from shared.runtime.storage import Storage, StoredObject
from shared.service import Stored
from tests.bus.conftest import LONGEST_WAIT, Make, effects

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
WAITING = text(
    "SELECT 1 FROM pg_locks JOIN pg_database ON database = pg_database.oid"
    " WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
)
ONE, OTHER, THIRD = (f"uploads/PRT0000000001/{number}" for number in (1, 2, 3))


async def named(session: AsyncSession, keys: Sequence[str]) -> set[str]:
    """Take the rows of these tests for what names objects."""
    return set(await session.scalars(select(effects.c.subject).where(effects.c.subject.in_(keys))))


STORED = Stored(Prefix.UPLOADS, named)


async def _name(tx: Transaction, key: str) -> None:
    await tx.keep(key)
    await tx.session.execute(insert(effects).values(subject=key, number=1))


@pytest.fixture
async def transactions(pair: Make, tmp_path: Path) -> AsyncIterator[Transactions]:
    """Return a service with three objects that have been there for long, the second one named."""
    async with pair() as p:
        running = p.subscriber.transactions
        found = Transactions(running.sessions, running.resources)
        for key in (ONE, OTHER, THIRD):
            await found.resources.storage.put(key, b"content")
        async with found.begin() as tx:
            await _name(tx, OTHER)
        _age(tmp_path)
        yield found


def _age(tmp_path: Path) -> None:
    """Let all objects have been there for as long as they must have, to the second."""
    then = (datetime.now(UTC) - KEPT_UNNAMED - timedelta(seconds=1)).timestamp()
    for path in (tmp_path / "objects").rglob("*"):
        if path.is_file():
            os.utime(path, (then, then))


async def _keys(transactions: Transactions) -> set[str]:
    parts = [part async for part in transactions.resources.storage.listed(Prefix.UPLOADS)]
    return {one.key for part in parts for one in part}


async def _swept(transactions: Transactions, stored: Stored = STORED) -> set[str]:
    return {one.key async for part in sweep(stored, transactions) for one in part}


@pytest.mark.parametrize(
    ("age", "goes"),
    [
        (timedelta(0), False),
        (timedelta(hours=48) - timedelta(microseconds=1), False),
        (timedelta(hours=48), True),
        (timedelta(days=400), True),
        (-timedelta(hours=48), False),
    ],
)
def test_nothing_younger_than_48_hours_goes(age: timedelta, *, goes: bool) -> None:
    """What is exactly as old may; what another clock dates in the future stays."""
    assert may_go(NOW - age, NOW) is goes


async def test_what_nothing_names_is_deleted(transactions: Transactions) -> None:
    """And what a row names stays; the same again finds nothing."""
    assert await _swept(transactions) == {ONE, THIRD}
    assert await _keys(transactions) == {OTHER}
    assert await _swept(transactions) == set()


async def test_a_look_deletes_nothing_and_names_what_would_go(transactions: Transactions) -> None:
    """So an operator sees it first."""
    found = [one async for part in unnamed(STORED, transactions) for one in part]
    assert {one.key for one in found} == {ONE, THIRD}
    assert all(one.size > 0 for one in found)
    assert await _keys(transactions) == {ONE, OTHER, THIRD}


async def test_what_is_young_stays(transactions: Transactions) -> None:
    """Its row may still come."""
    await transactions.resources.storage.put(ONE, b"content")
    assert await _swept(transactions) == {THIRD}


async def test_what_was_never_written_whole_goes_too(
    transactions: Transactions, tmp_path: Path
) -> None:
    """The process died at it: beside the object, and of its name; one that is young may go on."""
    begun = tmp_path / "objects" / f"{OTHER}#1"
    begun.write_bytes(b"half")
    assert not [key for key in await _swept(transactions) if "#" in key]
    _age(tmp_path)
    found = [one async for part in unnamed(STORED, transactions) for one in part]
    assert [(one.key, one.size) for one in found] == [(f"{OTHER}#1", 4)]
    assert begun.exists()
    assert await _swept(transactions) == {f"{OTHER}#1"}
    assert await _keys(transactions) == {OTHER}
    assert not begun.exists()


async def test_what_was_put_anew_since_it_was_listed_stays(transactions: Transactions) -> None:
    """The same file is uploaded a second time, just now."""

    class Busy(Storage):
        async def listed(self, prefix: Prefix) -> AsyncIterator[list[StoredObject]]:
            async for part in super().listed(prefix):
                await self.put(ONE, b"content")
                yield part

    resources = transactions.resources
    busy = Busy(resources.storage.store, resources.sealer)
    other = Transactions(transactions.sessions, replace(resources, storage=busy))
    assert await _swept(other) == {THIRD}
    assert ONE in await _keys(transactions)


async def test_what_is_fetched_once_goes_without_being_named(transactions: Transactions) -> None:
    """A template, a preview: it is made anew when it is asked for."""
    assert await _swept(transactions, Stored(Prefix.UPLOADS)) == {ONE, OTHER, THIRD}


async def test_several_may_sweep_at_once(transactions: Transactions) -> None:
    """Every replica does."""
    swept = await asyncio.gather(*(_swept(transactions) for _ in range(4)))
    assert set().union(*swept) == {ONE, THIRD}
    assert await _keys(transactions) == {OTHER}


async def test_a_row_that_is_being_written_keeps_its_object(transactions: Transactions) -> None:
    """A sweep waits for it to be committed, and sees it then."""
    async with transactions.begin() as tx:
        await _name(tx, ONE)
        sweeping = asyncio.create_task(_swept(transactions))
        await _until_somebody_waits(transactions)
    assert await sweeping == {THIRD}
    assert ONE in await _keys(transactions)


async def test_a_row_cannot_name_what_has_just_been_deleted(transactions: Transactions) -> None:
    """Whoever brought it is asked to come again, instead of being told that it was taken."""
    await _swept(transactions)
    with pytest.raises(StorageAway):
        async with transactions.begin() as tx:
            await _name(tx, ONE)
    async with transactions.sessions() as session:
        assert await named(session, [ONE]) == set()


async def test_what_is_let_go_goes_when_the_transaction_commits(transactions: Transactions) -> None:
    """At once, whatever its age; not what is named still, nor what a rollback has not let go."""
    discarding = asyncio.create_task(discard_for_ever((STORED,), transactions))
    with suppress(LookupError):
        async with transactions.begin() as tx:
            tx.discard(ONE)
            raise LookupError
    async with transactions.begin() as tx:
        tx.discard(OTHER, THIRD)
    await _until_keys(transactions, {ONE, OTHER})
    discarding.cancel()


async def test_what_is_let_go_waits_for_the_store(
    transactions: Transactions, tmp_path: Path
) -> None:
    """It is away when the transaction commits; what was let go is deleted when it is back."""
    (tmp_path / "objects").rename(tmp_path / "elsewhere")
    discarding = asyncio.create_task(discard_for_ever((STORED,), transactions))
    async with transactions.begin() as tx:
        tx.discard(ONE)
    async with asyncio.timeout(LONGEST_WAIT):
        while not transactions.discarded.empty():  # noqa: ASYNC110 - a queue says no more than that
            await asyncio.sleep(0.01)
    (tmp_path / "elsewhere").rename(tmp_path / "objects")
    await _until_keys(transactions, {OTHER, THIRD})
    discarding.cancel()


async def test_a_new_database_deletes_nothing_of_an_old_store(transactions: Transactions) -> None:
    """Its rows name nothing of it: everything would go."""
    await require_own("subscriber", transactions)
    await require_own("subscriber", transactions)
    async with transactions.begin() as tx:
        await tx.session.execute(update(sealing_check).values(sealed=b"another database's"))
    with pytest.raises(Conflict, match="owners/subscriber"):
        await require_own("subscriber", transactions)


async def test_a_look_leaves_no_mark(transactions: Transactions, tmp_path: Path) -> None:
    """It changes nothing at all."""
    await require_own("subscriber", transactions, leave_a_mark=False)
    assert not (tmp_path / "objects" / "owners").exists()
    shutil.rmtree(tmp_path / "objects")
    with pytest.raises(StorageAway):
        await require_own("subscriber", transactions, leave_a_mark=False)


async def _until_keys(transactions: Transactions, wanted: set[str]) -> None:
    async with asyncio.timeout(LONGEST_WAIT):
        while await _keys(transactions) != wanted:  # noqa: ASYNC110 - a store says no more
            await asyncio.sleep(0.01)


async def _until_somebody_waits(transactions: Transactions) -> None:
    """Wait until a transaction is held up by another one's lock."""
    async with asyncio.timeout(LONGEST_WAIT):
        while True:
            async with transactions.sessions() as session:
                if await session.scalar(WAITING):
                    return
            await asyncio.sleep(0.01)
