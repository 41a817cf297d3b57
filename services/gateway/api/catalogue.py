"""What is announced, for strangers: a page, AsyncAPI, JSON Schemas; open to everyone."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from services.gateway.adapters.catalogue import catalogue_page
from shared.catalogue.asyncapi import public_asyncapi
from shared.catalogue.schemas import public_schemas
from shared.errors import NotFound
from shared.http.commands import transactions_of

router = APIRouter(prefix="/events", include_in_schema=False)

SCHEMA = "application/schema+json"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
FRESH = {"Cache-Control": "public, max-age=300"}
NO_SUCH_EVENT = "没有这个事件，请在/events/docs查看全部事件。"


@router.api_route("/docs", methods=["GET", "HEAD"])
def get_page(request: Request) -> Response:
    """Show the catalogue; without scripts and without anything from elsewhere."""
    days = transactions_of(request).resources.settings.event_log_days
    headers = FRESH | {"Content-Security-Policy": POLICY}
    return HTMLResponse(catalogue_page(days), headers=headers)


@router.get("/asyncapi.json")
def get_asyncapi() -> Response:
    """Return all public events as one AsyncAPI 3 document."""
    return JSONResponse(public_asyncapi(), headers=FRESH)


@router.get("/schemas/{topic}.json")
def get_schema(topic: str) -> Response:
    """Return the JSON Schema of one event; NotFound for what is not public."""
    schema = public_schemas().get(topic)
    if schema is None:
        raise NotFound(NO_SUCH_EVENT)
    return JSONResponse(schema, headers=FRESH, media_type=SCHEMA)
