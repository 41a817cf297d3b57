"""An event on the wire as JSON Schema 2020-12: the envelope with its contract as `data`."""

from functools import cache
from typing import Any

from pydantic import Field, create_model

from shared.catalogue.samples import sample_of
from shared.contracts.base import Envelope, Event
from shared.contracts.events import public_events

DIALECT = "https://json-schema.org/draft/2020-12/schema"
OPTIONAL = ("stream", "sequence", "traceparent")
"""Attributes that are left out where there is nothing to say, never null."""


def schema_of(event: type[Event]) -> dict[str, Any]:
    """Describe an event as it is written: what has a default may be missing in old events."""
    described = Field(description=Envelope.model_fields["data"].description)
    model = create_model(event.__name__, __base__=Envelope, data=(event, described))
    schema = envelope_schema(model)
    attributes, required = schema["properties"], schema["required"]
    attributes["source"]["const"] = event.source()
    attributes["type"]["const"] = event.topic
    if event.stream:
        attributes["stream"]["const"] = event.stream
        required = [name for name in attributes if name in {*required, "stream", "sequence"}]
    else:
        del attributes["stream"], attributes["sequence"]
    return {
        "$schema": DIALECT,
        "$id": f"urn:event:{event.topic}",
        "title": event.topic,
        "description": _line(event.__doc__ or ""),
        "type": "object",
        **({"x-stream": event.stream} if event.stream else {}),
        "properties": attributes,
        "required": required,
        "$defs": schema["$defs"],
        "examples": [sample_of(event.topic)],
    }


def envelope_schema(model: type[Envelope] = Envelope) -> dict[str, Any]:
    """Describe the envelope as it is written, around whatever data."""
    schema: dict[str, Any] = {"$defs": {}} | _tidy(model.model_json_schema(mode="serialization"))
    attributes = schema["properties"]
    for name in OPTIONAL:
        meaning = attributes[name]["description"]
        attributes[name] = attributes[name]["anyOf"][0] | {"description": meaning}
    schema["required"] = [name for name in attributes if name not in OPTIONAL]
    return schema


@cache
def public_schemas() -> dict[str, dict[str, Any]]:
    """Return the schemas of all public events by topic; shared, so do not modify them."""
    return {event.topic: schema_of(event) for event in public_events()}


def _line(text: str) -> str:
    """Write what a docstring says in one line."""
    return " ".join(text.split())


def _tidy(schema: Any) -> Any:  # noqa: ANN401 - any JSON
    """Leave out titles that only repeat a field's name; write descriptions in one line."""
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _line(value) if key == "description" and isinstance(value, str) else _tidy(value)
        for key, value in schema.items()
        if key != "title" or not isinstance(value, str)
    }
