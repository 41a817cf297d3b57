"""Failed tries to sign in, addresses from which names signed in, and turns."""

from datetime import datetime

from sqlalchemy import bindparam, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.domain.tries import KNOWN_FOR, WINDOW, Failures
from services.gateway.tables import FailureRow, KnownAddressRow, TurnRow
from shared.bus import Transaction

_LOCK = select(
    func.pg_advisory_xact_lock(func.hashtext(bindparam("kind")), func.hashtext(bindparam("what")))
)
_FAILURES = (
    select(FailureRow.at, FailureRow.name_digest, FailureRow.address_digest)
    .where(
        FailureRow.at > bindparam("since"),
        or_(
            FailureRow.name_digest == bindparam("name"),
            FailureRow.address_digest == bindparam("address"),
        ),
    )
    .order_by(FailureRow.at.desc())
)


async def one_at_a_time(session: AsyncSession, kind: str, what: str) -> None:
    """Lock names until the transaction ends, so that transactions about one take turns."""
    await session.execute(_LOCK, {"kind": kind, "what": what})


class Tries:
    """Tries of one name at one address; only digests of both are stored."""

    def __init__(self, tx: Transaction, name: str, address: str) -> None:
        sealer = tx.resources.sealer
        self._session = tx.session
        self._locks = (("sign-in name", name), ("sign-in address", address))
        self._name = sealer.lookup_hash(name)
        self._address = sealer.lookup_hash(address)
        self._now = tx.now

    async def one_at_a_time(self) -> None:
        """Lock this name and this address: tries take turns."""
        # In one order, so that no two transactions wait for each other.
        for kind, what in self._locks:
            await one_at_a_time(self._session, kind, what)

    async def failures(self) -> Failures:
        """Return the failures within the window."""
        asked = {"since": self._now - WINDOW, "name": self._name, "address": self._address}
        rows = (await self._session.execute(_FAILURES, asked)).all()
        of_name = [(at, address) for at, name, address in rows if name == self._name]
        return Failures(
            of_name_here=[at for at, address in of_name if address == self._address],
            here=[at for at, _, address in rows if address == self._address],
            of_name=len(of_name),
        )

    async def note(self) -> int:
        """Add a failure, to be deleted if the try succeeds, and use its turn up; return its id."""
        await self._session.execute(
            delete(TurnRow).where(
                TurnRow.name_digest == self._name, TurnRow.address_digest == self._address
            )
        )
        row = FailureRow(name_digest=self._name, address_digest=self._address, at=self._now)
        self._session.add(row)
        await self._session.flush()
        return row.id

    async def note_wrong_captcha(self) -> None:
        """Add a failure of the address alone: no password was tried."""
        self._session.add(FailureRow(name_digest=None, address_digest=self._address, at=self._now))

    async def is_known(self) -> bool:
        """Return whether this name signed in at this address within `KNOWN`."""
        row = await self._session.get(KnownAddressRow, (self._name, self._address))
        return row is not None and row.at > self._now - KNOWN_FOR

    async def turns(self) -> tuple[datetime | None, list[datetime]]:
        """Return the turn of this address, and all of the name's that were not used yet."""
        rows = (
            await self._session.execute(
                select(TurnRow.at, TurnRow.address_digest).where(
                    TurnRow.name_digest == self._name, TurnRow.at > self._now - WINDOW
                )
            )
        ).all()
        mine = [at for at, address in rows if address == self._address]
        return (mine[0] if mine else None), [at for at, _ in rows]

    async def give_turn(self, at: datetime) -> None:
        """Save the turn of this address, in place of one that it missed."""
        row = {"name_digest": self._name, "address_digest": self._address, "at": at}
        await self._session.execute(
            upsert(TurnRow)
            .values(row)
            .on_conflict_do_update(index_elements=["name_digest", "address_digest"], set_=row)
        )


async def note_success(tx: Transaction, try_id: int) -> None:
    """Delete a try that succeeded; its name is known at its address from now on."""
    tried = (
        await tx.session.execute(
            delete(FailureRow)
            .where(FailureRow.id == try_id)
            .returning(FailureRow.name_digest, FailureRow.address_digest)
        )
    ).one_or_none()
    if tried is None:
        return
    row = {"name_digest": tried[0], "address_digest": tried[1], "at": tx.now}
    await tx.session.execute(
        upsert(KnownAddressRow)
        .values(row)
        .on_conflict_do_update(index_elements=["name_digest", "address_digest"], set_=row)
    )


async def forget(tx: Transaction) -> None:
    """Delete what no rule needs any more."""
    await tx.session.execute(delete(FailureRow).where(FailureRow.at <= tx.now - WINDOW))
    await tx.session.execute(delete(TurnRow).where(TurnRow.at <= tx.now - WINDOW))
    await tx.session.execute(
        delete(KnownAddressRow).where(KnownAddressRow.at <= tx.now - KNOWN_FOR)
    )
