"""`topology`, `definitions`: what has to exist on RabbitMQ."""

import argparse
import json
import os
import sys

from services.host.registry import NAMES
from services.host.topology import TOPOLOGY, write_topology
from shared.bus.operations import definitions as rabbitmq


async def topology(_: argparse.Namespace) -> None:
    """Write and print the topology."""
    sys.stdout.write(json.dumps(write_topology(), indent=1) + "\n")


async def definitions(_: argparse.Namespace) -> None:
    """Print the broker's definitions with the passwords of the environment."""
    names = [*NAMES, rabbitmq.OPERATOR, rabbitmq.ADMINISTRATOR]
    keys = {name: f"{name.upper()}_BUS_PASSWORD" for name in names}
    missing = [key for key in keys.values() if not os.environ.get(key)]
    if missing:
        sys.exit(f"These must be set: {', '.join(missing)}")
    passwords = {name: os.environ[key] for name, key in keys.items()}
    topology = json.loads(TOPOLOGY.read_text("utf-8"))
    sys.stdout.write(json.dumps(rabbitmq.definitions(topology, NAMES, passwords), indent=1) + "\n")
