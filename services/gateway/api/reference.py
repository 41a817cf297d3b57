"""The documentation of the HTTP API: a page for people, OpenAPI for machines."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Depends, Header, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from services.gateway.adapters.openapi import merge
from services.gateway.adapters.reference import reference_page
from services.gateway.api import PREFIX
from services.gateway.api.catalogue import POLICY
from services.gateway.api.forwarding import FORWARDED
from services.gateway.api.passing import services_of
from services.gateway.api.signed_in import authenticated, recognise, token_of
from shared.http.commands import transactions_of

PAGE = "/api/docs"
PRIVATE = {"Cache-Control": "private, no-cache"}
HEADERS = PRIVATE | {"Content-Security-Policy": POLICY}


async def may_read(
    request: Request,
    authorization: Annotated[str | None, Header()] = None,
    session: Annotated[str | None, Cookie()] = None,
) -> None:
    """Require a session in production; elsewhere everybody may read."""
    transactions = transactions_of(request)
    if transactions.resources.settings.production:
        async with transactions.begin() as tx:
            someone = await recognise(token_of(authorization, session), tx)
        await authenticated(someone)


router = APIRouter(include_in_schema=False)


@router.get("/openapi.json", dependencies=[Depends(may_read)])
async def get_description(request: Request) -> Response:
    """Return the whole public API as OpenAPI."""
    return JSONResponse(await _described(request), headers=PRIVATE)


async def _described(request: Request) -> dict[str, Any]:
    """Merge the OpenAPI documents of all services."""
    app = request.app
    own = get_openapi(title=app.title, version=app.version, routes=app.routes)
    services = services_of(request)
    theirs = await asyncio.gather(*(services.openapi(name) for name in services.names))
    return merge(own, theirs, FORWARDED, PREFIX)


@router.api_route(PAGE, methods=["GET", "HEAD"], dependencies=[Depends(may_read)])
async def get_page(request: Request) -> Response:
    """Return the page; without scripts and external resources."""
    return HTMLResponse(reference_page(await _described(request)), headers=HEADERS)


@router.api_route("/docs", methods=["GET", "HEAD"])
async def lead_to_page() -> Response:
    """Redirect to the page."""
    return RedirectResponse(PAGE)
