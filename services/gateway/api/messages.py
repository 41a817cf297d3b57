"""The log of messages, for the administrator of an office."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field, StringConstraints

from services.gateway.api.audited import audits
from services.gateway.api.signed_in import SignedIn
from services.gateway.domain.message_kinds import Channel, MessageKind
from services.gateway.domain.messages import MessageState
from services.gateway.handlers.messages_resending import may_resend, resend
from services.gateway.repository.messages import Logged, Messages, Search, found, positions
from shared.http.commands import transactions_of
from shared.http.searching import Counted, counted
from shared.identity.permissions import Permission
from shared.values import LARGEST_ID

router = APIRouter(prefix="/messages", tags=["messages"])


class LoggedMessage(BaseModel):
    """A message and how it stands, without what it says."""

    message_id: UUID
    kind: MessageKind
    channel: Channel
    state: MessageState = Field(
        description="`unknown`: it may have arrived or not, and is sent again by hand only"
    )
    to: str = Field(description="Masked; empty for messages from before they had a log")
    unit_id: str | None
    account_id: str | None
    subject: str = Field(description="Number of what it is about; may be empty")
    tries: int
    error: str | None = Field(description="Why it was refused or put off, or is unknown: a code")
    created_at: datetime
    due_at: datetime | None = Field(description="When it is tried, while it is queued")
    sent_at: datetime | None
    may_resend: bool


class MessagePage(Counted):
    """Newest first; pass `next` as `cursor`."""

    items: list[LoggedMessage]
    next: str | None


class Resent(BaseModel):
    """The message that is sent: another one where what it says was made anew."""

    message_id: UUID


class Asked(BaseModel):
    """Which messages are wanted; all without a condition."""

    state: MessageState | None = None
    kind: MessageKind | None = None
    subject: Annotated[str | None, StringConstraints(strip_whitespace=True, max_length=100)] = (
        Field(None, description="A number, or part of one")
    )
    cursor: int | None = Field(None, ge=0, le=LARGEST_ID)
    limit: int = Field(50, ge=1, le=200)


@router.get("")
async def get_messages(
    request: Request, caller: SignedIn, asked: Annotated[Asked, Query()]
) -> MessagePage:
    """List the messages of the office, without what they say."""
    caller.require(Permission.READ_AUDIT)
    search = Search(**asked.model_dump(exclude={"cursor", "limit"}))
    matching = found(caller.office_id, search)
    async with transactions_of(request).begin() as tx:
        logged = await Messages(tx).before(matching, asked.cursor, asked.limit + 1)
        cursor = str(asked.cursor) if asked.cursor is not None else None
        total = await counted(tx.session, positions(matching), len(logged), asked.limit, cursor)
    following = str(logged[asked.limit - 1].position) if len(logged) > asked.limit else None
    items = [_shown(one) for one in logged[: asked.limit]]
    return MessagePage(items=items, next=following, **dict(total))


@router.post("/{message_id}/resend", dependencies=[audits("notification.resent")])
async def resend_message(request: Request, message_id: UUID, caller: SignedIn) -> Resent:
    """Send a message again that was refused, or of which nobody knows whether it arrived."""
    caller.require(Permission.MANAGE_MESSAGES)
    async with transactions_of(request).begin() as tx:
        return Resent(message_id=await resend(caller, message_id, tx))


def _shown(logged: Logged) -> LoggedMessage:
    message = logged.message
    shown: dict[str, Any] = {
        name: value for name, value in vars(message).items() if name in LoggedMessage.model_fields
    }
    return LoggedMessage(
        **shown,
        to=message.masked_to,
        may_resend=may_resend(message, has_content=logged.has_content),
    )
