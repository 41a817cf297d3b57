"""All public events as one AsyncAPI 3 document, for systems that subscribe."""

from functools import cache
from typing import Any

from shared.bus.transports.rabbit.bus import MEDIA_TYPE
from shared.catalogue.samples import sample_of
from shared.catalogue.schemas import public_schemas
from shared.contracts.base import Event
from shared.contracts.events import EXCHANGE, public_events

IN_SCHEMA = "#/$defs/"
IN_DOCUMENT = "#/components/schemas/"
ABOUT = (
    "What the enrollment system of the mutual-insurance office announces: at least once, "
    "in order per stream and subject; unknown fields are to be ignored; no personal data."
)


@cache
def public_asyncapi() -> dict[str, Any]:
    """Return the document of the exchange's public events; shared, so do not modify it."""
    events = public_events()
    messages: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for event in events:
        messages[event.topic], found = _message(event)
        schemas |= found
    return {
        "asyncapi": "3.0.0",
        "id": "urn:events",
        "info": {"title": "Events of the enrollment system", "version": "1", "description": ABOUT},
        "defaultContentType": MEDIA_TYPE,
        "servers": {
            "rabbitmq": {
                "host": "{host}:5672",
                "protocol": "amqp",
                "protocolVersion": "0.9.1",
                "description": "The office's broker; the operator gives you an account.",
                "variables": {"host": {"description": "Address of the broker."}},
            }
        },
        "channels": {event.topic: _channel(event) for event in events},
        "operations": {
            event.topic: {
                "action": "send",
                "summary": messages[event.topic]["summary"],
                "channel": {"$ref": f"#/channels/{event.topic}"},
                "messages": [{"$ref": f"#/channels/{event.topic}/messages/event"}],
                "tags": [{"name": event.source()}],
            }
            for event in events
        },
        "components": {"messages": messages, "schemas": dict(sorted(schemas.items()))},
    }


def _channel(event: type[Event]) -> dict[str, Any]:
    return {
        "address": event.topic,
        "servers": [{"$ref": "#/servers/rabbitmq"}],
        "messages": {"event": {"$ref": f"#/components/messages/{event.topic}"}},
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {"name": EXCHANGE, "type": "topic", "durable": True, "vhost": "/"},
                "bindingVersion": "0.3.0",
            }
        },
    }


def _message(event: type[Event]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the message and the schemas that it refers to."""
    schema = public_schemas()[event.topic]
    payload = {key: schema[key] for key in ("type", "properties", "required")}
    message = {
        "name": event.topic,
        "title": event.topic,
        "summary": schema["description"],
        "contentType": MEDIA_TYPE,
        "tags": [{"name": event.source()}],
        "payload": _moved(payload),
        "examples": [{"name": "sample", "payload": sample_of(event.topic)}],
    }
    return message, _moved(schema["$defs"])


def _moved(schema: Any) -> Any:  # noqa: ANN401 - any JSON
    """Point references to where a document keeps its schemas."""
    if isinstance(schema, list):
        return [_moved(item) for item in schema]
    if isinstance(schema, dict):
        return {key: _moved(value) for key, value in schema.items()}
    if isinstance(schema, str) and schema.startswith(IN_SCHEMA):
        return IN_DOCUMENT + schema.removeprefix(IN_SCHEMA)
    return schema
