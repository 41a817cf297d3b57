"""Deleting objects that no row names, by the service that owns them."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from sqlalchemy import func, select

from shared.bus.tables import sealing_check
from shared.bus.transaction import OBJECTS_LOCK, Transactions
from shared.contracts.files import Prefix
from shared.errors import Conflict, NotFound, StorageAway
from shared.runtime.faults import describe, is_database_down
from shared.runtime.log import get_logger
from shared.runtime.storage import StoredObject, digest_of
from shared.service import Stored

log = get_logger(__name__)

KEPT_UNNAMED = timedelta(hours=48)
"""Objects exist before their rows: of a job that waits, of an upload that is repeated."""
SWEEP_INTERVAL = timedelta(hours=6)
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0


def may_go(written_at: datetime, now: datetime) -> bool:
    """Return whether an unnamed object is old enough to be deleted."""
    return now - written_at >= KEPT_UNNAMED


async def unnamed(stored: Stored, transactions: Transactions) -> AsyncIterator[list[StoredObject]]:
    """Yield the unnamed objects that are old enough, in parts; delete nothing."""
    now = transactions.resources.clock()
    async for part in transactions.resources.storage.listed(stored.prefix):
        old = [one for one in part if may_go(one.written_at, now)]
        async with transactions.sessions() as session:
            named = await stored.named_of(session, [one.key for one in old])
        yield [one for one in old if one.key not in named]


async def sweep(stored: Stored, transactions: Transactions) -> AsyncIterator[list[StoredObject]]:
    """Delete the unnamed objects that are old enough; yield them in parts. Safe with replicas."""
    storage, now = transactions.resources.storage, transactions.resources.clock()
    async for part in unnamed(stored, transactions):
        # An object may have been written again since it was listed.
        found = [await storage.look_up(one.key) for one in part]
        still = {one.key: one for one in found if one and may_go(one.written_at, now)}
        gone = await _delete(stored, list(still), transactions)
        yield [still[key] for key in gone]


async def _delete(stored: Stored, keys: Sequence[str], transactions: Transactions) -> list[str]:
    """Delete the unnamed of these, while no transaction can begin to name them; return them."""
    if not keys:
        return []
    async with transactions.begin() as tx:
        await tx.session.execute(select(func.pg_advisory_xact_lock(OBJECTS_LOCK)))
        named = await stored.named_of(tx.session, keys)
        gone = [key for key in keys if key not in named]
        await transactions.resources.storage.delete(gone)
    return gone


async def require_own(
    service: str, transactions: Transactions, *, leave_a_mark: bool = True
) -> None:
    """Raise Conflict when the store belongs to another database, whose rows name its objects.

    The first sweep leaves a mark in the store that later ones compare.
    """
    storage, key = transactions.resources.storage, f"{Prefix.OWNERS}/{service}"
    async with transactions.sessions() as session:
        # Sealed once per database: no two are alike.
        mark = digest_of((await session.scalars(select(sealing_check.c.sealed))).one()).encode()
    try:
        found = await storage.get(key)
    except InvalidTag:
        found = b""
    except NotFound:
        if leave_a_mark:
            await storage.put(key, mark)
        return
    if found != mark:
        raise Conflict(
            "store_of_another",
            f"The object store holds files that another database of {service} names; nothing was"
            f" deleted. If they are this one's all the same, delete {key} from the store first"
            " (docs/operations.md, Files).",
        )


async def sweep_for_ever(
    service: str, stores: Iterable[Stored], transactions: Transactions
) -> None:
    """Sweep at intervals; a failure is retried the next time."""
    while True:
        try:
            await require_own(service, transactions)
            for stored in stores:
                count = 0
                async for gone in sweep(stored, transactions):
                    count += len(gone)
                if count:
                    log.info("swept", prefix=stored.prefix, objects=count)
        except Exception as error:  # noqa: BLE001 - the next round tries again
            log.warning("sweep_failed", service=service, reason=describe(error))
        await asyncio.sleep(SWEEP_INTERVAL.total_seconds())


async def discard_for_ever(stores: Iterable[Stored], transactions: Transactions) -> None:
    """Delete what transactions of this process discarded; wait while the store is unavailable.

    What a process leaves undone at its end is found by the next sweep.
    """
    of_prefix = {stored.prefix: stored for stored in stores}
    while True:
        keys = defaultdict(list)
        for key in await _let_go(transactions.discarded):
            keys[of_prefix[Prefix(key.partition("/")[0])]].append(key)
        for stored, some in keys.items():
            await _until_deleted(stored, some, transactions)


async def _let_go(discarded: "asyncio.Queue[str]") -> list[str]:
    """Wait for a key; return all that are there."""
    keys = [await discarded.get()]
    while not discarded.empty():
        keys.append(discarded.get_nowait())
    return keys


async def _until_deleted(stored: Stored, keys: Sequence[str], transactions: Transactions) -> None:
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            await _delete(stored, keys, transactions)
        except Exception as error:
            if not isinstance(error, StorageAway) and not is_database_down(error):
                raise
            log.warning("not_deleted", prefix=stored.prefix, reason=describe(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        else:
            return
