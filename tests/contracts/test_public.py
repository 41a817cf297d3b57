"""The public events, on which other systems may rely."""

from typing import Any

import pytest
from pydantic import BaseModel

from shared.contracts.base import Envelope, Event
from shared.contracts.events import all_events, public_events

PUBLIC = [
    "documents.document.printed.v1",
    "documents.document.rendered.v1",
    "enrollment.application.approved.v1",
    "enrollment.application.cancelled.v1",
    "enrollment.application.drafted.v1",
    "enrollment.application.first_reviewed.v1",
    "enrollment.application.in_review.v1",
    "enrollment.application.lines_changed.v1",
    "enrollment.application.paid.v1",
    "enrollment.application.payment_reversed.v1",
    "enrollment.application.reopened.v1",
    "enrollment.application.returned.v1",
    "enrollment.application.staff_changed.v1",
    "enrollment.application.submitted.v1",
    "enrollment.confirmation.archived.v1",
    "enrollment.confirmation.issued.v1",
    "enrollment.unit.changed.v1",
    "enrollment.unit.registered.v1",
    "enrollment.unit.resumed.v1",
    "enrollment.unit.suspended.v1",
    "invoicing.billing.opened.v1",
    "invoicing.invoice.issued.v1",
    "invoicing.invoice.submitted.v1",
    "invoicing.invoice.voided.v1",
    "invoicing.payment.confirmed.v1",
    "invoicing.payment.received.v1",
    "invoicing.payment.reversed.v1",
    "roster.import.columns_given.v1",
    "roster.import.columns_needed.v1",
    "roster.import.finished.v1",
    "roster.roster.freeze_refused.v1",
    "roster.roster.frozen.v1",
    "roster.roster.persons_changed.v1",
]
INTERNAL = [
    "documents.document.bulk_render_requested.v1",
    "documents.document.render_requested.v1",
    "enrollment.unit.applied.v1",
    "enrollment.unit.rejected.v1",
    "enrollment.unit.returned.v1",
    "gateway.account.signed_in.v1",
    "gateway.webhook.paused.v1",
    "roster.import.progressed.v1",
    "roster.import.started.v1",
]


def test_these_events_are_promised_to_other_systems() -> None:
    """Removing a topic from this list breaks other systems."""
    assert [event.topic for event in public_events()] == PUBLIC


def test_what_a_service_asks_of_itself_is_not() -> None:
    """Jobs and progress may change without a new version."""
    public = set(PUBLIC)
    assert [event.topic for event in all_events() if event.topic not in public] == INTERNAL


def test_a_public_stream_is_public_as_a_whole() -> None:
    """A consumer that follows a stream's sequence sees no gap."""
    public = {event.stream for event in public_events()} - {None}
    assert [event.topic for event in all_events() if event.stream in public] == [
        event.topic for event in public_events() if event.stream
    ]


def _undescribed(schema: dict[str, Any], name: str) -> list[str]:
    """Return the fields without a description, of a schema and of those in it."""
    nested = {name: schema} | schema.get("$defs", {})
    return [
        f"{title}.{field}"
        for title, one in nested.items()
        for field, described in one.get("properties", {}).items()
        if not described.get("description", "").strip()
    ]


@pytest.mark.parametrize("contract", [*all_events(), Envelope], ids=lambda one: one.__name__)
def test_every_field_says_what_it_means(contract: type[BaseModel]) -> None:
    """At any depth; the catalogue takes its text from there."""
    assert _undescribed(contract.model_json_schema(mode="serialization"), contract.__name__) == []


@pytest.mark.parametrize("event", all_events(), ids=lambda one: one.topic)
def test_every_event_says_what_happened(event: type[Event]) -> None:
    """In its own docstring."""
    assert (event.__dict__.get("__doc__") or "").strip()
