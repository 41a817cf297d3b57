"""Codes by text message, and how many were asked for."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update

from services.gateway.domain.codes import DAY, HOUR, Asked, Code, Purpose
from services.gateway.repository.tries import one_at_a_time
from services.gateway.tables import CodeRow
from shared.bus import Transaction
from shared.runtime.rows import LoadedRows


class CodeRepository:
    """Codes; mobiles are sealed, digits and proofs are kept as digests."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._sealer = tx.resources.sealer
        self._now = tx.now
        self._rows = LoadedRows(tx.session, CodeRow)

    async def asked(self, mobile: str, address: str) -> Asked:
        """Return when codes were asked for; all who ask take turns until the transaction ends."""
        await one_at_a_time(self._session, "codes", "all")
        of_mobile = CodeRow.mobile_digest == self._sealer.lookup_hash(mobile)
        from_address = CodeRow.address_digest == self._sealer.lookup_hash(address)
        return Asked(
            for_mobile=await self._times(of_mobile, DAY),
            from_address=await self._times(from_address, HOUR),
            by_all=await self._session.scalar(
                select(func.count()).where(CodeRow.asked_at > self._now - DAY)
            )
            or 0,
        )

    async def _times(self, which: ColumnElement[bool], window: timedelta) -> list[datetime]:
        rows = await self._session.scalars(
            select(CodeRow.asked_at)
            .where(which, CodeRow.asked_at > self._now - window)
            .order_by(CodeRow.asked_at.desc())
        )
        return list(rows)

    def save(self, code: Code, address: str | None = None) -> None:
        """Save a code; a new one with the address that asked for it."""
        columns = {name: value for name, value in vars(code).items() if name != "mobile"}
        if address is not None:
            columns |= {
                "sealed_mobile": self._sealer.seal(code.mobile.encode(), _place(code.code_id)),
                "mobile_digest": self._sealer.lookup_hash(code.mobile),
                "address_digest": self._sealer.lookup_hash(address),
            }
        self._rows.save(columns)

    async def locked(self, code_id: UUID) -> Code | None:
        """Return a code, which nobody else answers until the transaction ends."""
        row = await self._session.get(CodeRow, code_id, with_for_update=True)
        return self._code(self._rows.keep(row)) if row else None

    async def proof(self, proof: str) -> Code | None:
        """Return the code that became this proof, unless the proof has ended."""
        row = await self._session.scalar(
            select(CodeRow).where(
                CodeRow.proof_digest == self.proof_digest(proof), CodeRow.expires_at > self._now
            )
        )
        return self._code(row) if row else None

    async def end_proof(self, proof: str) -> bool:
        """Let a proof serve no more; False when it has ended already.

        It still counts among those that were asked for.
        """
        ended = await self._session.scalar(
            update(CodeRow)
            .where(CodeRow.proof_digest == self.proof_digest(proof), CodeRow.expires_at > self._now)
            .values(expires_at=self._now)
            .returning(CodeRow.code_id)
        )
        return ended is not None

    def digest(self, code_id: UUID, digits: str) -> bytes:
        """Return the keyed hash of a code's digits."""
        return self._sealer.lookup_hash(f"code {code_id} {digits}")

    def proof_digest(self, proof: str) -> bytes:
        """Return the keyed hash by which a proof is found."""
        return self._sealer.lookup_hash(f"proof {proof}")

    def _code(self, row: CodeRow) -> Code:
        mobile = self._sealer.unseal(row.sealed_mobile, _place(row.code_id)).decode()
        return Code(
            code_id=row.code_id,
            purpose=Purpose(row.purpose),
            mobile=mobile,
            digest=row.digest,
            asked_at=row.asked_at,
            expires_at=row.expires_at,
            tries=row.tries,
            proof_digest=row.proof_digest,
        )


async def forget(tx: Transaction) -> None:
    """Delete what has expired and counts for no limit any more."""
    await tx.session.execute(
        delete(CodeRow).where(CodeRow.asked_at <= tx.now - DAY, CodeRow.expires_at <= tx.now)
    )


def _place(code_id: UUID) -> str:
    return f"codes/{code_id}/mobile"
