"""Every event there is, and those of them that are promised to other systems."""

from importlib import import_module
from pkgutil import iter_modules

import shared.contracts
from shared.contracts.base import Event

EXCHANGE = "union.events"
"""On RabbitMQ, where all of them are published."""
CONTRACTS = "shared.contracts."
"""Where contracts live; what tests make up elsewhere is none of them."""


def all_events() -> list[type[Event]]:
    """Return every event by its topic, loading the contracts of all services."""
    for module in iter_modules(shared.contracts.__path__, CONTRACTS):
        import_module(module.name)
    contracts = [one for one in Event.registry.values() if one.__module__.startswith(CONTRACTS)]
    return sorted(contracts, key=lambda event: event.topic)


def public_events() -> list[type[Event]]:
    """Return the events that other systems may rely on, by their topics."""
    return [event for event in all_events() if event.public]
