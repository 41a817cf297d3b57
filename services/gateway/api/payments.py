"""Payments; the answer includes what enrollment makes of it, if that is known in time."""

import json
from contextlib import suppress
from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict

from services.gateway.adapters.openapi import EXTENDS, ref
from services.gateway.adapters.services import address
from services.gateway.api.audited import audits, said_in
from services.gateway.api.owned import ExpectedPayment, PaymentAnswer
from services.gateway.api.passing import (
    CREATES,
    as_response,
    pass_on,
    require_own,
    services_of,
    to_json,
)
from services.gateway.api.signed_in import SignedIn
from services.gateway.domain.trail import subject_of
from shared.contracts.invoicing import BillingEvent
from shared.errors import Invalid, Refusal
from shared.identity.caller import Seen
from shared.values import bare

router = APIRouter(tags=["invoicing"])

TAKES_A_PAYMENT = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": ref("NewPayment")}},
    }
}


async def _paid(request: Request) -> str:
    """Name the application that is paid."""
    body = await said_in(request)
    number = body.get("application_no") if isinstance(body, dict) else None
    return subject_of(number) if number else ""


@router.post(
    "/payments",
    status_code=201,
    response_model=PaymentAnswer,
    dependencies=[*CREATES, audits("payment.entered", about=_paid, made="payment_id")],
    openapi_extra=TAKES_A_PAYMENT,
)
async def post_payment(request: Request, caller: SignedIn) -> Response:
    """Enter a payment; the application is paid, or confirmed, when the answer comes."""
    content = await request.body()
    number = _application_of(content)
    informed = await require_own(request, caller, [number])
    answer = await pass_on(request, informed, "invoicing", content)
    if answer.ok:
        seen = Seen(
            stream=BillingEvent.stream, subject=number, sequence=answer.json["billing_sequence"]
        )
        # The client may ask for the confirmation at once. The payment is entered: enrollment being
        # late or unavailable is no reason to fail.
        with suppress(Refusal):
            await services_of(request).call(
                "enrollment",
                "GET",
                address("/applications/{number}", number=number),
                caller.model_copy(update={"seen": (seen,)}),
            )
    return as_response(answer)


class PaymentPreview(BaseModel):
    """What entering a payment would do, and when cover would begin."""

    model_config = ConfigDict(json_schema_extra={EXTENDS: ExpectedPayment.__name__})

    effective_on: date


@router.post(
    "/payments/preview",
    response_model=PaymentPreview,
    openapi_extra=TAKES_A_PAYMENT,
)
async def preview_payment(request: Request, caller: SignedIn) -> Response:
    """Say what entering a payment would do, or why it would be refused; nothing is kept."""
    content = await request.body()
    number = _application_of(content)
    informed = await require_own(request, caller, [number])
    answer = await pass_on(request, informed, "invoicing", content)
    if not answer.ok:
        return as_response(answer)
    cover = await services_of(request).call(
        "enrollment",
        "GET",
        address("/applications/{number}/cover", number=number),
        caller,
        query=urlencode({"received_on": answer.json["received_on"]}),
    )
    if not cover.ok:
        return as_response(cover)
    return Response(to_json(answer.json | cover.json), media_type="application/json")


def _application_of(content: bytes) -> str:
    try:
        number = json.loads(content)["application_no"]
    except (ValueError, KeyError, TypeError):
        number = None
    if not isinstance(number, str):
        raise Invalid("invalid_input", "请填写申请书号。", field="application_no")
    return bare(number)
