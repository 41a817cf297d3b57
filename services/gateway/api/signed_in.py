"""Who is signed in: a session's token as a bearer or in a cookie."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Cookie, Depends, Header, Request

from services.gateway.adapters.concurrency_limit import ConcurrencyLimit
from services.gateway.repository.accounts import AccountRepository
from shared.errors import Forbidden, Unauthenticated
from shared.http.commands import transactions_of
from shared.identity.caller import Caller
from shared.identity.permissions import Role

COOKIE = "session"
OPEN: dict[str, Any] = {"security": []}
"""Described for calls that need no session."""


def token_of(authorization: str | None, session: str | None) -> str:
    """Return the session's token; Unauthenticated when there is none."""
    if authorization and authorization.startswith("Bearer "):
        return authorization.removeprefix("Bearer ")
    if session:
        return session
    raise Unauthenticated


async def authenticated(
    request: Request,
    authorization: Annotated[str | None, Header(include_in_schema=False)] = None,
    session: Annotated[str | None, Cookie(include_in_schema=False)] = None,
) -> Caller:
    """Return the account of the session; Unauthenticated when it has ended."""
    token = token_of(authorization, session)
    async with transactions_of(request).begin() as tx:
        accounts = AccountRepository(tx)
        caller = await accounts.of_session(token, tx.now)
    if caller is None:
        raise Unauthenticated("登录已过期，请重新登录。")
    return caller


Authenticated = Annotated[Caller, Depends(authenticated)]


async def reader(request: Request, caller: Authenticated) -> AsyncIterator[Caller]:
    """Return the account of the session; TooMany when it has too many calls under way."""
    with transactions_of(request).resources.tool(ConcurrencyLimit).call(caller.account_id):
        yield caller


Reader = Annotated[Caller, Depends(reader)]
"""Who may read events: people, and other systems' API clients."""


async def follower(request: Request, caller: Authenticated) -> AsyncIterator[Caller]:
    """Return the account of the session; TooMany when it follows too many streams already."""
    with transactions_of(request).resources.tool(ConcurrencyLimit).stream(caller.account_id):
        yield caller


Follower = Annotated[Caller, Depends(follower)]
"""The same for a stream, which does not count as a call."""


async def signed_in(caller: Reader) -> Caller:
    """Return a person's account; Forbidden for an API client."""
    if caller.role is Role.API_CLIENT:
        raise Forbidden("API客户端只能读取事件和管理自己的订阅。")
    return caller


SignedIn = Annotated[Caller, Depends(signed_in)]
