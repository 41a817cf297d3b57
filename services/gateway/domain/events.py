"""Events in the log, and who is sent which."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from shared.contracts.events import all_events
from shared.identity.caller import Caller
from shared.identity.permissions import Role


@dataclass(frozen=True)
class LoggedEvent:
    """An event and its position in the log; `envelope` as it is sent on."""

    position: int
    event_id: UUID
    topic: str
    subject: str
    envelope: dict[str, Any]


def topics_for(caller: Caller) -> set[str]:
    """Return the topics that a caller may ask for."""
    return {event.topic for event in all_events()} - hidden_from(caller)


def hidden_from(caller: Caller) -> frozenset[str]:
    """Return the topics that a caller is not sent: other systems get public events only."""
    return _internal() if caller.role is Role.API_CLIENT else frozenset()


@cache
def _internal() -> frozenset[str]:
    return frozenset(event.topic for event in all_events() if not event.public)
