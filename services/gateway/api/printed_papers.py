"""The print registry: documents knows which account took a paper, the gateway its name."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from services.gateway.adapters.openapi import EXTENDS
from services.gateway.api.owned import TakingAnswer
from services.gateway.api.passing import as_response, pass_on, require_own
from services.gateway.api.signed_in import SignedIn
from services.gateway.repository.accounts import AccountRepository
from shared.http.commands import transactions_of
from shared.http.searching import Counted
from shared.identity.caller import Caller
from shared.identity.permissions import Permission
from shared.values import LARGEST_ID, ApplicationNo, ConfirmationNo, mask_name

router = APIRouter(tags=["papers"])


class RegistryAsked(BaseModel):
    """Which page of the registry is wanted."""

    cursor: int | None = Field(None, ge=0, le=LARGEST_ID)
    limit: int = Field(50, ge=1, le=200)


class NamedTaking(BaseModel):
    """Somebody printed a paper, by name."""

    model_config = ConfigDict(json_schema_extra={EXTENDS: TakingAnswer.__name__})

    name: str | None = Field(
        description="The account's name; masked, but for oneself and the administrator"
    )


class TakingsPage(Counted):
    """Who printed a paper, and when, newest first; pass `next` as `cursor`."""

    items: list[NamedTaking]
    next: str | None


@router.get("/payment-notices/{application_no}/prints", response_model=TakingsPage)
async def get_payment_notice_prints(
    application_no: ApplicationNo,
    request: Request,
    caller: SignedIn,
    asked: Annotated[RegistryAsked, Query()],
) -> Response:
    """List who printed a payment notice, and when."""
    del asked  # described by it; it is passed on with the query
    return await _named(request, caller, await require_own(request, caller, [application_no]))


@router.get("/confirmations/{confirmation_no}/prints", response_model=TakingsPage)
async def get_confirmation_prints(
    confirmation_no: ConfirmationNo,
    request: Request,
    caller: SignedIn,
    asked: Annotated[RegistryAsked, Query()],
) -> Response:
    """List who printed a confirmation, and when."""
    del asked  # described by it; it is passed on with the query
    informed = await require_own(request, caller, confirmations=[confirmation_no])
    return await _named(request, caller, informed)


async def _named(request: Request, caller: Caller, informed: Caller) -> Response:
    """Return what documents answers, with the names of the accounts."""
    answer = await pass_on(request, informed, "documents")
    if not answer.ok:
        return as_response(answer)
    accounts = {one["printed_by"] for one in answer.json["items"]}
    async with transactions_of(request).begin() as tx:
        names = await AccountRepository(tx).names(accounts)
    for one in answer.json["items"]:
        one["name"] = _shown(one["printed_by"], names, caller)
    return JSONResponse(answer.json)


def _shown(account_id: str, names: dict[str, str], caller: Caller) -> str | None:
    name = names.get(account_id)
    full = account_id == caller.account_id or caller.may(Permission.MANAGE_ACCOUNTS)
    return name if full or name is None else mask_name(name)
