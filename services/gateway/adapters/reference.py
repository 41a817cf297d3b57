"""The page that documents the HTTP API, from its OpenAPI document."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from services.gateway.adapters.layouts import write_page
from shared.catalogue.fields import Field, fields_of, type_of

Json = dict[str, Any]


@dataclass(frozen=True)
class Content:
    """A body: media types, name of its schema, fields."""

    media: tuple[str, ...]
    name: str
    fields: list[Field]


@dataclass(frozen=True)
class Response:
    """A response of a call, by its status."""

    status: str
    meaning: str
    headers: tuple[str, ...]
    content: tuple[Content, ...]


@dataclass(frozen=True)
class Call:
    """A call as the page shows it."""

    name: str
    method: str
    path: str
    summary: str
    more: str
    open: bool
    parameters: list[Field]
    body: tuple[Content, ...]
    responses: list[Response]


def reference_page(document: Json) -> str:
    """Return the page of an OpenAPI document."""
    shapes: Json = document["components"]["schemas"]
    calls = [
        (call["tags"][0], _call(shapes, method, path, call))
        for path, methods in document["paths"].items()
        for method, call in methods.items()
    ]
    groups = [
        (tag["name"], tag["description"], [call for name, call in calls if name == tag["name"]])
        for tag in document["tags"]
    ]
    problem = fields_of({"$defs": shapes}, shapes["Problem"])
    return write_page("api.html", groups=groups, problem=problem)


def _call(shapes: Json, method: str, path: str, call: Json) -> Call:
    body = call.get("requestBody", {}).get("content", {})
    more = call["description"].rstrip(".")
    return Call(
        name=call["operationId"],
        method=method.upper(),
        path=path,
        summary=call["summary"],
        more="" if more == call["summary"] else call["description"],
        open=call.get("security") == [],
        parameters=[_parameter(shapes, one) for one in call.get("parameters", ())],
        body=tuple(_contents(shapes, body)),
        responses=[
            _response(shapes, status, response)
            for status, response in sorted(call["responses"].items())
            if status < "4"
        ],
    )


def _parameter(shapes: Json, one: Json) -> Field:
    schema = one["schema"]
    limits = _limits(schema)
    meaning = ". ".join(part for part in (one.get("description", ""), limits) if part)
    kind = f"{type_of(shapes, schema)}, in {one['in']}"
    return Field(one["name"], kind, one.get("required", False), meaning)


def _limits(schema: Json) -> str:
    """Return a parameter's limits and default in words."""
    limits = []
    if "minimum" in schema and "maximum" in schema:
        limits.append(f"{schema['minimum']}–{schema['maximum']}")
    if schema.get("default") not in (None, [], ""):
        limits.append(f"{schema['default']} when absent")
    return ", ".join(limits)


def _response(shapes: Json, status: str, response: Json) -> Response:
    meaning = response["description"]
    if meaning == "Successful Response":
        meaning = HTTPStatus(int(status)).phrase
    headers = tuple(response.get("headers", ()))
    return Response(status, meaning, headers, tuple(_contents(shapes, response.get("content", {}))))


def _contents(shapes: Json, contents: Json) -> Iterator[Content]:
    """Yield the bodies of a call or response, equal ones of several media types as one."""
    by_shape: dict[str, list[str]] = {}
    for media, one in contents.items():
        by_shape.setdefault(str(one["schema"]), []).append(media)
    for kinds in by_shape.values():
        schema = contents[kinds[0]]["schema"]
        fields = fields_of({"$defs": shapes}, schema)
        yield Content(tuple(kinds), _named(shapes, schema), fields)


def _named(shapes: Json, schema: Json) -> str:
    """Return a schema's name as generated types have it, else its type."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if schema.get("type") == "array":
        return f"list of {_named(shapes, schema['items'])}"
    present = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if len(present) == 1:
        return f"{_named(shapes, present[0])}, or nothing"
    return type_of(shapes, schema)
