"""The inbox of whoever is signed in."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from services.gateway.api.signed_in import SignedIn
from services.gateway.domain.message_kinds import MessageKind
from services.gateway.domain.notices import Notice
from services.gateway.repository.notices import Notices, found, ids
from shared.http.commands import transactions_of
from shared.http.searching import Counted, counted
from shared.values import LARGEST_ID

router = APIRouter(prefix="/notices", tags=["notices"])

MOST_COUNTED = 100

NoticeId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class InboxNotice(BaseModel):
    """What happened, and whether it was read."""

    notice_id: str
    kind: MessageKind
    subject: str = Field(description="Number of what it is about")
    values: dict[str, str] = Field(description="What the sentence of its kind names")
    at: datetime
    read_at: datetime | None


class NoticePage(Counted):
    """Newest first; pass `next` as `cursor`."""

    items: list[InboxNotice]
    next: str | None


class UnreadCount(BaseModel):
    """How many notices are not read yet."""

    unread: int = Field(description=f"{MOST_COUNTED} at most")


class ReadUpTo(BaseModel):
    """Up to which notice all are read: the newest that was shown."""

    notice_id: int = Field(ge=1, le=LARGEST_ID)


class AskedNotices(BaseModel):
    """Which notices are wanted; all without a condition."""

    unread: bool = False
    cursor: int | None = Field(None, ge=0, le=LARGEST_ID)
    limit: int = Field(20, ge=1, le=200)


@router.get("")
async def get_notices(
    request: Request, caller: SignedIn, asked: Annotated[AskedNotices, Query()]
) -> NoticePage:
    """List one's notices, newest first."""
    matching = found(caller.account_id, unread=asked.unread)
    async with transactions_of(request).begin() as tx:
        notices = await Notices(tx).before(matching, asked.cursor, asked.limit + 1)
        cursor = str(asked.cursor) if asked.cursor is not None else None
        total = await counted(tx.session, ids(matching), len(notices), asked.limit, cursor)
    items = [_shown(notice) for notice in notices[: asked.limit]]
    following = items[-1].notice_id if len(notices) > asked.limit else None
    return NoticePage(items=items, next=following, **dict(total))


@router.get("/unread-count")
async def get_unread_count(request: Request, caller: SignedIn) -> UnreadCount:
    """Count one's notices that are not read yet."""
    async with transactions_of(request).begin() as tx:
        return UnreadCount(unread=await Notices(tx).count_unread(caller.account_id, MOST_COUNTED))


@router.post("/{notice_id}/read")
async def read_notice(request: Request, notice_id: NoticeId, caller: SignedIn) -> InboxNotice:
    """Mark a notice as read; one that is read stays so."""
    async with transactions_of(request).begin() as tx:
        notices = Notices(tx)
        return _shown(await notices.mark_read(caller.account_id, notice_id, tx.now))


@router.post("/read-all", status_code=204)
async def read_all_notices(request: Request, body: ReadUpTo, caller: SignedIn) -> Response:
    """Mark all notices up to one as read; what came since stays unread."""
    async with transactions_of(request).begin() as tx:
        notices = Notices(tx)
        await notices.mark_all_read(caller.account_id, body.notice_id, tx.now)
    return Response(status_code=204)


def _shown(notice: Notice) -> InboxNotice:
    return InboxNotice(
        notice_id=str(notice.notice_id),
        kind=notice.kind,
        subject=notice.subject,
        values=notice.values,
        at=notice.at,
        read_at=notice.read_at,
    )
