"""Second factors and recovery codes."""

from collections.abc import Sequence

from sqlalchemy import delete, func, insert, select, update

from services.gateway.domain.second_factors import SecondFactor
from services.gateway.tables import AccountRow, RecoveryCodeRow
from shared.bus import Transaction


class SecondFactorRepository:
    """Keys are sealed, recovery codes kept as keyed hashes."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session
        self._sealer = tx.resources.sealer

    async def locked(self, account_id: str) -> SecondFactor | None:
        """Return an account's second factor, whose codes are used one at a time; None without."""
        row = (
            await self._session.execute(
                select(AccountRow.sealed_totp, AccountRow.totp_step)
                .where(AccountRow.account_id == account_id)
                .with_for_update()
            )
        ).one()
        if row.sealed_totp is None:
            return None
        return SecondFactor(
            self._sealer.unseal(row.sealed_totp, _place(account_id)).decode(), row.totp_step
        )

    async def put(self, account_id: str, factor: SecondFactor | None) -> None:
        """Save an account's second factor; with None it has none, and no recovery codes."""
        sealed = None
        if factor is not None:
            sealed = self._sealer.seal(factor.key.encode(), _place(account_id))
        await self._session.execute(
            update(AccountRow)
            .where(AccountRow.account_id == account_id)
            .values(sealed_totp=sealed, totp_step=factor.step if factor else None)
        )
        if factor is None:
            await self._forget_recovery_codes(account_id)

    async def put_recovery_codes(self, account_id: str, codes: Sequence[str]) -> None:
        """Save the recovery codes that count from now on."""
        await self._forget_recovery_codes(account_id)
        rows = [{"account_id": account_id, "digest": self._digest(one)} for one in codes]
        await self._session.execute(insert(RecoveryCodeRow), rows)

    async def use_recovery_code(self, account_id: str, code: str) -> bool:
        """Use a recovery code up; False when it is none."""
        used = await self._session.scalar(
            delete(RecoveryCodeRow)
            .where(
                RecoveryCodeRow.account_id == account_id,
                RecoveryCodeRow.digest == self._digest(code),
            )
            .returning(RecoveryCodeRow.account_id)
        )
        return used is not None

    async def count_recovery_codes(self, account_id: str) -> int:
        """Return how many recovery codes are left."""
        query = select(func.count()).where(RecoveryCodeRow.account_id == account_id)
        return await self._session.scalar(query) or 0

    async def _forget_recovery_codes(self, account_id: str) -> None:
        await self._session.execute(
            delete(RecoveryCodeRow).where(RecoveryCodeRow.account_id == account_id)
        )

    def _digest(self, code: str) -> bytes:
        return self._sealer.lookup_hash(f"recovery code {code}")


def _place(account_id: str) -> str:
    return f"accounts/{account_id}/totp"
