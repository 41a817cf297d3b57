"""Payments: entered here, so that the answer comes when enrollment has heard of it too."""

import json
from contextlib import suppress

from fastapi import APIRouter, Request, Response

from services.gateway.adapters.openapi import ref
from services.gateway.api.audited import audits, said_in
from services.gateway.api.owned import PaymentAnswer
from services.gateway.api.passing import CREATES, as_it_is, pass_on, services_of, standing
from services.gateway.api.signed_in import SignedIn
from services.gateway.domain.trail import subject_of
from shared.caller import Seen
from shared.contracts.invoicing import BillingEvent
from shared.errors import Invalid, Refusal

router = APIRouter(tags=["invoicing"])


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
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": ref("NewPayment")}},
        }
    },
)
async def post_payment(request: Request, caller: SignedIn) -> Response:
    """Enter a payment; the application is paid, or confirmed, when the answer comes."""
    content = await request.body()
    number = _application_of(content)
    informed = await standing(request, caller, [number])
    answer = await pass_on(request, informed, "invoicing", "/payments", content)
    if answer.ok:
        seen = Seen(
            stream=BillingEvent.stream, subject=number, sequence=answer.json["billing_sequence"]
        )
        # Who has our answer may ask for the confirmation at once. The payment stands, so that
        # enrollment being late or away is no reason to fail.
        with suppress(Refusal):
            await services_of(request).call(
                "enrollment",
                "GET",
                f"/applications/{number}",
                caller.model_copy(update={"seen": (seen,)}),
            )
    return as_it_is(answer)


def _application_of(content: bytes) -> str:
    try:
        number = json.loads(content)["application_no"]
    except (ValueError, KeyError, TypeError):
        number = None
    if not isinstance(number, str):
        raise Invalid("invalid_input", "请填写申请书号。", field="application_no")
    return number
