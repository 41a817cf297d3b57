"""`docs/events.md` says of every event what it carries and who consumes it."""

import re
from collections.abc import Iterator
from pathlib import Path

from services.host.registry import NAMES, load
from shared.bus.subscriptions import EVERY_TOPIC
from shared.contracts.events import all_events

PAGE = (Path(__file__).parents[2] / "docs" / "events.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([a-z_.]+\.v\d+)`(.*?) \| (.*?) \| (.*?) \|$", re.MULTILINE)
CARRIED_BY_ALL = re.compile(r"^All carry `(.*?)`", re.MULTILINE)
CONSUMER = re.compile(rf"\b({'|'.join(NAMES)}): ([^;]+)")


def _names(cell: str) -> set[str]:
    """Return the fields that a cell names, without what they are made of."""
    return set(re.findall(r"\w+", re.sub(r"\[.*?\]|\(.*?\)", "", cell)))


def _sections() -> Iterator[tuple[set[str], str]]:
    """Yield what all events of each announcing service carry, and the service's table."""
    for section in PAGE.split("\n## "):
        carried = CARRIED_BY_ALL.search(section)
        yield _names(carried[1]) if carried else set(), section


def test_every_event_is_there_with_its_fields() -> None:
    """Once, with those that all of its table carry, and marked when it is internal."""
    described = [
        (topic, "(internal" in mark, _names(fields), carried)
        for carried, section in _sections()
        for topic, mark, fields, _ in ROW.findall(section)
    ]
    events = {event.topic: event for event in all_events()}
    assert sorted(topic for topic, *_ in described) == sorted(events)
    for topic, internal, further, carried in described:
        fields = set(events[topic].model_fields)
        assert internal is not events[topic].public, topic
        # What is about no application carries less, and names all of it.
        assert further == (fields - carried if carried <= fields else fields), topic


def test_whoever_subscribes_to_an_event_is_named_beside_it() -> None:
    """And nobody else; a job is called one. The gateway's log takes all, and is named once."""
    stated = {
        topic: {service: "(job)" in what for service, what in CONSUMER.findall(consumers)}
        for topic, _, _, consumers in ROW.findall(PAGE)
    }
    subscribed: dict[str, dict[str, bool]] = {topic: {} for topic in stated}
    for name in NAMES:
        for queue in load(name).queues():
            for topic in queue.handlers.keys() - {EVERY_TOPIC}:
                subscribed[topic][name] = queue.is_job or subscribed[topic].get(name, False)
    assert stated == subscribed
