"""Entries of the audit trail: actor, subject, outcome."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus

from shared.values import bare

KNOWN_FORM = re.compile(
    r"PRT[0-9]{10}|G[0-9]{20}|LZ[0-9]{8,}|[AU][0-9]{7,8}"  # applications, confirmations, …
    r"|[A-Z]{2,8}(?:-[A-Z0-9]{1,12}){0,3}"  # plans
    r"|account-[0-9A-Za-z]{4,20}|client-[0-9a-f]{18}|group-[0-9a-f]{8}"  # accounts, API clients, …
    r"|[a-z]+(?:[._-][a-z]+){0,4}(?:\.v[0-9]{1,2})?"  # services, consumers, topics
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]{1,8}"
)
"""Numbers, codes and ids of ours; what names a person (ID, passport, mobile) is not among them."""
NUMBERED = re.compile(r"PRT[0-9]{10}|G[0-9]{20}")
NOT_OURS = "?"


class Outcome(StrEnum):
    """What came of it; unknown from the start until it is noted, and for ever after a crash."""

    UNKNOWN = "unknown"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True)
class Actor:
    """An account, by its id, and its office; or an operator of the system, of no office."""

    account_id: str
    office_id: str | None


@dataclass(frozen=True)
class Entry:
    """Who did or tried what, from where, and what came of it; `name` is the account's, if any."""

    position: int
    at: datetime
    account_id: str
    name: str | None
    address: str | None
    action: str
    subject: str
    outcome: Outcome
    code: str | None
    correlation: str


NOBODY = Actor("", None)
"""Somebody who tried a name that no account has; what was typed may be a password."""


def subject_of(*parts: object) -> str:
    """Return a subject made of numbers; `?` stands for what is not written like one."""
    texts = [_tidy(str(part)) for part in parts]
    return "/".join(text if KNOWN_FORM.fullmatch(text) else NOT_OURS for text in texts)


def _tidy(text: str) -> str:
    """Return a number in its normal form, however it was typed."""
    number = bare(text)
    return number if NUMBERED.fullmatch(number) else text.strip()


def outcome_of(status: int, code: str, *, changes: bool) -> Outcome:
    """Return the outcome that a response means; unknown when the owner did not respond."""
    if status < HTTPStatus.BAD_REQUEST:
        return Outcome.DONE
    if code == "service_away" and changes:
        return Outcome.UNKNOWN
    if status < HTTPStatus.INTERNAL_SERVER_ERROR or code == "still_arriving":
        return Outcome.REFUSED
    return Outcome.FAILED
