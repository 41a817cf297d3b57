"""Access tokens for API clients (RFC 6749, client credentials); errors as that RFC has them."""

import re
from base64 import b64decode
from binascii import Error
from typing import Annotated, Literal
from urllib.parse import unquote_plus

from fastapi import APIRouter, Form, Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from services.gateway.api.audited import audits
from services.gateway.api.client_address import address_of
from services.gateway.api.entering import EnteringOf
from services.gateway.domain.trail import NOBODY, Actor
from services.gateway.handlers.clients import grant_token
from services.gateway.handlers.sessions import account_named
from shared.errors import Invalid, TooMany
from shared.http.commands import OPEN, transactions_of

router = APIRouter(prefix="/oauth", tags=["auth"])

BEARER: Literal["Bearer"] = "Bearer"
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
WRITABLE = re.compile(r"[\x20-\x7e]{1,200}")
"""Characters that the RFC allows in ids and secrets."""


class Token(BaseModel):
    """An access token: send it as a bearer until it ends, then ask for the next."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int


class TokenError(BaseModel):
    """Why there is none."""

    error: str
    error_description: str


class NoToken(Exception):  # noqa: N818 - an answer of the RFC's own form
    """No token is issued, for one of the RFC's reasons."""

    def __init__(self, status: int, error: str, because: str, **headers: str) -> None:
        super().__init__(error)
        content = TokenError(error=error, error_description=because).model_dump()
        self.answer = JSONResponse(content, status, headers={**NO_STORE, **headers})


WRONG = "The client id or its secret is wrong, or the client was revoked."
CHALLENGE = {"WWW-Authenticate": 'Basic realm="oauth"'}


def _basic(authorization: str) -> tuple[str, str]:
    """Return id and secret of an `Authorization: Basic`, in which both are form-encoded."""
    scheme, _, encoded = authorization.partition(" ")
    try:
        client_id, colon, secret = b64decode(encoded, validate=True).decode().partition(":")
    except (Error, UnicodeDecodeError):
        colon = ""
    if scheme.lower() != "basic" or not colon:
        raise NoToken(401, "invalid_client", WRONG, **CHALLENGE)
    return unquote_plus(client_id), unquote_plus(secret)


async def _asking(
    entering: EnteringOf,
    client_id: Annotated[str | None, Form()] = None,
    authorization: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Actor:
    """Return the client that the request names."""
    try:
        given, _ = _given(client_id, None, authorization)
    except NoToken:
        return NOBODY
    if not WRITABLE.fullmatch(given):
        return NOBODY
    return await account_named(given, await entering.transaction())


@router.post(
    "/token",
    response_model=Token,
    dependencies=[audits("client.token_granted", by=_asking)],
    responses={
        status: {"model": TokenError, "description": "No token, as RFC 6749 says it"}
        for status in (400, 401, 429)
    },
    openapi_extra=OPEN,
)
async def post_token(
    request: Request,
    grant_type: Annotated[str | None, Form()] = None,
    client_id: Annotated[str | None, Form()] = None,
    client_secret: Annotated[str | None, Form()] = None,
    authorization: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Response:
    """Give an API client an access token; id and secret in the form or as HTTP Basic."""
    try:
        _require_grant(grant_type)
        given = _given(client_id, client_secret, authorization)
        return JSONResponse((await _token(request, *given)).model_dump(), headers=NO_STORE)
    except NoToken as refusal:
        return refusal.answer


def _given(client_id: str | None, secret: str | None, authorization: str | None) -> tuple[str, str]:
    if authorization is None:
        return client_id or "", secret or ""
    if client_id is not None or secret is not None:
        raise NoToken(400, "invalid_request", "Authenticate in one way only.")
    return _basic(authorization)


def _require_grant(grant_type: str | None) -> None:
    if grant_type is None:
        raise NoToken(400, "invalid_request", "grant_type is missing.")
    if grant_type != "client_credentials":
        raise NoToken(400, "unsupported_grant_type", "Only client_credentials is supported.")


async def _token(request: Request, client_id: str, secret: str) -> Token:
    if not WRITABLE.fullmatch(client_id) or not WRITABLE.fullmatch(secret):
        raise NoToken(401, "invalid_client", WRONG, **CHALLENGE)
    transactions = transactions_of(request)
    try:
        token, ends = await grant_token(client_id, secret, address_of(request), transactions)
    except Invalid:
        raise NoToken(401, "invalid_client", WRONG, **CHALLENGE) from None
    except TooMany as refusal:
        because = "Too many failures; Retry-After says when to try again."
        wait = {"Retry-After": str(refusal.retry_after)}
        raise NoToken(429, "slow_down", because, **wait) from None
    seconds = int((ends - transactions.resources.clock()).total_seconds())
    return Token(access_token=token, token_type=BEARER, expires_in=seconds)
