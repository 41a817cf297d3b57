"""Where the money of an office goes."""

from dataclasses import dataclass

from services.documents.domain.payment_notice import Account


@dataclass(frozen=True)
class ReceivingAccount:
    """An office by its name on papers, and the account that receives its fees."""

    office_id: str
    office_name: str
    account: Account
