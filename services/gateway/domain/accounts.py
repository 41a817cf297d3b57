"""Accounts: people, and the API clients of other systems."""

from dataclasses import dataclass
from datetime import timedelta

from shared.identity.caller import Caller
from shared.identity.permissions import Role

SESSION_LIFE = timedelta(hours=12)
TOKEN_LIFE = timedelta(hours=1)
"""An API client's access token."""


@dataclass(frozen=True)
class Account:
    """Someone who may sign in, with a place in the tree of offices."""

    account_id: str
    username: str
    password_hash: str
    name: str
    role: Role
    office_id: str
    agency_id: str | None = None
    unit_id: str | None = None
    active: bool = True

    @property
    def is_client(self) -> bool:
        """Whether it is another system's: it has no session, and people have no access token."""
        return self.role is Role.API_CLIENT

    @property
    def caller(self) -> Caller:
        """The account as services know it."""
        return Caller(
            account_id=self.account_id,
            name=self.name,
            role=self.role,
            office_id=self.office_id,
            agency_id=self.agency_id,
            unit_id=self.unit_id,
        )
