"""The print registry: HTTP endpoints."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from services.documents import views
from shared.contracts.documents import PaperKind
from shared.http.commands import CommandOf
from shared.http.searching import Counted, counted
from shared.values import LARGEST_ID, ApplicationNo, ConfirmationNo

router = APIRouter(tags=["papers"])

Cursor = Annotated[int | None, Query(ge=0, le=LARGEST_ID)]
Limit = Annotated[int, Query(ge=1, le=200)]


class TakingAnswer(BaseModel):
    """Somebody printed a paper."""

    print_id: str
    printed_by: str = Field(description="Id of the account")
    printed_at: datetime = Field(description="When it was counted: the file was ready")


class TakingPage(Counted):
    """Who printed a paper, newest first; pass `next` as `cursor`."""

    items: list[TakingAnswer]
    next: str | None


async def _page(
    command: CommandOf, kind: PaperKind, number: str, cursor: int | None, limit: int
) -> TakingPage:
    async with command.transaction() as tx:
        matching = await views.takings(tx, command.caller, kind, number)
        found = await views.takings_before(tx, matching, cursor, limit + 1)
        place = str(cursor) if cursor is not None else None
        total = await counted(tx.session, matching, len(found), limit, place)
    items = [TakingAnswer.model_validate(one, from_attributes=True) for one in found[:limit]]
    following = str(found[limit - 1].position) if len(found) > limit else None
    return TakingPage(items=items, next=following, **dict(total))


@router.get("/payment-notices/{application_no}/prints")
async def get_payment_notice_prints(
    application_no: ApplicationNo, command: CommandOf, cursor: Cursor = None, limit: Limit = 50
) -> TakingPage:
    """List who printed a payment notice, and when."""
    return await _page(command, PaperKind.PAYMENT_NOTICE, application_no, cursor, limit)


@router.get("/confirmations/{confirmation_no}/prints")
async def get_confirmation_prints(
    confirmation_no: ConfirmationNo, command: CommandOf, cursor: Cursor = None, limit: Limit = 50
) -> TakingPage:
    """List who printed a confirmation, and when."""
    return await _page(command, PaperKind.CONFIRMATION, confirmation_no, cursor, limit)
