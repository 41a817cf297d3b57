"""Who has proved that a mobile is theirs, by a code; no account is needed for that."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Header, Request

from services.gateway.api.passing import STRANGER
from services.gateway.domain.codes import Code, Purpose
from services.gateway.handlers.codes import ProofEnded
from services.gateway.repository.codes import CodeRepository
from shared.http.commands import transactions_of
from shared.identity.caller import Caller

ProofHeader = Annotated[
    str | None,
    Header(
        alias="Mobile-Proof",
        max_length=200,
        description="What the right answer to a code by text message returned",
    ),
]


def proven(purpose: Purpose) -> Callable[..., Awaitable[Code]]:
    """Return a dependency that gives the code by which a mobile was proved for a purpose."""

    async def require(request: Request, proof: ProofHeader = None) -> Code:
        async with transactions_of(request).begin() as tx:
            code = await CodeRepository(tx).proof(proof or "")
        if code is None or code.purpose is not purpose:
            raise ProofEnded
        return code

    return require


async def mobile_of(code: Annotated[Code, Depends(proven(Purpose.REGISTRATION))]) -> str:
    """Return the mobile that was proved for a registration."""
    return code.mobile


ProvenMobile = Annotated[str, Depends(mobile_of)]
"""The full number of whoever registers a unit."""


def applicant(request: Request, mobile: str) -> Caller:
    """Return who proved a mobile, by a keyed hash: each has Idempotency-Keys of its own."""
    digest = transactions_of(request).resources.sealer.lookup_hash(mobile).hex()
    return STRANGER.model_copy(update={"account_id": f"applicant-{digest[:32]}"})
