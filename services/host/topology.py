"""What exists on RabbitMQ follows from the subscriptions, and is written into two files."""

import json
from pathlib import Path

from services.host.registry import NAMES, load
from shared.bus.operations.definitions import definitions
from shared.bus.transports.rabbit.topology import STREAM
from shared.contracts.events import public_events

ROOT = Path(__file__).parents[2]
DEFINITIONS = ROOT / "deploy" / "rabbitmq" / "definitions.json"
TOPOLOGY = ROOT / "shared" / "contracts" / "topology.json"


def topology() -> dict[str, list[str]]:
    """Return which queue takes which topics, of all services, and which the stream does."""
    queues = {queue.name: sorted(queue.topics) for name in NAMES for queue in load(name).queues()}
    return queues | {STREAM: [event.topic for event in public_events()]}


def write_topology() -> dict[str, list[str]]:
    """Write queues and RabbitMQ's definitions, which follow from the subscriptions; return them."""
    found = topology()
    for path, content in ((TOPOLOGY, found), (DEFINITIONS, definitions(found, NAMES, {}))):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return found
