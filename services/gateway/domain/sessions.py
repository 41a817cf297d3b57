"""Sessions: sign-ins that have not ended, and what one may still need."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.gateway.domain.accounts import Account

SESSION_LIFE = timedelta(hours=12)
TOKEN_LIFE = timedelta(hours=1)
"""An API client's access token."""
SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is kept when a session was last used."""


class Need(StrEnum):
    """What a session has to do before anything else."""

    SECOND_FACTOR = "second_factor"
    SECOND_FACTOR_SETUP = "second_factor_setup"
    PASSWORD_CHANGE = "password_change"  # noqa: S105 - no password


@dataclass(frozen=True)
class Session:
    """Where and when somebody signed in, and used it last."""

    session_id: UUID
    begun_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    agent: str
    second_factor: bool
    """Whether a code of the second factor was given."""


def need_of(account: Account, session: Session, strict: Collection[str]) -> Need | None:
    """Return what comes before all else; `strict` are the roles that need a second factor."""
    if account.has_second_factor and not session.second_factor:
        return Need.SECOND_FACTOR
    if account.role in strict and not account.has_second_factor:
        return Need.SECOND_FACTOR_SETUP
    return Need.PASSWORD_CHANGE if account.must_change else None
