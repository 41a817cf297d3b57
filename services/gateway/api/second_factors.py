"""Second factors: an app's codes, set up, given at a sign-in, removed."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, StringConstraints

from services.gateway.adapters.totp import address_of, new_key, picture_of
from services.gateway.api import client_address
from services.gateway.api.audited import acting_first, audits
from services.gateway.api.signed_in import AnySession, OwnSession, SetsUpSecondFactor
from services.gateway.handlers.second_factors import (
    give_up_second_factor,
    pass_second_factor,
    set_up_second_factor,
)
from services.gateway.repository.second_factors import SecondFactorRepository
from shared.errors import Conflict
from shared.http.commands import transactions_of

router = APIRouter(prefix="/auth/second-factor", tags=["auth"])

Typed = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=20, pattern=r"^[0-9A-Za-z]+$"
    ),
]


class Passing(BaseModel):
    """Six digits of the app, or a recovery code."""

    code: Typed


class AppKey(BaseModel):
    """A key for an app; it counts only when it is sent back with the app's code."""

    key: str
    address: str = Field(description="`otpauth:` address, as apps take it")
    picture: str = Field(description="The address as a QR code, a base64 PNG")


class SetUp(BaseModel):
    """The key, and the first code that the app shows for it."""

    key: Annotated[str, StringConstraints(pattern=r"^[A-Z2-7]{32}$")]
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class RecoveryCodes(BaseModel):
    """Codes that stand for the app once each; they are shown this once."""

    recovery_codes: list[str]


class Remaining(BaseModel):
    """How many recovery codes are left."""

    recovery_codes: int


@router.get("")
async def get_second_factor(request: Request, someone: OwnSession) -> Remaining:
    """Say how many recovery codes are left."""
    async with transactions_of(request).begin() as tx:
        left = await SecondFactorRepository(tx).count_recovery_codes(someone.account.account_id)
    return Remaining(recovery_codes=left)


@router.post("/key")
async def post_second_factor_key(someone: SetsUpSecondFactor) -> AppKey:
    """Make a key for an app; nothing is kept of it."""
    if someone.account.has_second_factor:
        raise Conflict("wrong_state", "动态验证码已启用；更换手机请先停用再重新设置。")
    key = new_key()
    address = address_of(key, someone.account.username)
    return AppKey(key=key, address=address, picture=await asyncio.to_thread(picture_of, address))


@router.put("", dependencies=[audits("second_factor.set_up", by=acting_first)])
async def put_second_factor(
    body: SetUp, request: Request, someone: SetsUpSecondFactor
) -> RecoveryCodes:
    """Set up the second factor; all other sessions of the account end."""
    async with transactions_of(request).begin() as tx:
        codes = await set_up_second_factor(
            someone.account, someone.session, body.key, body.code, tx
        )
    return RecoveryCodes(recovery_codes=codes)


@router.post(
    "/pass", status_code=204, dependencies=[audits("second_factor.passed", by=acting_first)]
)
async def post_second_factor(body: Passing, request: Request, someone: AnySession) -> Response:
    """Give the code that a sign-in needs; each is used once."""
    await pass_second_factor(
        someone.account,
        someone.session,
        body.code,
        client_address.address_of(request),
        transactions_of(request),
    )
    return Response(status_code=204)


@router.post("/removal", status_code=204, dependencies=[audits("second_factor.removed")])
async def remove_second_factor(body: Passing, request: Request, someone: OwnSession) -> Response:
    """Remove the second factor, by one more code of it."""
    transactions = transactions_of(request)
    await pass_second_factor(
        someone.account,
        someone.session,
        body.code,
        client_address.address_of(request),
        transactions,
    )
    async with transactions.begin() as tx:
        await give_up_second_factor(someone.account.account_id, tx)
    return Response(status_code=204)
