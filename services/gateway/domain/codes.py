"""Codes by text message: they prove that somebody holds a mobile."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID

from services.gateway.domain.tries import free_at

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
TRIES_PER_CODE = 5
PAUSE_PER_MOBILE = timedelta(minutes=1)
"""Between two codes for one mobile."""
CODES_PER_MOBILE = 5
CODES_PER_ADDRESS = 10
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


class Purpose(StrEnum):
    """What a mobile is proved for; a proof serves no other purpose."""

    REGISTRATION = "registration"
    BINDING = "binding"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - no password


PROOF_LIFE = {
    Purpose.REGISTRATION: timedelta(hours=2),
    Purpose.BINDING: timedelta(hours=2),
    Purpose.PASSWORD_RESET: timedelta(minutes=15),
}
"""Forms with pictures take a while to fill in."""


@dataclass(frozen=True)
class Asked:
    """When codes were asked for, newest first, each within its window."""

    for_mobile: Sequence[datetime]
    """Within a day."""
    from_address: Sequence[datetime]
    """Within an hour."""
    by_all: int
    """Within a day, in the whole installation."""


def free_for_mobile(asked: Asked, now: datetime) -> datetime | None:
    """Return when this mobile may have the next code; None when it may now."""
    ends = (
        free_at(asked.for_mobile, 1, PAUSE_PER_MOBILE),
        free_at(asked.for_mobile, CODES_PER_MOBILE, DAY),
    )
    return max((end for end in ends if end is not None and end > now), default=None)


def free_for_address(asked: Asked) -> datetime | None:
    """Return when this address may ask for the next code; None when it may now."""
    return free_at(asked.from_address, CODES_PER_ADDRESS, HOUR)


@dataclass(frozen=True)
class Code:
    """A code that was asked for, and the proof that it became."""

    code_id: UUID
    purpose: Purpose
    mobile: str
    digest: bytes
    """Keyed hash of id and digits."""
    asked_at: datetime
    expires_at: datetime
    tries: int = 0
    proof_digest: bytes | None = None

    def is_open(self, now: datetime) -> bool:
        """Return whether it can still be answered."""
        return self.proof_digest is None and self.tries < TRIES_PER_CODE and now < self.expires_at

    def fail(self) -> Self:
        """Return it after one more wrong answer."""
        return replace(self, tries=self.tries + 1)

    def prove(self, proof_digest: bytes, now: datetime) -> Self:
        """Return it as a proof, which lives as long as its purpose takes; ValueError when shut."""
        if not self.is_open(now):
            raise ValueError("a code is answered once, in time, after few wrong answers")
        return replace(
            self,
            proof_digest=proof_digest,
            tries=self.tries + 1,
            expires_at=now + PROOF_LIFE[self.purpose],
        )
