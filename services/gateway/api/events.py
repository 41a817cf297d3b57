"""What has happened: the event feed, and live updates."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from time import monotonic
from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Header, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, WithJsonSchema

from services.gateway.adapters.live import POLL_SECONDS, Live
from services.gateway.api.signed_in import Follower, Reader, token_of
from services.gateway.domain.events import LoggedEvent, topics_for
from services.gateway.domain.webhooks import MOST_TOPICS, require_topics
from services.gateway.repository.events import EventLog
from services.gateway.repository.sessions import SessionRepository
from shared.catalogue.schemas import envelope_schema
from shared.errors import Gone
from shared.http.commands import transactions_of
from shared.identity.caller import Caller
from shared.values import LARGEST_ID

router = APIRouter(tags=["events"])

EVENTS_PER_PAGE = 100
LONGEST_WAIT_SECONDS = 20.0
STREAM_GONE = "这个位置之前的事件已不再保存，请从after=0重新开始读取。"
NEVER_THERE = "还没有到过这个位置（可能是另一个系统或恢复前的位置），请从after=0重新开始读取。"

Topics = Annotated[
    list[str], Query(max_length=MOST_TOPICS, description="Whole topics, or beginnings with `.*`")
]


UNBUFFERED = {"X-Accel-Buffering": "no"}
"""Tells a proxy before us to pass each event on at once."""
ENVELOPE = envelope_schema()
del ENVELOPE["$defs"]  # of which it needs none
FORGOTTEN: dict[int | str, dict[str, Any]] = {
    410: {"description": "The position is older than what is kept, or was never reached"}
}
STREAMED = {
    "description": (
        "One message per event: `id` is its position, `event` its topic, `data` its envelope"
    ),
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}


class EventStream(StreamingResponse):
    """Server-sent events, in descriptions."""

    media_type = "text/event-stream"


class FeedPage(BaseModel):
    """Events in the order of the log; pass `next` as `after`."""

    items: list[Annotated[dict[str, Any], WithJsonSchema(ENVELOPE)]]
    next: str
    oldest: str
    """The oldest position that is still kept; who is further behind is answered 410."""


async def _after(
    request: Request, caller: Caller, position: int, topics: Sequence[str] = ()
) -> tuple[list[LoggedEvent], int, int]:
    """Return events after a position, how far the log is read with them, and the horizon."""
    async with transactions_of(request).begin() as tx:
        log = EventLog(tx)
        events, read = await log.after(caller, position, EVENTS_PER_PAGE, topics)
        # Read last: what is forgotten meanwhile is noticed.
        horizon = await log.horizon()
    if 0 < position < horizon:
        raise Gone("events_forgotten", STREAM_GONE, field="after")
    if read < position:
        # It may be from before a restore: waiting for it would miss what happens until then.
        raise Gone("position_unknown", NEVER_THERE, field="after")
    return events, read, horizon


@router.get(
    "/event-feed",
    responses=FORGOTTEN,
)
async def get_event_feed(
    request: Request,
    caller: Reader,
    after: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,
    wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT_SECONDS)] = 0,
    topics: Topics = [],  # noqa: B006 - FastAPI copies it
) -> FeedPage:
    """Give events after a cursor; with `wait`, up to that many seconds for the next one."""
    require_topics(topics, topics_for(caller))
    live = transactions_of(request).resources.tool(Live)
    until = monotonic() + wait
    while True:
        ring = live.listen()
        events, after, horizon = await _after(request, caller, after, topics)
        left = until - monotonic()
        if events or left <= 0 or await _ends(request):
            items = [event.envelope for event in events]
            return FeedPage(items=items, next=str(after), oldest=str(horizon + 1))
        await live.wait(ring, min(POLL_SECONDS, left))


@router.get("/events", response_class=EventStream, responses={200: STREAMED, **FORGOTTEN})
async def get_events(
    request: Request,
    caller: Follower,
    last_event_id: Annotated[int | None, Header(alias="Last-Event-ID", ge=0, le=LARGEST_ID)] = None,
    authorization: Annotated[str | None, Header(include_in_schema=False)] = None,
    session: Annotated[str | None, Cookie(include_in_schema=False)] = None,
) -> StreamingResponse:
    """Stream events as they happen (server-sent events), on from `Last-Event-ID`."""
    if last_event_id is None:
        async with transactions_of(request).begin() as tx:
            position = await EventLog(tx).last_position()
    else:
        position = last_event_id
        await _after(request, caller, position)
    return StreamingResponse(
        _stream(request, caller, token_of(authorization, session), position),
        media_type="text/event-stream",
        headers=UNBUFFERED,
    )


async def _stream(
    request: Request, caller: Caller, token: str, position: int
) -> AsyncIterator[str]:
    """Yield new events until the client disconnects or the session ends."""
    live = transactions_of(request).resources.tool(Live)
    yield ": hello\n\n"
    while not await _ends(request) and await _lasts(request, token):
        ring = live.listen()
        events, read, _ = await _after(request, caller, position)
        for event in events:
            data = json.dumps(event.envelope, ensure_ascii=False)
            yield f"id: {event.position}\nevent: {event.topic}\ndata: {data}\n\n"
        position = read
        if not events:
            await live.wait(ring, POLL_SECONDS)
            yield ": still here\n\n"


async def _ends(request: Request) -> bool:
    """Return whether the client has disconnected, or this process is to stop."""
    stopping: Callable[[], bool] = getattr(request.app.state, "stopping", bool)
    return stopping() or await request.is_disconnected()


async def _lasts(request: Request, token: str) -> bool:
    """Return whether the session is still open."""
    async with transactions_of(request).begin() as tx:
        return await SessionRepository(tx).has(token)
