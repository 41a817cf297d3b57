"""The audit trail, for the administrator of an office."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field, StringConstraints

from services.gateway.api.signed_in import SignedIn
from services.gateway.domain.trail import Outcome
from services.gateway.repository.trail import AuditTrail, Search, found, positions
from shared.http.commands import transactions_of
from shared.http.searching import Counted, counted, in_order
from shared.identity.permissions import Permission
from shared.values import LARGEST_ID, Day, mask_name

router = APIRouter(tags=["audit"])

Part = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]


SHOWN_OTHERWISE = ("position", "name")
"""What an entry's answer has in another form."""

TrailDay = Annotated[Day, Field(ge=date(2000, 1, 1), lt=date(3000, 1, 1))]
"""A day that a trail can have."""


class AuditEntry(BaseModel):
    """Who did or tried what to what, and what came of it."""

    entry_id: str
    at: datetime
    account_id: str = Field(
        description="`operator:` and a name for who runs the system; empty when nobody is known"
    )
    name: str | None = Field(
        description="The account's name, masked for auditors; null when it is no account"
    )
    address: str | None = Field(description="Where the call came from; null after 180 days")
    action: str
    subject: str = Field(description="Numbers of the things it was about")
    outcome: Outcome = Field(description="`unknown` until it is noted, and after a crash")
    code: str | None = Field(description="The problem's code when it was refused or failed")
    correlation: str


class AuditPage(Counted):
    """Newest first; pass `next` as `cursor`."""

    items: list[AuditEntry]
    next: str | None


class Asked(BaseModel):
    """Which entries are wanted; all without a condition."""

    action: Part | None = None
    actor: Part | None = Field(None, description="Account id or user name, or a part of it")
    subject: Part | None = Field(None, description="A number, or part of one")
    outcome: Outcome | None = None
    at_from: TrailDay | None = None
    at_to: TrailDay | None = None
    cursor: int | None = Field(None, ge=0, le=LARGEST_ID)
    limit: int = Field(50, ge=1, le=200)


@router.get("/audit")
async def get_audit(
    request: Request, caller: SignedIn, asked: Annotated[Asked, Query()]
) -> AuditPage:
    """List the audit trail: the office's entries, and those that belong to no office."""
    caller.require(Permission.READ_AUDIT)
    search = Search(**asked.model_dump(exclude={"cursor", "limit"}))
    in_order(asked.at_from, asked.at_to, "at_from")
    matching = found(caller.office_id, search)
    async with transactions_of(request).begin() as tx:
        entries = await AuditTrail(tx).before(matching, asked.cursor, asked.limit + 1)
        total = await counted(
            tx.session,
            positions(matching),
            len(entries),
            asked.limit,
            str(asked.cursor) if asked.cursor is not None else None,
        )
    full = caller.may(Permission.MANAGE_ACCOUNTS)
    items = [
        AuditEntry(
            entry_id=str(entry.position),
            **{
                name: value
                for name, value in vars(entry).items()
                if name not in ("position", "name")
            },
            name=entry.name if full or entry.name is None else mask_name(entry.name),
        )
        for entry in entries[: asked.limit]
    ]
    following = items[-1].entry_id if len(entries) > asked.limit else None
    return AuditPage(items=items, next=following, **dict(total))
