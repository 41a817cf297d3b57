"""The public description: the gateway's own calls and those it passes on, as their owners say."""

from collections.abc import Iterable
from typing import Any

SECURITY = {"session": {"type": "http", "scheme": "bearer"}}


def merge(
    own: dict[str, Any],
    theirs: Iterable[dict[str, Any]],
    forwarded: set[tuple[str, str]],
    prefix: str,
) -> dict[str, Any]:
    """Merge the owners' paths for `forwarded` (method, path) and all their shapes into `own`."""
    paths: dict[str, Any] = own["paths"]
    schemas: dict[str, Any] = own.setdefault("components", {}).setdefault("schemas", {})
    for document in theirs:
        for name, schema in document.get("components", {}).get("schemas", {}).items():
            if schemas.setdefault(name, schema) != schema:
                raise ValueError(f"two services describe {name} differently")
        for path, calls in document["paths"].items():
            for method, call in calls.items():
                if (method.upper(), path) in forwarded:
                    paths.setdefault(prefix + path, {})[method] = call
    own["components"]["securitySchemes"] = SECURITY
    own["security"] = [{"session": []}]
    return own
