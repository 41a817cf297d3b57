"""Names of contracts, and personal data that they never carry."""

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from services.host.registry import NAMES
from shared.contracts.base import Contract
from shared.contracts.events import all_events

PERSONAL = re.compile(
    r"name|mobile|phone|mail|contact|number|document|identity|birth|sex|(^|_)age$|address|payer"
    r"|title|person|operator|applicant"
)
NOT_PERSONAL = {
    "UnitRegistered.name",  # the unit's
    "ApplicationDrafted.unit_name",
    "ApplicationApproved.unit_name",
    "ApplicationApproved.agency_name",
    "ConfirmationIssued.unit_name",
    "ConfirmationIssued.agency_name",
    "Plan.name",
    "PlanRules.min_age",  # limits and counts
    "PlanRules.max_age",
    "PlanRules.usual_age",
    "PlanRules.sex",
    "LineCount.over_usual_age",
    "LineCount.persons",
    "ApprovedLine.persons",
    "RowCounts.title",  # rows
    "ApprovedLine.plan_name",
    "Receipt.number",  # 票据号码
    "Receipt.payer",  # 抬头: a unit or its union
    "Receipt.payer_credit_code",
    "ReceiptItem.name",
    "RenderRequested.numbers",  # of papers
    "BulkRenderRequested.numbers",
    "DocumentRendered.numbers",
    "DocumentPrinted.numbers",
}

EVENTS = {event.topic: event for event in all_events()}


def _contracts(annotation: Any) -> Iterator[type[Contract]]:  # noqa: ANN401 - any annotation
    """Yield the contracts inside a field's type."""
    if isinstance(annotation, type) and issubclass(annotation, Contract):
        yield annotation
    for argument in get_args(annotation):
        yield from _contracts(argument)


def _fields(contract: type[Contract]) -> Iterator[str]:
    """Yield the fields of a contract, at any depth."""
    for name, field in contract.model_fields.items():
        yield f"{contract.__name__}.{name}"
        for inner in _contracts(field.annotation):
            yield from _fields(inner)


@pytest.mark.parametrize("topic", sorted(EVENTS))
def test_a_topic_says_who_announces_what_happened_to_what(topic: str) -> None:
    """`<service>.<thing>.<happened>.v<N>`, with one of the five services."""
    assert re.fullmatch(rf"({'|'.join(NAMES)})\.[a-z]+\.[a-z_]+\.v[1-9]\d*", topic)


@pytest.mark.parametrize("topic", sorted(EVENTS))
def test_an_event_carries_no_personal_data(topic: str) -> None:
    """No field is named like a name, a number or a phone; exceptions are listed above."""
    fields = set(_fields(EVENTS[topic]))
    suspect = {field for field in fields if PERSONAL.search(field.partition(".")[2])}
    assert suspect - NOT_PERSONAL == set()


def test_every_exception_is_still_needed() -> None:
    """Each names a field that exists."""
    carried = {field for event in EVENTS.values() for field in _fields(event)}
    assert carried >= NOT_PERSONAL
