"""Compatible changes of an event, and those that need a new version."""

import json
from typing import Any

import pytest

from shared.catalogue.breaking import breaking_changes
from shared.catalogue.schemas import public_schemas

TOPIC = "enrollment.application.approved.v1"

Schema = dict[str, Any]


def _schema() -> Schema:
    """Return a copy of a real schema."""
    copy: Schema = json.loads(json.dumps(public_schemas()[TOPIC]))
    return copy


def _data(schema: Schema) -> Schema:
    found: Schema = schema["$defs"]["ApplicationApproved"]
    return found


def _line(schema: Schema) -> Schema:
    found: Schema = schema["$defs"]["ApprovedLine"]
    return found


def _changes(change: str) -> list[str]:
    """Return the breaking changes that a line of code makes in a schema."""
    after = _schema()
    exec(change, {"schema": after, "data": _data(after), "line": _line(after)})  # noqa: S102 - ours
    return breaking_changes({TOPIC: _schema()}, {TOPIC: after})


ALLOWED = {
    "a new optional field": "data['properties']['remark'] = {'type': 'string', 'default': ''}",
    "a new optional field at depth": "line['properties']['note'] = {'type': 'integer'}",
    "a new attribute": "schema['properties']['tenant'] = {'type': 'string'}",
    "other words": "data['properties']['payable']['description'] = 'Owed.'",
    "another example": "schema['examples'] = []",
    "a definition of another name": (
        "schema['$defs']['Line'] = schema['$defs'].pop('ApprovedLine');"
        "data['properties']['lines']['items'] = {'$ref': '#/$defs/Line'}"
    ),
    "another order of fields": (
        "data['properties'] = dict(reversed(data['properties'].items()));data['required'].reverse()"
    ),
    "a field that is now always there in a new definition": (
        "schema['$defs']['New'] = {'type': 'object', 'required': ['a'],"
        " 'properties': {'a': {'type': 'string'}}};"
        "data['properties']['new'] = {'$ref': '#/$defs/New'}"
    ),
}
BREAKING = {
    "a field that is gone": ("del data['properties']['payable']", "data.payable is gone"),
    "a field that is gone at depth": ("del line['properties']['fee']", "data.lines[].fee is gone"),
    "a renamed field": (
        "line['properties']['price'] = line['properties'].pop('fee')",
        "data.lines[].fee is gone",
    ),
    "another type": (
        "data['properties']['payable']['type'] = 'number'",
        "data.payable had type string, has number",
    ),
    "another type at depth": (
        "line['properties']['shares']['type'] = 'string'",
        "data.lines[].shares had type integer, has string",
    ),
    "a list that is no list": (
        "data['properties']['lines'] = data['properties']['lines']['items']",
        "data.lines had type array, has object",
    ),
    "a new required field": (
        "data['properties']['x'] = {}; data['required'].append('x')",
        "data.x is new and required: old events lack it",
    ),
    "a new required field at depth": (
        "line['properties']['x'] = {}; line['required'].append('x')",
        "data.lines[].x is new and required: old events lack it",
    ),
    "a field that may now be missing": (
        "data['required'].remove('kind')",
        "data.kind was always there, now it may be missing",
    ),
    "an optional field that is now required": (
        "line['required'].append('grant')",
        "data.lines[].grant could be missing in old events, now it is required",
    ),
    "a field that may now be null": (
        "data['properties']['kind'] = {'anyOf': [data['properties']['kind'], {'type': 'null'}]}",
        "data.kind has other alternatives",
    ),
    "a narrowed choice": (
        "schema['$defs']['Kind']['enum'].remove('renewal')",
        "data.kind lost the values ['renewal']",
    ),
    "a widened choice": (
        "schema['$defs']['Kind']['enum'].append('transfer')",
        "data.kind gained the values ['transfer'], which no old consumer knows",
    ),
    "another format": (
        "data['properties']['approved_on']['format'] = 'date-time'",
        "data.approved_on had format date, has date-time",
    ),
    "another pattern": (
        "data['properties']['application_no']['pattern'] = '.'",
        "data.application_no had pattern ^PRT\\d{10}$, has .",
    ),
    "another default": (
        "line['properties']['grant']['default'] = '1.00'",
        "data.lines[].grant had default 0.00, has 1.00",
    ),
    "another stream": (
        "schema['x-stream'] = 'enrollment.unit'",
        "the event had x-stream enrollment.application, has enrollment.unit",
    ),
    "no unknown fields any more": (
        "line['additionalProperties'] = False",
        "data.lines[] has other additionalProperties",
    ),
}


@pytest.mark.parametrize("change", ALLOWED)
def test_what_only_says_more_is_allowed(change: str) -> None:
    """A consumer that ignores unknown fields is not affected."""
    assert _changes(ALLOWED[change]) == []


@pytest.mark.parametrize("change", BREAKING)
def test_what_takes_back_a_promise_is_named(change: str) -> None:
    """The change is named with its place, at any depth."""
    code, message = BREAKING[change]
    assert f"{TOPIC}: {message}" in _changes(code)


def test_a_new_event_is_allowed_and_a_missing_one_is_not() -> None:
    """All else staying the same."""
    schema = _schema()
    assert breaking_changes({TOPIC: schema}, {TOPIC: schema, "new.v1": schema}) == []
    assert breaking_changes({TOPIC: schema}, {"new.v1": schema}) == [f"{TOPIC}: the event is gone"]


def test_a_definition_that_holds_itself_is_compared_once() -> None:
    """The comparison of a recursive schema ends."""

    def tree(name: str) -> Schema:
        node = {"properties": {"in": {"$ref": "#/$defs/Node"}, "name": {"type": name}}}
        return {"$defs": {"Node": node}, "properties": {"data": {"$ref": "#/$defs/Node"}}}

    assert breaking_changes({"t": tree("string")}, {"t": tree("integer")}) == [
        "t: data.name had type string, has integer"
    ]
