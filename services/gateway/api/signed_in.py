"""Who is signed in: a session's token as a bearer or in a cookie."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Cookie, Depends, Header, Request

from services.gateway.adapters.concurrency_limit import ConcurrencyLimit
from services.gateway.api.entering import EnteringOf
from services.gateway.domain.accounts import Account
from services.gateway.domain.sessions import Need, Session, need_of
from services.gateway.repository.sessions import SessionRepository
from shared.bus import Transaction
from shared.errors import Forbidden, Refusal, Unauthenticated
from shared.http.commands import transactions_of
from shared.identity.caller import Caller
from shared.identity.permissions import Role

COOKIE = "session"


class NeedsFirst(Refusal):
    """The session has to give a second factor, or another password, before anything else."""

    status = 403


def needs_first(need: Need) -> NeedsFirst:
    """Return the refusal of a session that has something to do first."""
    if need is Need.SECOND_FACTOR:
        return NeedsFirst("needs_second_factor", "请先输入动态验证码，完成登录。")
    if need is Need.SECOND_FACTOR_SETUP:
        return NeedsFirst("needs_second_factor_setup", "您的账号须启用动态验证码，请先完成设置。")
    return NeedsFirst("needs_password_change", "请先修改初始密码。")


@dataclass(frozen=True)
class Present:
    """Somebody's session, and what it needs before anything else."""

    account: Account
    session: Session
    need: Need | None


def token_of(authorization: str | None, session: str | None) -> str:
    """Return the session's token; Unauthenticated when there is none."""
    if authorization and authorization.startswith("Bearer "):
        return authorization.removeprefix("Bearer ")
    if session:
        return session
    raise Unauthenticated


async def present(
    entering: EnteringOf,
    authorization: Annotated[str | None, Header(include_in_schema=False)] = None,
    session: Annotated[str | None, Cookie(include_in_schema=False)] = None,
) -> Present:
    """Return the session, whatever it still needs; Unauthenticated when it has ended."""
    token = token_of(authorization, session)
    someone = await recognise(token, await entering.transaction())
    await entering.recognised()
    return someone


async def recognise(token: str, tx: Transaction) -> Present:
    """Return a token's session; Unauthenticated when it has ended."""
    found = await SessionRepository(tx).of(token)
    if found is None:
        raise Unauthenticated("登录已过期，请重新登录。")
    return Present(*found, need_of(*found, tx.resources.settings.second_factor_roles))


async def any_session(
    request: Request, someone: Annotated[Present, Depends(present)]
) -> AsyncIterator[Present]:
    """Return a person's session, whatever it still needs; TooMany with too many calls under way."""
    if someone.account.is_client:
        raise Forbidden("API客户端只能读取事件和管理自己的订阅。")
    limit = transactions_of(request).resources.tool(ConcurrencyLimit)
    with limit.call(someone.account.account_id):
        yield someone


AnySession = Annotated[Present, Depends(any_session)]
"""For the calls by which a sign-in is finished, and to say who is signed in."""


def _unless_needed(*allowed: Need) -> Callable[[Present], Awaitable[Present]]:
    """Return a dependency that lets a session through that needs nothing else than these."""

    async def require(someone: AnySession) -> Present:
        if someone.need is not None and someone.need not in allowed:
            raise needs_first(someone.need)
        return someone

    return require


ChangesPassword = Annotated[Present, Depends(_unless_needed(Need.PASSWORD_CHANGE))]
SetsUpSecondFactor = Annotated[Present, Depends(_unless_needed(Need.SECOND_FACTOR_SETUP))]
OwnSession = Annotated[Present, Depends(_unless_needed())]
"""A person's whole session, for calls that are about itself."""


async def authenticated(someone: Annotated[Present, Depends(present)]) -> Caller:
    """Return the account of a session that needs nothing more; NeedsFirst else."""
    if someone.need is not None:
        raise needs_first(someone.need)
    return someone.account.caller


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
