"""The public OpenAPI document: the gateway's own calls, and forwarded ones as their owners say."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from shared.http.problems import MEDIA_TYPE, Problem

Json = dict[str, Any]
Forwarded = Mapping[tuple[str, str], Sequence[str]]
"""Method and path of each forwarded call, with the media types of the file that it returns."""

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
    "accounts": "Accounts, as an office's administrator manages them (账号管理)",
    "bindings": "New operators of a unit (单位绑定)",
    "catalogue": "Plans, offices and agencies, districts",
    "units": "Units: registration, review, their data (单位注册, 单位管理)",
    "applications": "Applications from the draft to the review (参保录入, 审核)",
    "roster": "Persons: template, imports, lists (人员清单)",
    "invoicing": "Billings, invoices, payments (开票, 缴费)",
    "papers": "Payment notices, confirmations, receipts to print (缴费通知单, 确认书)",
    "events": "What has happened, live and later",
    "notices": "What somebody is told, and how (消息)",
    "messages": "Text messages and mails that were sent (短信记录)",
    "audit": "Who did what, from where, and what came of it",
    "webhooks": "Events brought to other systems",
}
REF = "#/components/schemas/"
CHANGING = frozenset({"post", "put", "patch", "delete"})


def ref(name: str) -> Json:
    """Return a reference to a schema by its name."""
    return {"$ref": REF + name}


def merge(own: Json, theirs: Iterable[Json], forwarded: Forwarded, prefix: str) -> Json:
    """Return `own` with the owners' paths of `forwarded` and the schemas that all paths need."""
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
        for method, call in calls.items():
            _finish(method, call)
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
    """Describe the file that the client gets; the owner's answer only names it."""
    if files:
        success = call["responses"]["200"]
        kept = success["content"] if "application/json" in files else {}
        content = kept | {one: {"schema": BINARY} for one in files if one != "application/json"}
        call["responses"]["200"] = success | {"content": content}
    return call


def _finish(method: str, call: Json) -> None:
    """Describe what all calls have in common: tags and refusals."""
    first, _, more = call.get("description", "").partition("\n")
    call["summary"] = first.rstrip(".")
    call["description"] = more.strip() or first
    responses: Json = call["responses"]
    responses.pop("422", None)
    refused = {"content": {MEDIA_TYPE: {"schema": ref("Problem")}}}
    for status, response in responses.items():
        if status >= "4":
            response.setdefault("content", refused["content"])
    for status, (meaning, applies) in PROBLEMS.items():
        if applies(method, call):
            response = responses.setdefault(status, {"description": meaning, **refused})
            if status in LATER:
                response["headers"] = RETRY_AFTER
    responses["default"] = {"description": "Refused; `code` says why", **refused}


def _is_open(call: Json) -> bool:
    return call.get("security") == []


def _asks_who(call: Json) -> bool:
    """Return whether a call needs a session, or the proof of a mobile in its place."""
    return not _is_open(call) or "Mobile-Proof" in _parameters(call)


def _parameters(call: Json) -> dict[str, str]:
    """Return where each parameter of a call stands, by its name."""
    return {one["name"]: one["in"] for one in call.get("parameters", ())}


def _takes_input(call: Json) -> bool:
    return bool(_parameters(call)) or "requestBody" in call


def _names_things(call: Json) -> bool:
    signed_in = "requestBody" in call and not _is_open(call)
    return "path" in _parameters(call).values() or signed_in


def _changes(method: str, call: Json) -> bool:
    return method in CHANGING and _names_things(call)


PROBLEMS: dict[str, tuple[str, Callable[[str, Json], bool]]] = {
    "400": ("The body cannot be read", lambda _, call: "requestBody" in call),
    "401": ("Nobody is signed in, or no mobile was proved", lambda _, call: _asks_who(call)),
    "403": ("The account may not do this", lambda _, call: not _is_open(call)),
    "404": ("No such thing, or not the account's", lambda _, call: _names_things(call)),
    "409": ("Not in the state that it is in", _changes),
    "412": ("Somebody changed it since", lambda _, call: "If-Match" in _parameters(call)),
    "413": ("Too large", lambda _, call: "requestBody" in call),
    "415": ("Sent as another media type", lambda _, call: "requestBody" in call),
    "422": ("What was sent breaks a rule", lambda _, call: _takes_input(call)),
    "429": ("Too many at once, or too many tries; later again", lambda *_: True),
    "503": ("Not now; repeat the same call after `Retry-After`", lambda *_: True),
}
"""Refusals by what a call takes, so that no call is forgotten."""
LATER = frozenset({"429", "503"})
RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds after which the same call may succeed; absent where nobody knows",
        "schema": {"type": "integer"},
    }
}


def _needed(paths: Json, schemas: Json) -> set[str]:
    """Return the names of the schemas that paths refer to, directly or through others."""
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
