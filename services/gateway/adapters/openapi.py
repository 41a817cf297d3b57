"""The public description: the gateway's own calls and those it passes on, as their owners say."""

import asyncio
from typing import Any

from services.gateway.adapters.services import Services

SECURITY = {"session": {"type": "http", "scheme": "bearer"}}


async def compose(
    own: dict[str, Any], services: Services, forwarded: set[tuple[str, str]], prefix: str
) -> dict[str, Any]:
    """Merge the owners' paths for `forwarded` (method, path) and all their shapes into `own`."""
    paths: dict[str, Any] = own["paths"]
    schemas: dict[str, Any] = own.setdefault("components", {}).setdefault("schemas", {})
    for theirs in await asyncio.gather(*(services.openapi(name) for name in services.names)):
        for name, schema in theirs.get("components", {}).get("schemas", {}).items():
            schemas.setdefault(name, schema)
        for path, calls in theirs["paths"].items():
            for method, call in calls.items():
                if (method.upper(), path) in forwarded:
                    paths.setdefault(prefix + path, {})[method] = call
    own["components"]["securitySchemes"] = SECURITY
    own["security"] = [{"session": []}]
    return own
