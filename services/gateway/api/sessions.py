"""Signing in and out."""

import asyncio
from base64 import b64encode
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Cookie, Header, Request, Response
from pydantic import BaseModel, Field

from services.gateway.adapters.captcha import CaptchaMaker
from services.gateway.api.audited import acting, audits
from services.gateway.api.client_address import address_of
from services.gateway.api.signed_in import COOKIE, OPEN, SignedIn, token_of
from services.gateway.domain.trail import Actor
from services.gateway.handlers.sessions import account_named, ask_captcha, sign_in, sign_out
from services.gateway.repository.accounts import AccountRepository
from shared.http.commands import transactions_of
from shared.identity.caller import Caller
from shared.identity.permissions import Role

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

    account_id: str
    name: str
    role: Role
    office_id: str
    agency_id: str | None
    unit_id: str | None


class Session(BaseModel):
    """A session: send `token` as a bearer, or keep the cookie."""

    token: str
    expires_at: datetime
    account: Account


def _account(caller: Caller) -> Account:
    return Account.model_validate(caller.model_dump(exclude={"seen"}))


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


async def _trying(body: Login, request: Request) -> Actor:
    """Return the account whose name is tried; what no account is called is not kept."""
    async with transactions_of(request).begin() as tx:
        return await account_named(body.username, tx)


@router.post(
    "/login",
    openapi_extra=OPEN,
    dependencies=[audits("account.signed_in", by=_trying)],
)
async def post_login(body: Login, request: Request, response: Response) -> Session:
    """Sign in with name, password and the captcha's answer."""
    transactions = transactions_of(request)
    caller, token, ends = await sign_in(
        body.username,
        body.password,
        body.captcha_id,
        body.captcha,
        address_of(request),
        transactions,
    )
    response.set_cookie(
        COOKIE,
        token,
        expires=ends,
        httponly=True,
        samesite="strict",
        secure=transactions.resources.settings.production,
    )
    return Session(token=token, expires_at=ends, account=_account(caller))


async def _leaving(
    request: Request,
    authorization: Annotated[str | None, Header(include_in_schema=False)] = None,
    session: Annotated[str | None, Cookie(include_in_schema=False)] = None,
) -> Actor | None:
    """Return the account whose session ends; None when it has ended already."""
    async with transactions_of(request).begin() as tx:
        accounts = AccountRepository(tx)
        caller = await accounts.of_session(token_of(authorization, session), tx.now)
    return acting(caller) if caller else None


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
async def get_me(caller: SignedIn) -> Account:
    """Say who is signed in."""
    return _account(caller)
