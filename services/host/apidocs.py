"""Documents for other systems: events as AsyncAPI and JSON Schema, OpenAPI of the gateway."""

import json
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from services.gateway.adapters.openapi import merge
from services.gateway.api import PREFIX
from services.gateway.api.forwarding import FORWARDED
from services.host.registry import NAMES, load
from shared.bus.transports.rabbit.asyncapi import describe_events
from shared.catalogue.asyncapi import public_asyncapi
from shared.catalogue.schemas import public_schemas
from shared.http.app import named

FOLDER = Path(__file__).parents[2] / "docs" / "api"
EVENTS = FOLDER / "events"


async def write_docs() -> list[Path]:
    """Write all documents into `docs/api`, delete obsolete ones; return the paths."""
    EVENTS.mkdir(parents=True, exist_ok=True)
    written = [_write(FOLDER / name, document) for name, document in documents().items()]
    for path in {*FOLDER.glob("*.json"), *EVENTS.glob("*.json")} - set(written):
        path.unlink()
    return written


def documents() -> dict[str, dict[str, Any]]:
    """Return all documents by their names below `docs/api`."""
    found = {"openapi.json": public_openapi(), "events.asyncapi.json": public_asyncapi()}
    for service in (load(name) for name in NAMES):
        found[f"{service.name}.asyncapi.json"] = describe_events(
            service.name, service.title, service.queues()
        )
    for topic, schema in public_schemas().items():
        found[f"events/{topic}.schema.json"] = schema
    return found


def public_openapi() -> dict[str, Any]:
    """Return the OpenAPI document of the public API, from the code alone."""
    described = {}
    for name in NAMES:
        service = load(name)
        app = FastAPI(title=service.title, version="1", generate_unique_id_function=named)
        app.include_router(service.router)
        described[name] = get_openapi(title=app.title, version=app.version, routes=app.routes)
    own = described.pop("gateway")
    return merge(own, described.values(), FORWARDED, PREFIX)


def _write(path: Path, document: dict[str, Any]) -> Path:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path
