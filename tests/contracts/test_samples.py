"""Every event ever published can still be parsed: a sample per event version, append-only."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shared.catalogue.samples import SAMPLES, sample_of
from shared.catalogue.schemas import schema_of
from shared.contracts.base import Envelope, Event
from shared.contracts.events import all_events

TOPICS = sorted(path.stem for path in SAMPLES.glob("*.json"))


def _envelope(sample: dict[str, Any]) -> Envelope:
    return Envelope.from_wire(json.dumps(sample).encode())


def _with_unknown(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return the value with an unknown field added to every object in it."""
    if isinstance(value, list):
        return [_with_unknown(item) for item in value]
    if isinstance(value, dict):
        grown = {key: _with_unknown(item) for key, item in value.items()}
        # `terms` is a table of numbers by plan, not an object with fields.
        return grown if all(isinstance(item, int) for item in value.values()) else grown | NEW
    return value


NEW = {"added_in_2031": ["whatever"]}


def _lost(before: Any, after: Any, at: str = "data") -> list[str]:  # noqa: ANN401 - any JSON
    """Return the places where `after` lacks or changes a value of `before`."""
    if isinstance(before, dict) and isinstance(after, dict):
        lost = ((value, after.get(key), f"{at}.{key}") for key, value in before.items())
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        lost = ((*pair, f"{at}[]") for pair in zip(before, after, strict=True))
    else:
        return [] if before == after else [at]
    return [place for one, other, where in lost for place in _lost(one, other, where)]


def test_every_event_has_a_sample() -> None:
    """A new event comes with shared/contracts/samples/<topic>.json."""
    assert {event.topic for event in all_events()} == set(TOPICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_a_sample_is_read_and_written_again_without_loss(topic: str) -> None:
    """Parsing and serialising it keeps every value."""
    sample = sample_of(topic)
    envelope = _envelope(sample)
    event = envelope.event()
    again = envelope.model_copy(update={"data": event.model_dump(mode="json")})
    assert _lost(sample, json.loads(again.to_wire()), topic) == []
    assert Envelope.from_wire(again.to_wire()).event() == event


@pytest.mark.parametrize("topic", TOPICS)
def test_an_envelope_says_what_it_is_about(topic: str) -> None:
    """CloudEvents 1.0: type, source, subject; a sequence where the contract has a stream."""
    envelope = _envelope(sample_of(topic))
    event = envelope.event()
    assert envelope.type == event.topic == topic
    assert envelope.source == event.source()
    assert envelope.subject == event.subject
    assert (envelope.sequence is not None) == (event.stream is not None)


@pytest.mark.parametrize("topic", TOPICS)
def test_fields_that_nobody_knows_yet_are_ignored(topic: str) -> None:
    """On the envelope, on the data and at any depth: contracts may grow."""
    sample = sample_of(topic)
    grown: dict[str, Any] = _with_unknown(sample)
    assert "added_in_2031" in grown["data"]
    assert _envelope(grown).event() == _envelope(sample).event()


@pytest.mark.parametrize("topic", TOPICS)
def test_a_sample_is_what_its_schema_says(topic: str) -> None:
    """JSON Schema 2020-12 with formats; a sample of another topic, or that lacks a field, fails."""
    schema = schema_of(Event.registry[topic])
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    sample = sample_of(topic)
    assert [error.message for error in validator.iter_errors(sample)] == []
    assert list(validator.iter_errors(sample | {"type": "other"}))
    for field in schema["required"]:
        assert list(validator.iter_errors({k: v for k, v in sample.items() if k != field}))
    assert list(validator.iter_errors(sample | {"data": {}}))
