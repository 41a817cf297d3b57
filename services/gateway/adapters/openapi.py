"""The public description: the gateway's own calls and those it passes on, as their owners say."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from shared.problems import MEDIA_TYPE, Problem

Json = dict[str, Any]
Forwarded = Mapping[tuple[str, str], Sequence[str]]
"""Method and path of each call that is passed on, with the media types of the file it hands out."""

OWNED, EXTENDS = "x-owned", "x-extends"
BINARY = {"type": "string", "format": "binary"}
SCHEMES = {
    "session": {"type": "http", "scheme": "bearer", "description": "The token of a sign-in"},
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "session",
        "description": "The same token, as the sign-in sets it for browsers",
    },
}
TAGS = {
    "auth": "Signing in",
    "catalogue": "Plans, units, offices",
    "applications": "Applications from the draft to the review (参保录入, 审核)",
    "roster": "Persons: template, imports, lists (人员清单)",
    "invoicing": "Billings, invoices, payments (开票, 缴费)",
    "papers": "Payment notices, confirmations, receipts to print (缴费通知单, 确认书)",
    "events": "What has happened, live and later",
    "audit": "Who did what, from where, and what came of it",
    "webhooks": "Events brought to other systems",
}
REF = "#/components/schemas/"


def ref(name: str) -> Json:
    """Refer to a shape by its name, whoever describes it."""
    return {"$ref": REF + name}


def merge(own: Json, theirs: Iterable[Json], forwarded: Forwarded, prefix: str) -> Json:
    """Take the owners' paths for `forwarded` into `own`, and the shapes that all its paths need."""
    paths: Json = own["paths"]
    schemas: Json = own.setdefault("components", {}).setdefault("schemas", {})
    for document in theirs:
        _take_schemas(schemas, document.get("components", {}).get("schemas", {}))
        for path, calls in document["paths"].items():
            for method, call in calls.items():
                files = forwarded.get((method.upper(), path))
                if files is not None:
                    paths.setdefault(prefix + path, {})[method] = _handing_out(call, files)
    schemas["Problem"] = Problem.model_json_schema(ref_template=REF + "{model}")
    schemas |= schemas["Problem"].pop("$defs")
    for name, schema in schemas.items():
        if schema.get(OWNED):
            raise ValueError(f"no service describes {name}")
        if base := schema.pop(EXTENDS, None):
            schemas[name] = {"allOf": [ref(base), schema]}
    for calls in paths.values():
        for call in calls.values():
            _finish(call)
    needed = _needed(paths, schemas)
    own["components"]["schemas"] = {name: schemas[name] for name in sorted(needed)}
    own["components"]["securitySchemes"] = SCHEMES
    own["security"] = [{name: []} for name in SCHEMES]
    own["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    return own


def _take_schemas(schemas: Json, owners: Json) -> None:
    for name, schema in owners.items():
        if schemas.get(name, {}).get(OWNED):
            schemas[name] = schema
        elif schemas.setdefault(name, schema) != schema:
            raise ValueError(f"two services describe {name} differently")


def _handing_out(call: Json, files: Sequence[str]) -> Json:
    """Describe the file that the client gets where the owner only names it."""
    if files:
        success = call["responses"]["200"]
        kept = success["content"] if "application/json" in files else {}
        content = kept | {one: {"schema": BINARY} for one in files if one != "application/json"}
        call["responses"]["200"] = success | {"content": content}
    return call


def _finish(call: Json) -> None:
    """Say the same of every call: what it is for, what may be refused."""
    first, _, more = call.get("description", "").partition("\n")
    call["summary"] = first.rstrip(".")
    call["description"] = more.strip() or first
    responses: Json = call["responses"]
    responses.pop("422", None)
    refused = {"content": {MEDIA_TYPE: {"schema": ref("Problem")}}}
    for status, response in responses.items():
        if status >= "4":
            response.setdefault("content", refused["content"])
    if call.get("security") != []:
        responses.setdefault("401", {"description": "Nobody is signed in", **refused})
    responses["503"] = {
        "description": "Something that the call needs is away, or not as new as what was seen",
        "headers": {
            "Retry-After": {
                "description": "Seconds after which the same call may succeed",
                "schema": {"type": "integer"},
            }
        },
        **refused,
    }
    responses["default"] = {"description": "Refused; `code` says why", **refused}


def _needed(paths: Json, schemas: Json) -> set[str]:
    """Name the shapes that paths refer to, directly or through others."""
    found: set[str] = set()
    open_ = set(_refs(paths))
    while open_:
        name = open_.pop()
        found.add(name)
        open_ |= set(_refs(schemas[name])) - found
    return found


def _refs(part: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"].removeprefix(REF)
        for value in part.values():
            yield from _refs(value)
    elif isinstance(part, list):
        for value in part:
            yield from _refs(value)
