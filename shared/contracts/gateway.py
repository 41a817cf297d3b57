"""What the gateway announces: sign-ins, subscriptions that were paused."""

from typing import ClassVar

from shared.contracts.base import Event


class AccountSignedIn(Event):
    """Someone signed in."""

    topic: ClassVar[str] = "gateway.account.signed_in.v1"
    public: ClassVar[bool] = False
    account_id: str
    """Id of the account; it names no person."""
    role: str
    """What the account is for: `operator`, `agency_reviewer`, `office_reviewer`, `finance`,
    `administrator`; further roles may come."""
    office_id: str
    """Code of the office (办事处) that the account belongs to."""

    @property
    def subject(self) -> str:
        """Name the account."""
        return self.account_id


class WebhookPaused(Event):
    """A subscription was paused, as its receiver has failed for days."""

    topic: ClassVar[str] = "gateway.webhook.paused.v1"
    public: ClassVar[bool] = False
    webhook_id: str
    """Id of the subscription."""
    account_id: str
    """Id of the API client whose subscription it is."""
    office_id: str
    """Code of the office (办事处) that the client belongs to."""

    @property
    def subject(self) -> str:
        """Name the subscription."""
        return self.webhook_id
