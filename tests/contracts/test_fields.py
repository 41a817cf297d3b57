"""The fields of an event as the catalogue lists them."""

from shared.catalogue.fields import Field, fields_of
from shared.catalogue.schemas import envelope_schema, schema_of
from shared.contracts.base import Event
from shared.contracts.enrollment import ApplicationDrafted, ConfirmationIssued


def _fields(event: type[Event]) -> dict[str, Field]:
    schema = schema_of(event)
    return {field.name: field for field in fields_of(schema, schema["properties"]["data"])}


def test_fields_are_listed_at_any_depth() -> None:
    """`[]` marks the items of a list, a dot the fields of an object."""
    fields = _fields(ApplicationDrafted)
    assert fields["lines"].type == "list of object"
    assert fields["lines[].plan.rules.min_age"].type == "integer or null"
    assert not fields["lines[].plan.rules.min_age"].required
    assert list(fields)[:3] == ["application_no", "unit_id", "agency_id"]


def test_types_are_words_that_people_know() -> None:
    """Money, days, choices, tables."""
    fields = _fields(ConfirmationIssued)
    assert fields["total_fee"].type == "decimal string"
    assert fields["effective_on"].type == "date"
    assert fields["kind"].type == "enrollment | renewal | back_payment"
    assert fields["terms"].type == "table of integer"
    assert fields["confirmation_no"].type.startswith("string matching ^G")


def test_a_choice_is_explained_where_it_is_used() -> None:
    """The field's meaning contains the Chinese terms."""
    assert "续保" in _fields(ConfirmationIssued)["kind"].meaning


def test_the_envelope_is_described_like_an_event() -> None:
    """Its optional attributes are left out rather than null."""
    fields = {field.name: field for field in fields_of(envelope_schema())}
    assert [name for name, field in fields.items() if not field.required] == [
        "stream",
        "sequence",
        "traceparent",
    ]
    assert fields["id"].type == "UUID"
    assert fields["source"].type == "string"


def test_what_is_described_in_parts_is_listed_as_one() -> None:
    """As OpenAPI describes a response that extends another; lists and plain types too."""
    text = {"type": "string"}
    defs = {
        "Base": {"type": "object", "properties": {"number": text}, "required": ["number"]},
        "More": {"allOf": [{"$ref": "#/x/Base"}, {"type": "object", "properties": {"note": text}}]},
    }
    more = {"$ref": "#/x/More"}
    fields = fields_of({"$defs": defs}, {"type": "array", "items": more})
    assert [(one.name, one.required) for one in fields] == [("[].number", True), ("[].note", False)]
    nullable = {"anyOf": [more, {"type": "null"}]}
    assert [one.name for one in fields_of({"$defs": defs}, nullable)] == ["number", "note"]
    assert fields_of({"$defs": defs}, text) == []
