"""Second factors: codes of an app (TOTP, RFC 6238), and recovery codes for when it is lost."""

import secrets
from dataclasses import dataclass, replace
from typing import Self

RECOVERY_CODES = 10
RECOVERY_LENGTH = 10
EASILY_READ = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class SecondFactor:
    """An app's key, and the last interval of time whose code was used."""

    key: str
    """Base32, 160 bits."""
    step: int | None = None

    def use(self, step: int) -> Self:
        """Return it with the code of an interval used; ValueError when that was used before."""
        if self.step is not None and step <= self.step:
            raise ValueError("a code is used once, and none from before it")
        return replace(self, step=step)


def recovery_codes() -> list[str]:
    """Return new recovery codes, each to be used once; 49 bits."""
    return [
        "".join(secrets.choice(EASILY_READ) for _ in range(RECOVERY_LENGTH))
        for _ in range(RECOVERY_CODES)
    ]
