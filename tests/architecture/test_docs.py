"""The documents for strangers say what the code says."""

import json

import pytest

from services.describe import FOLDER, public_openapi
from services.house import NAMES, load
from shared.messaging.asyncapi import describe_events


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_event_documents_are_those_of_the_code(name: str) -> None:
    """`make docs` writes them anew."""
    service = load(name)
    written = json.loads((FOLDER / f"{name}.asyncapi.json").read_text(encoding="utf-8"))
    described = describe_events(service.name, service.title, service.queues())
    assert written == json.loads(json.dumps(described))
    assert written["asyncapi"] == "3.0.0"


def test_the_committed_description_of_the_api_is_that_of_the_code() -> None:
    """`make docs` writes it anew."""
    written = json.loads((FOLDER / "openapi.json").read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(public_openapi()))
