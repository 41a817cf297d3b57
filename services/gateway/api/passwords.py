"""Passwords: changed by who is signed in, or set anew by who proves a mobile."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from services.gateway.api.audited import acting_first, audits
from services.gateway.api.client_address import address_of
from services.gateway.api.entering import EnteringOf
from services.gateway.api.proven import ProofHeader, proven
from services.gateway.api.signed_in import ChangesPassword
from services.gateway.domain.codes import Code, Purpose
from services.gateway.domain.passwords import LONGEST
from services.gateway.domain.trail import Actor
from services.gateway.handlers.passwords import change_password, reset_password
from services.gateway.handlers.sessions import account_named
from shared.http.commands import OPEN, transactions_of

router = APIRouter(prefix="/auth", tags=["auth"])

Proved = Annotated[Code, Depends(proven(Purpose.PASSWORD_RESET))]


class PasswordChange(BaseModel):
    """The password that one has, and the one that one chose."""

    present: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=LONGEST + 1)


class PasswordReset(BaseModel):
    """Whose password, and the one that was chosen."""

    username: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=1, max_length=LONGEST + 1)


@router.put(
    "/password",
    status_code=204,
    dependencies=[audits("account.password_changed", by=acting_first)],
)
async def put_password(
    body: PasswordChange, request: Request, someone: ChangesPassword
) -> Response:
    """Change one's password; all other sessions of the account end."""
    await change_password(
        someone.account,
        someone.session,
        body.present,
        body.password,
        address_of(request),
        transactions_of(request),
    )
    return Response(status_code=204)


async def _resetting(body: PasswordReset, entering: EnteringOf) -> Actor:
    return await account_named(body.username, await entering.transaction())


@router.post(
    "/password-reset",
    status_code=204,
    openapi_extra=OPEN,
    dependencies=[audits("account.password_reset", by=_resetting)],
)
async def post_password_reset(
    body: PasswordReset, request: Request, code: Proved, proof: ProofHeader = None
) -> Response:
    """Set the password of an account whose mobile was proved; the proof serves once."""
    async with transactions_of(request).begin() as tx:
        await reset_password(code, proof or "", body.username, body.password, tx)
    return Response(status_code=204)
