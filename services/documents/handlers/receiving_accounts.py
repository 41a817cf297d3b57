"""Receiving accounts from an office's data file."""

from typing import Any

from services.documents.domain.payment_notice import Account
from services.documents.domain.receiving_accounts import ReceivingAccount
from services.documents.repository.papers import PaperRepository
from services.documents.repository.receiving_accounts import ReceivingAccounts
from shared.bus import Transaction


async def load_receiving_accounts(data: dict[str, Any], tx: Transaction) -> None:
    """Create and update receiving accounts as in a seed file; safe to repeat.

    Notices that are still unpaid will say the new account: the files with the old one are dropped.
    """
    accounts = ReceivingAccounts(tx)
    for found in data.get("receiving_accounts", []):
        office = {name: found[name] for name in ("office_id", "office_name")}
        account = Account(**{name: value for name, value in found.items() if name not in office})
        receiving = ReceivingAccount(**office, account=account)
        if await accounts.put(receiving):
            await PaperRepository(tx).drop_unpaid_notices(receiving.office_id)
