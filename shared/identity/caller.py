"""Who is asking: roles, what they may do, whose data they see, and the token that says so."""

from datetime import timedelta
from enum import StrEnum
from typing import Any

import jwt
from pydantic import ValidationError
from sqlalchemy import ColumnElement

from shared.contracts.base import Contract
from shared.errors import Forbidden, NotFound, Unauthenticated
from shared.runtime.clock import Clock
from shared.runtime.keys import many_lines

TOKEN_LIFE = timedelta(seconds=60)
SKEW = timedelta(minutes=2)
"""By how much the clocks of two machines may differ; a token lives so much longer."""
ALGORITHM = "EdDSA"
ISSUER = "gateway"


class Role(StrEnum):
    """What an account is for."""

    OPERATOR = "operator"
    AGENCY_REVIEWER = "agency_reviewer"
    OFFICE_REVIEWER = "office_reviewer"
    FINANCE = "finance"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"
    API_CLIENT = "api_client"


class Permission(StrEnum):
    """What a command needs."""

    ENROLL = "enroll"
    FIRST_REVIEW = "first_review"
    FINAL_REVIEW = "final_review"
    TAKE_PAYMENTS = "take_payments"
    ARCHIVE = "archive"
    PRINT = "print"
    EXPORT = "export"
    READ_ATTACHMENTS = "read_attachments"
    READ_AUDIT = "read_audit"
    NOTIFY = "notify"
    SUBSCRIBE = "subscribe"


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OPERATOR: frozenset(
        {Permission.ENROLL, Permission.PRINT, Permission.EXPORT, Permission.READ_ATTACHMENTS}
    ),
    Role.AGENCY_REVIEWER: frozenset({Permission.FIRST_REVIEW, Permission.READ_ATTACHMENTS}),
    Role.OFFICE_REVIEWER: frozenset(
        {
            Permission.FINAL_REVIEW,
            Permission.ARCHIVE,
            Permission.PRINT,
            Permission.EXPORT,
            Permission.READ_ATTACHMENTS,
        }
    ),
    Role.FINANCE: frozenset({Permission.TAKE_PAYMENTS, Permission.PRINT}),
    Role.ADMINISTRATOR: frozenset({Permission.READ_AUDIT}),
    Role.SYSTEM: frozenset({Permission.NOTIFY}),
    Role.API_CLIENT: frozenset({Permission.SUBSCRIBE}),
}


class Seen(Contract):
    """How new an aggregate was when its owner answered; a copy must be at least that new."""

    stream: str
    subject: str
    sequence: int


class Caller(Contract):
    """An account with its place in the tree of offices, as the gateway vouches for it."""

    account_id: str
    name: str
    role: Role
    office_id: str
    agency_id: str | None = None
    unit_id: str | None = None
    seen: tuple[Seen, ...] = ()

    def require(self, *permissions: Permission) -> None:
        """Raise Forbidden unless the role has one of `permissions`."""
        if not PERMISSIONS[self.role].intersection(permissions):
            raise Forbidden

    def may(self, permission: Permission) -> bool:
        """Return whether the role has a permission."""
        return permission in PERMISSIONS[self.role]

    def require_sight(self, unit_id: str, agency_id: str, office_id: str) -> None:
        """Raise NotFound for what belongs to another unit, agency or office."""
        if self.role is Role.OPERATOR:
            mine = unit_id == self.unit_id
        elif self.role is Role.AGENCY_REVIEWER:
            mine = agency_id == self.agency_id
        else:
            mine = office_id == self.office_id
        if not mine:
            raise NotFound

    def sees(self, rows: Any) -> ColumnElement[bool]:  # noqa: ANN401 - any table class with the three columns
        """Return the condition that leaves only what the caller may see."""
        seen: ColumnElement[bool] = rows.office_id == self.office_id
        if self.role is Role.OPERATOR:
            seen = rows.unit_id == self.unit_id
        elif self.role is Role.AGENCY_REVIEWER:
            seen = rows.agency_id == self.agency_id
        return seen


class TokenIssuer:
    """Signs short-lived tokens; the gateway's alone."""

    def __init__(self, private_key: str, clock: Clock) -> None:
        """Take an Ed25519 private key in PEM."""
        self._key = many_lines(private_key)
        self._clock = clock

    def issue(self, caller: Caller) -> str:
        """Vouch for a caller for a minute."""
        claims = {
            "iss": ISSUER,
            "exp": self._clock() + TOKEN_LIFE,
            "caller": caller.model_dump(mode="json"),
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM)


def read_token(token: str, public_key: str) -> Caller:
    """Check a token and return its caller; Unauthenticated when it is not good."""
    try:
        claims = jwt.decode(
            token,
            many_lines(public_key),
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            leeway=SKEW,
            options={"require": ["exp"]},
        )
        return Caller.model_validate(claims["caller"])
    except (jwt.PyJWTError, KeyError, ValidationError):
        raise Unauthenticated from None
