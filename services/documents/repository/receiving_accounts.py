"""The accounts that receive the fees, to and from rows."""

from services.documents.domain.payment_notice import Account
from services.documents.domain.receiving_accounts import ReceivingAccount
from services.documents.tables import ReceivingAccountRow
from shared.bus import Transaction
from shared.errors import NotFound


class ReceivingAccounts:
    """Where the money of each office goes."""

    def __init__(self, tx: Transaction) -> None:
        self._session = tx.session

    async def of(self, office_id: str) -> ReceivingAccount:
        """Return an office's account; NotFound when it has none."""
        row = await self._session.get(ReceivingAccountRow, office_id)
        if row is None:
            raise NotFound("办事处尚未设置收款账户，请联系管理员。")
        return ReceivingAccount(row.office_id, row.office_name, _account(row))

    async def put(self, receiving: ReceivingAccount) -> bool:
        """Save an account, new or changed; return whether the money went elsewhere before."""
        row = await self._session.get(ReceivingAccountRow, receiving.office_id)
        changed = row is not None and _account(row) != receiving.account
        await self._session.merge(
            ReceivingAccountRow(
                office_id=receiving.office_id,
                office_name=receiving.office_name,
                **vars(receiving.account),
            )
        )
        return changed


def _account(row: ReceivingAccountRow) -> Account:
    return Account(row.name, row.number, row.bank, row.line_number)
