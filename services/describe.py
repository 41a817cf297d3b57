"""Documents for strangers: AsyncAPI per service, OpenAPI of the gateway."""

import json
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from services.gateway.adapters.openapi import merge
from services.gateway.api import PREFIX
from services.gateway.api.forwarding import ROUTES
from services.house import NAMES, load
from shared.messaging.asyncapi import describe_events

FOLDER = Path(__file__).parent.parent / "docs" / "api"


async def write_docs() -> list[Path]:
    """Write all documents into `docs/api`; gives their paths."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    services = [load(name) for name in NAMES]
    written = []
    for service in services:
        document = describe_events(service.name, service.title, service.queues())
        written.append(_write(f"{service.name}.asyncapi.json", document))
    written.append(_write("openapi.json", public_openapi()))
    return written


def public_openapi() -> dict[str, Any]:
    """Describe the public API from the code alone."""
    described = {}
    for name in NAMES:
        service = load(name)
        app = FastAPI(title=service.title, version="1")
        app.include_router(service.router)
        described[name] = get_openapi(title=app.title, version=app.version, routes=app.routes)
    own = described.pop("gateway")
    forwarded = {(route.method, route.path) for route in ROUTES}
    return merge(own, described.values(), forwarded, PREFIX)


def _write(name: str, document: dict[str, Any]) -> Path:
    path = FOLDER / name
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path
