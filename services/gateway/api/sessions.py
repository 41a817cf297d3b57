"""Signing in and out, one's sessions, and when one signed in."""

import asyncio
from base64 import b64encode
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Cookie, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.gateway.adapters.captcha import CaptchaMaker
from services.gateway.api.audited import audits
from services.gateway.api.client_address import address_of
from services.gateway.api.entering import EnteringOf
from services.gateway.api.signed_in import (
    COOKIE,
    AnySession,
    OwnSession,
    SignedIn,
    token_of,
)
from services.gateway.domain import accounts
from services.gateway.domain.sessions import Need, need_of
from services.gateway.domain.trail import Actor, Outcome
from services.gateway.handlers.sessions import account_named, ask_captcha, sign_in, sign_out
from services.gateway.repository.sessions import SessionRepository
from services.gateway.repository.trail import SIGNED_IN, AuditTrail, positions, sign_ins_of
from shared.errors import NotFound
from shared.http.commands import OPEN, transactions_of
from shared.http.searching import Counted, counted
from shared.identity.permissions import Role
from shared.values import LARGEST_ID

router = APIRouter(prefix="/auth", tags=["auth"])


class Captcha(BaseModel):
    """A captcha: its picture is a base64 PNG."""

    captcha_id: UUID
    image: str


class Login(BaseModel):
    """What the sign-in page sends."""

    username: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=1, max_length=200)
    captcha_id: UUID
    captcha: str = Field(min_length=1, max_length=20)


class Account(BaseModel):
    """The signed-in account."""

    model_config = ConfigDict(from_attributes=True)

    account_id: str
    username: str
    name: str
    role: Role
    office_id: str
    agency_id: str | None
    unit_id: str | None
    has_second_factor: bool
    needs: Need | None = Field(
        None,
        description="What comes first: until then every other call answers 403 `needs_…`",
    )


class Session(BaseModel):
    """A session: send `token` as a bearer, or keep the cookie."""

    token: str
    expires_at: datetime
    account: Account


class SessionAnswer(BaseModel):
    """A session of this account that has not ended."""

    model_config = ConfigDict(from_attributes=True)

    session_id: UUID
    begun_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    agent: str = Field(description="What the browser says of itself")
    current: bool = Field(default=False, description="Whether this very call belongs to it")


class SignIn(BaseModel):
    """A sign-in with this account's user name, or one that was refused."""

    at: datetime
    address: str | None = Field(description="Null after 180 days")
    outcome: Outcome
    code: str | None


class SignInPage(Counted):
    """Newest first; pass `next` as `cursor`."""

    items: list[SignIn]
    next: str | None


def account_answer(account: accounts.Account, need: Need | None) -> Account:
    """Return an account as its owner sees it."""
    return Account.model_validate(account).model_copy(update={"needs": need})


@router.post("/captcha", openapi_extra=OPEN)
async def post_captcha(request: Request) -> Captcha:
    """Ask for a captcha; it can be answered once."""
    transactions = transactions_of(request)
    captcha: CaptchaMaker = transactions.resources.tool(CaptchaMaker)  # type: ignore[type-abstract]
    answer = captcha.answer()
    async with transactions.begin() as tx:
        captcha_id = await ask_captcha(answer, address_of(request), tx)
    picture = await asyncio.to_thread(captcha.picture, answer)
    return Captcha(captcha_id=captcha_id, image=b64encode(picture).decode())


async def _trying(body: Login, entering: EnteringOf) -> Actor:
    """Return the account whose name is tried; what no account is called is not kept."""
    return await account_named(body.username, await entering.transaction())


@router.post(
    "/login",
    openapi_extra=OPEN,
    dependencies=[audits(SIGNED_IN, by=_trying)],
)
async def post_login(
    body: Login,
    request: Request,
    response: Response,
    agent: Annotated[str, Header(alias="User-Agent", include_in_schema=False)] = "",
) -> Session:
    """Sign in with name, password and the captcha's answer."""
    transactions = transactions_of(request)
    settings = transactions.resources.settings
    account, token, session = await sign_in(
        body.username,
        body.password,
        body.captcha_id,
        body.captcha,
        address_of(request),
        transactions,
        agent,
    )
    response.set_cookie(
        COOKIE,
        token,
        expires=session.expires_at,
        httponly=True,
        samesite="strict",
        secure=settings.production,
    )
    need = need_of(account, session, settings.second_factor_roles)
    return Session(
        token=token, expires_at=session.expires_at, account=account_answer(account, need)
    )


async def _leaving(
    entering: EnteringOf,
    authorization: Annotated[str | None, Header(include_in_schema=False)] = None,
    session: Annotated[str | None, Cookie(include_in_schema=False)] = None,
) -> Actor | None:
    """Return the account whose session ends; None when it has ended already."""
    token = token_of(authorization, session)
    found = await SessionRepository(await entering.transaction()).of(token)
    return Actor(found[0].account_id, found[0].office_id) if found else None


@router.post("/logout", status_code=204, dependencies=[audits("account.signed_out", by=_leaving)])
async def post_logout(
    request: Request,
    authorization: Annotated[str | None, Header(include_in_schema=False)] = None,
    session: Annotated[str | None, Cookie(include_in_schema=False)] = None,
) -> Response:
    """End the session."""
    async with transactions_of(request).begin() as tx:
        await sign_out(token_of(authorization, session), tx)
    response = Response(status_code=204)
    response.delete_cookie(COOKIE)
    return response


@router.get("/me")
async def get_me(someone: AnySession) -> Account:
    """Say who is signed in, and what is needed first."""
    return account_answer(someone.account, someone.need)


@router.get("/sessions")
async def get_sessions(request: Request, someone: OwnSession) -> list[SessionAnswer]:
    """List the sessions of this account, the one used last first."""
    async with transactions_of(request).begin() as tx:
        found = await SessionRepository(tx).all_of(someone.account.account_id)
    mine = someone.session.session_id
    return [
        SessionAnswer.model_validate(one).model_copy(update={"current": one.session_id == mine})
        for one in found
    ]


@router.delete("/sessions", status_code=204, dependencies=[audits("session.others_ended")])
async def delete_other_sessions(request: Request, someone: OwnSession) -> Response:
    """End all sessions of this account but this one."""
    async with transactions_of(request).begin() as tx:
        await SessionRepository(tx).end_all(
            someone.account.account_id, but=someone.session.session_id
        )
    return Response(status_code=204)


@router.delete(
    "/sessions/{session_id}",
    status_code=204,
    dependencies=[audits("session.ended")],
)
async def delete_session(session_id: UUID, request: Request, someone: OwnSession) -> Response:
    """End one session of this account, on another computer, say."""
    async with transactions_of(request).begin() as tx:
        if not await SessionRepository(tx).end_one(someone.account.account_id, session_id):
            raise NotFound("该登录已经结束。")
    return Response(status_code=204)


@router.get("/sign-ins")
async def get_sign_ins(
    request: Request,
    caller: SignedIn,
    cursor: Annotated[int | None, Query(ge=0, le=LARGEST_ID)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> SignInPage:
    """List when and from where this account's user name was tried, right or wrong."""
    matching = sign_ins_of(caller.account_id)
    at = str(cursor) if cursor is not None else None
    async with transactions_of(request).begin() as tx:
        found = await AuditTrail(tx).before(matching, cursor, limit + 1)
        total = await counted(tx.session, positions(matching), len(found), limit, at)
    items = [SignIn.model_validate(one, from_attributes=True) for one in found[:limit]]
    following = str(found[limit - 1].position) if len(found) > limit else None
    return SignInPage(items=items, next=following, **dict(total))
