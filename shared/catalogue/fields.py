"""The fields of an event, or of what HTTP takes and answers, as a flat list for people to read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]
FORMATS = {
    "date": "date",
    "date-time": "date and time",
    "decimal": "decimal string",
    "uuid": "UUID",
    "binary": "file",
}


@dataclass(frozen=True)
class Field:
    """A field at any depth; `[]` in its name stands for each item of a list."""

    name: str
    type: str
    required: bool
    meaning: str


def fields_of(schema: Schema, part: Schema | None = None) -> list[Field]:
    """List the fields of a schema, or of a part of it, and of what is in them, in their order.

    None for what has no fields: a text, a file.
    """
    known = schema["$defs"]
    whole = _one(known, part or schema)
    listed = _one(known, whole.get("items", {}))
    return list(_fields(known, listed, "[].") if listed else _fields(known, whole, ""))


def type_of(known: Schema, part: Schema) -> str:
    """Say the type of a part in words."""
    return _type(known, part)


def _fields(known: Schema, part: Schema, at: str) -> Iterator[Field]:
    part = _resolved(known, part)
    for name, schema in part.get("properties", {}).items():
        meaning = schema.get("description", "")
        one = _one(known, schema)
        if "enum" in one and one.get("description"):
            meaning = f"{meaning} {one['description']}".strip()
        yield Field(at + name, _type(known, schema), name in part.get("required", ()), meaning)
        items = _one(known, one.get("items", {}))
        if "properties" in items:
            yield from _fields(known, items, f"{at}{name}[].")
        else:
            yield from _fields(known, one, f"{at}{name}.")


def _resolved(known: Schema, part: Schema) -> Schema:
    """Look through a reference, and put together what is described in parts."""
    found: Schema = known[part["$ref"].rpartition("/")[2]] if "$ref" in part else part
    if "allOf" not in found:
        return found
    parts = [_resolved(known, one) for one in found["allOf"]]
    return {
        "type": "object",
        "properties": {name: of for one in parts for name, of in one["properties"].items()},
        "required": [name for one in parts for name in one.get("required", ())],
    }


def _one(known: Schema, part: Schema) -> Schema:
    """Look through a reference, and through `… or null`."""
    part = _resolved(known, part)
    present = [one for one in part.get("anyOf", ()) if one.get("type") != "null"]
    return _resolved(known, present[0]) if len(present) == 1 else part


def _type(known: Schema, part: Schema) -> str:
    part = _resolved(known, part)
    match part:
        case {"anyOf": choices}:
            found = " or ".join(_type(known, one) for one in choices)
        case {"const": value}:
            found = f"“{value}”"
        case {"enum": values}:
            found = " | ".join(values)
        case {"type": "array", "items": items}:
            found = f"list of {_type(known, items)}"
        case {"additionalProperties": dict() as values}:
            found = f"table of {_type(known, values)}"
        case {"format": name} if name in FORMATS:
            found = FORMATS[name]
        case {"pattern": pattern}:
            found = f"string matching {pattern}"
        case _:
            found = str(part.get("type", "any"))
    return found
