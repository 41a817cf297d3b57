"""Codes by text message, with which a stranger proves a mobile."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, StringConstraints

from services.gateway.api.audited import audits, nobody, said_in
from services.gateway.api.client_address import address_of
from services.gateway.domain.codes import CODE_DIGITS, PAUSE_PER_MOBILE, Purpose
from services.gateway.domain.trail import subject_of
from services.gateway.handlers.codes import ask_code, prove
from services.gateway.repository.accounts import AccountRepository
from shared.errors import Invalid
from shared.http.commands import OPEN, transactions_of
from shared.values import mobile

router = APIRouter(prefix="/auth/codes", tags=["auth"])


class NewCode(BaseModel):
    """What a code is for, and the mobile that it goes to."""

    purpose: Purpose
    mobile: str = Field(min_length=1, max_length=40)
    captcha_id: UUID
    captcha: str = Field(min_length=1, max_length=20)


class CodeAnswer(BaseModel):
    """A code was sent, if the mobile may have one; the answer is the same if not."""

    code_id: UUID
    expires_at: datetime
    again_at: datetime = Field(description="From when on this mobile may have another")


class CodeGuess(BaseModel):
    """The digits of the text message."""

    code: Annotated[
        str,
        StringConstraints(
            strip_whitespace=True, pattern=rf"^[0-9]{{{CODE_DIGITS}}}$", max_length=40
        ),
    ]


class ProofAnswer(BaseModel):
    """The proof of a mobile: send it as `Mobile-Proof`."""

    proof: str
    expires_at: datetime
    usernames: list[str] = Field(
        description="The accounts of this mobile, when the proof is for a new password"
    )


def require_mobile(written: str) -> str:
    """Return a mobile in its eleven digits; Invalid when it is none."""
    found = mobile(written)
    if found is None:
        raise Invalid("mobile_invalid", "手机号应为1开头的11位号码，请核对。", field="mobile")
    return found


async def _asked_for(request: Request) -> str:
    body = await said_in(request)
    return subject_of(body.get("purpose", "")) if isinstance(body, dict) else ""


@router.post(
    "",
    status_code=202,
    openapi_extra=OPEN,
    dependencies=[audits("code.asked", by=nobody, about=_asked_for)],
)
async def post_code(body: NewCode, request: Request) -> CodeAnswer:
    """Have a code sent to a mobile."""
    code = await ask_code(
        body.purpose,
        require_mobile(body.mobile),
        body.captcha_id,
        body.captcha,
        address_of(request),
        transactions_of(request),
    )
    return CodeAnswer(
        code_id=code.code_id,
        expires_at=code.expires_at,
        again_at=code.asked_at + PAUSE_PER_MOBILE,
    )


@router.post(
    "/{code_id}/proof",
    openapi_extra=OPEN,
    dependencies=[audits("code.proved", by=nobody)],
)
async def post_proof(code_id: UUID, body: CodeGuess, request: Request) -> ProofAnswer:
    """Answer a code; it can be answered rightly once, wrongly a few times."""
    transactions = transactions_of(request)
    code, proof = await prove(code_id, body.code, transactions)
    usernames: list[str] = []
    if code.purpose is Purpose.PASSWORD_RESET:
        async with transactions.begin() as tx:
            accounts = await AccountRepository(tx).of_mobile(code.mobile)
        usernames = sorted(account.username for account in accounts)
    return ProofAnswer(proof=proof, expires_at=code.expires_at, usernames=usernames)
