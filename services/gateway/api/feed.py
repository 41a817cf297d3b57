"""What has happened: the event feed, live updates, the audit trail."""

import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Header, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from services.gateway.adapters.live import Live
from services.gateway.api.signed_in import SignedIn, token_of
from services.gateway.repository.accounts import AccountRepository
from services.gateway.repository.event_log import EventLog
from services.gateway.repository.trail import Trail
from services.gateway.tables import EventRow
from shared.caller import Caller, Permission
from shared.web import transactions_of

router = APIRouter(tags=["events"])

AT_ONCE = 100
LONGEST_WAIT = 20.0
HEARTBEAT = 1.0


class FeedPage(BaseModel):
    """Events in the order of the log; pass `next` as `after`."""

    items: list[dict[str, Any]]
    next: str


class AuditEntry(BaseModel):
    """Who did what to what."""

    at: datetime
    account_id: str
    action: str
    subject: str
    correlation: str


class AuditPage(BaseModel):
    """Newest first; pass `next` as `cursor`."""

    items: list[AuditEntry]
    next: str | None


async def _after(request: Request, caller: Caller, position: int) -> list[EventRow]:
    async with transactions_of(request).begin() as tx:
        return await EventLog(tx.session).after(caller, position, AT_ONCE)


@router.get("/event-feed")
async def get_event_feed(
    request: Request,
    caller: SignedIn,
    after: Annotated[int, Query(ge=0)] = 0,
    wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT)] = 0,
) -> FeedPage:
    """Give events after a cursor; with `wait`, up to that many seconds for the next one."""
    live = transactions_of(request).resources.tool(Live)
    rows = await _after(request, caller, after)
    while not rows and wait > 0:
        await live.wait(min(HEARTBEAT, wait))
        wait -= HEARTBEAT
        rows = await _after(request, caller, after)
    position = rows[-1].position if rows else after
    return FeedPage(items=[row.envelope for row in rows], next=str(position))


@router.get("/events", response_class=StreamingResponse)
async def get_events(
    request: Request,
    caller: SignedIn,
    last_event_id: Annotated[int | None, Header(ge=0)] = None,
    authorization: Annotated[str | None, Header(include_in_schema=False)] = None,
    session: Annotated[str | None, Cookie(include_in_schema=False)] = None,
) -> StreamingResponse:
    """Stream events as they happen (server-sent events), on from `Last-Event-ID`."""
    async with transactions_of(request).begin() as tx:
        newest = await EventLog(tx.session).last_position()
    position = newest if last_event_id is None else last_event_id
    return StreamingResponse(
        _stream(request, caller, token_of(authorization, session), position),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store"},
    )


async def _stream(
    request: Request, caller: Caller, token: str, position: int
) -> AsyncIterator[str]:
    """Write what is new until the client leaves or the session ends."""
    live = transactions_of(request).resources.tool(Live)
    yield ": hello\n\n"
    while not await request.is_disconnected() and await _lasts(request, token):
        rows = await _after(request, caller, position)
        for row in rows:
            position = row.position
            data = json.dumps(row.envelope, ensure_ascii=False)
            yield f"id: {position}\nevent: {row.topic}\ndata: {data}\n\n"
        if not rows:
            await live.wait(HEARTBEAT)
            yield ": still here\n\n"


async def _lasts(request: Request, token: str) -> bool:
    """Say whether the session is still open."""
    async with transactions_of(request).begin() as tx:
        accounts = AccountRepository(tx.session, tx.resources.sealer)
        return await accounts.of_session(token, tx.now) is not None


@router.get("/audit")
async def get_audit(
    request: Request,
    caller: SignedIn,
    cursor: Annotated[int | None, Query(ge=0)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AuditPage:
    """List the office's audit trail."""
    caller.require(Permission.READ_AUDIT)
    async with transactions_of(request).begin() as tx:
        rows = await Trail(tx.session).before(caller.office_id, cursor, limit)
    items = [
        AuditEntry(
            at=row.at,
            account_id=row.account_id,
            action=row.action,
            subject=row.subject,
            correlation=row.correlation,
        )
        for row in rows
    ]
    return AuditPage(items=items, next=str(rows[-1].position) if len(rows) == limit else None)
