"""Checking that the sealing key is the one that a database was made with."""

from collections.abc import Awaitable, Callable

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus.positions import has_positions
from shared.bus.tables import consumed_positions, sealing_check
from shared.bus.transaction import Transaction, Transactions
from shared.errors import CannotStart
from shared.runtime.sealing import Sealed

FindSealed = Callable[[AsyncSession], Awaitable[Sealed | None]]

PLACE = "sealing_check"
MARK = b"sealed with the key of this database"
THE_ROW = 1


async def check_key(service: str, find: FindSealed | None, transactions: Transactions) -> None:
    """Unseal the check row; create it when the database has none yet.

    CannotStart when it does not open; when there is none, what was sealed before it was made with
    another key; and when the database has no table for it.
    """
    async with transactions.begin() as tx:
        session, sealer = tx.session, tx.resources.sealer
        # The newest of the tables that every service has: an older database lacks it.
        if await session.scalar(select(func.to_regclass(consumed_positions.name))) is None:
            raise CannotStart(
                f"The database of {service} is older than this program:"
                f" run `python -m services migrate {service}` first."
            )
        row = select(sealing_check.c.sealed).where(sealing_check.c.id == THE_ROW)
        sealed = await session.scalar(row)
        if sealed is None:
            old = await _sealed_before(find, tx)
            if old and not any(sealer.opens(*one) for one in old):
                raise _other_key(service)
            mark = sealer.seal(MARK, PLACE)
            # Several processes may do this at once: the first one's row counts for all.
            await session.execute(
                upsert(sealing_check).values(id=THE_ROW, sealed=mark).on_conflict_do_nothing()
            )
            sealed = (await session.scalars(row)).one()
        if not sealer.opens(sealed, PLACE):
            raise _other_key(service)


async def _sealed_before(find: FindSealed | None, tx: Transaction) -> list[Sealed]:
    """Return something sealed earlier: by the service, else objects of the store.

    A service that has neither consumed nor published is new, whatever others have stored.
    """
    found = await find(tx.session) if find else None
    if found is not None:
        return [found]
    lived = await has_positions(tx.session)
    return await tx.resources.storage.some_sealed() if lived else []


def _other_key(service: str) -> CannotStart:
    return CannotStart(
        f"SEALING_KEY is not the key that the data of {service} were sealed with; no data were"
        " touched. Start with that key again (docs/operations.md, Keys)."
    )
