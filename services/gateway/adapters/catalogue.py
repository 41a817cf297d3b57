"""The page on which other systems read what is announced and what is promised about it."""

import json
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from services.gateway.adapters.layouts import write_page
from shared.catalogue.fields import Field, fields_of
from shared.catalogue.samples import sample_of
from shared.catalogue.schemas import envelope_schema, public_schemas
from shared.contracts.events import EXCHANGE, public_events


@dataclass(frozen=True)
class Announcement:
    """An event as the page shows it."""

    topic: str
    meaning: str
    stream: str | None
    fields: list[Field]
    sample: str


@cache
def catalogue_page(event_log_days: int) -> str:
    """Write the page, once per process; the days are how long the feed looks back."""
    announced = _announced()
    return write_page(
        "events.html",
        services=[
            (name, list(events))
            for name, events in groupby(announced, key=lambda one: one.topic.partition(".")[0])
        ],
        envelope=fields_of(envelope_schema()),
        exchange=EXCHANGE,
        event_log_days=event_log_days,
    )


def _announced() -> list[Announcement]:
    described = []
    for event in public_events():
        schema = public_schemas()[event.topic]
        fields = fields_of(schema, schema["properties"]["data"])
        sample = json.dumps(sample_of(event.topic), ensure_ascii=False, indent=2)
        described.append(
            Announcement(event.topic, schema["description"], event.stream, fields, sample)
        )
    return described
