"""The calls that are forwarded to one service unchanged: a table."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from services.gateway.adapters.services import address
from services.gateway.api.audited import CHANGING, audits, named_in_path, said_in
from services.gateway.api.passing import (
    PDF,
    STRANGER,
    UpstreamRefusal,
    as_response,
    file_response,
    pass_on,
    require_own,
    services_of,
)
from services.gateway.api.signed_in import SignedIn
from services.gateway.domain.trail import subject_of
from shared.contracts.enrollment import ApplicationEvent
from shared.identity.caller import Caller

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OWNER = ApplicationEvent.stream.partition(".")[0]


@dataclass(frozen=True)
class Route:
    """A public call: its owner, the media types of its file, its action in the audit trail."""

    method: str
    path: str
    service: str
    file: tuple[str, ...] = ()
    audit: str | None = None
    made: str | None = None
    """The answer's field that names what was created, for the audit trail."""
    says: str | None = None
    """The body's field without which an entry would not tell what was done."""
    is_open: bool = False
    """Whether it needs no session."""


PICTURES = (PDF, "image/png", "image/jpeg")
UNIT = "/units/{unit_id}"
BILLING = "/billings/{application_no}"
INVOICE = f"{BILLING}/invoices/{{invoice_id}}"
COLUMNS = "/imports/{import_id}/columns"
PERSONS = "/applications/{application_no}/lines/{plan}/persons"

ROUTES = (
    Route("GET", "/plans", "enrollment"),
    Route("GET", "/contacts", "enrollment", is_open=True),
    Route("GET", "/agencies", "enrollment", is_open=True),
    Route("GET", "/districts", "enrollment", is_open=True),
    Route("GET", "/offices", "enrollment"),
    Route("POST", "/offices", "enrollment", audit="office.added", made="office_id"),
    Route("PUT", "/offices/{office_id}", "enrollment", audit="office.changed"),
    Route("GET", "/units", "enrollment"),
    Route("GET", "/unit-counts", "enrollment"),
    Route("GET", UNIT, "enrollment"),
    Route("PATCH", UNIT, "enrollment", audit="unit.changed"),
    Route("POST", f"{UNIT}/approval", "enrollment", audit="unit.reviewed", says="decision"),
    Route("POST", f"{UNIT}/suspension", "enrollment", audit="unit.suspended"),
    Route("DELETE", f"{UNIT}/suspension", "enrollment", audit="unit.resumed"),
    Route(
        "GET",
        f"{UNIT}/certificates/{{kind}}",
        "enrollment",
        file=PICTURES,
        audit="certificate.read",
    ),
    Route("GET", "/applications", "enrollment"),
    Route(
        "POST", "/applications", "enrollment", audit="application.drafted", made="application_no"
    ),
    Route("GET", "/application-counts", "enrollment"),
    Route("DELETE", "/applications/{application_no}", "enrollment", audit="application.cancelled"),
    Route(
        "PUT",
        "/applications/{application_no}/lines",
        "enrollment",
        audit="application.lines_changed",
    ),
    Route(
        "PUT",
        "/applications/{application_no}/staff",
        "enrollment",
        audit="application.staff_changed",
    ),
    Route(
        "GET",
        "/applications/{application_no}/attachments/{attachment_id}",
        "enrollment",
        file=PICTURES,
        audit="attachment.read",
    ),
    Route(
        "DELETE",
        "/applications/{application_no}/attachments/{attachment_id}",
        "enrollment",
        audit="attachment.removed",
    ),
    Route(
        "POST", "/applications/{application_no}/submit", "enrollment", audit="application.submitted"
    ),
    Route(
        "POST",
        "/applications/{application_no}/reviews",
        "enrollment",
        audit="application.reviewed",
        says="decision",
    ),
    Route("GET", "/templates", "roster"),
    Route("GET", "/templates/{name}", "roster", file=(XLSX,)),
    Route("GET", "/applications/{application_no}/imports", "roster"),
    Route("GET", "/imports/{import_id}", "roster"),
    Route(
        "GET", "/imports/{import_id}/failed-rows", "roster", file=(XLSX,), audit="failed_rows.read"
    ),
    Route("GET", "/imports/{import_id}/failures", "roster", audit="failed_rows.read"),
    Route("GET", "/imports/{import_id}/warnings", "roster", audit="warnings.read"),
    Route("GET", COLUMNS, "roster", audit="import.columns_read"),
    Route("PUT", COLUMNS, "roster", audit="import.columns_given"),
    Route("DELETE", COLUMNS, "roster", audit="import.given_up"),
    Route("GET", PERSONS, "roster"),
    Route("POST", PERSONS + "/search", "roster"),
    Route("GET", PERSONS + "/{person_id}", "roster", audit="person.read"),
    Route("PATCH", PERSONS + "/{person_id}", "roster", audit="person.corrected"),
    Route("DELETE", PERSONS + "/{person_id}", "roster", audit="person.removed"),
    Route(
        "GET",
        "/confirmations/{confirmation_no}/roster",
        "roster",
        file=(XLSX,),
        audit="roster.exported",
    ),
    Route("GET", "/payment-notices", "documents"),
    Route("GET", "/confirmations", "documents"),
    Route("GET", "/prints/{print_id}", "documents"),
    Route("GET", "/prints/{print_id}/file", "documents", file=(PDF,), audit="print.read"),
    Route("GET", "/billings", "invoicing"),
    Route("GET", "/billing-counts", "invoicing"),
    Route("GET", BILLING, "invoicing"),
    Route("POST", f"{BILLING}/preview", "invoicing"),
    Route("POST", f"{BILLING}/invoices", "invoicing", audit="invoice.drafted", made="invoice_id"),
    Route("PUT", INVOICE, "invoicing", audit="invoice.changed"),
    Route("DELETE", INVOICE, "invoicing", audit="invoice.deleted"),
    Route("POST", f"{BILLING}/submit", "invoicing", audit="invoice.submitted"),
    Route("POST", f"{INVOICE}/void", "invoicing", audit="invoice.voided"),
    Route(
        "POST",
        "/payments/{payment_id}/reversal",
        "invoicing",
        audit="payment.reversed",
        made="application_no",
    ),
)

FORWARDED = {(route.method, route.path): route.file for route in ROUTES}

router = APIRouter()


def _endpoint(route: Route) -> Callable[..., Awaitable[Response]]:
    async def endpoint(request: Request, caller: SignedIn) -> Response:
        names: dict[str, Any] = request.path_params
        changing = route.audit is not None and route.method in CHANGING
        about = caller
        if route.service != OWNER and ("application_no" in names or "confirmation_no" in names):
            about = await require_own(
                request,
                caller,
                [names["application_no"]] if "application_no" in names else [],
                [names["confirmation_no"]] if "confirmation_no" in names else [],
                changing=changing,
            )
        elif changing and "import_id" in names:
            number = await _application_of(request, caller, names["import_id"])
            about = await require_own(request, caller, [number], changing=True)
        answer = await pass_on(request, about, route.service, await request.body() or None)
        return await file_response(request, answer) if route.file else as_response(answer)

    endpoint.__name__ = f"{route.method} {route.path}"
    return endpoint


async def _application_of(request: Request, caller: Caller, import_id: str) -> str:
    """Return the number of an import's application; UpstreamRefusal when it is not the caller's."""
    answer = await services_of(request).call(
        "roster", "GET", address("/imports/{import_id}", import_id=import_id), caller
    )
    if not answer.ok:
        raise UpstreamRefusal(answer)
    return str(answer.json["application_no"])


def _open_endpoint(route: Route) -> Callable[..., Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return as_response(await pass_on(request, STRANGER, route.service))

    endpoint.__name__ = f"{route.method} {route.path}"
    return endpoint


def _about(route: Route) -> Callable[[Request], Awaitable[str]]:
    async def about(request: Request) -> str:
        named = await named_in_path(request)
        body = await said_in(request) if route.says else None
        word = body.get(route.says) if isinstance(body, dict) else None
        return f"{named}/{subject_of(word)}" if word else named

    return about


for one in ROUTES:
    router.add_api_route(
        # An integer, so that `search` does not match.
        one.path.replace("{person_id}", "{person_id:int}"),
        _open_endpoint(one) if one.is_open else _endpoint(one),
        methods=[one.method],
        include_in_schema=False,
        dependencies=[audits(one.audit, about=_about(one), made=one.made)] if one.audit else [],
    )
