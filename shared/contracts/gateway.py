"""What the gateway announces: sign-ins."""

from typing import ClassVar

from shared.contracts.base import Event


class AccountSignedIn(Event):
    """Someone signed in."""

    topic: ClassVar[str] = "gateway.account.signed_in.v1"
    account_id: str
    role: str
    office_id: str

    @property
    def subject(self) -> str:
        """Name the account."""
        return self.account_id
