"""Messages that wait or are dead, as operators choose and count them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

GROUP_NAME = r"group-[0-9a-f]{8}"


@dataclass(frozen=True)
class MessageFilter:
    """Which messages are meant: those that fit every field that is set; all when none is."""

    event_id: UUID | None = None
    consumer: str | None = None
    topic: str | None = None
    reason: str | None = None
    """As a group has it: empty for what has not been tried yet."""
    since: datetime | None = None
    """Arrived then or later."""


ALL_OPEN = MessageFilter()


@dataclass(frozen=True)
class OpenMessage:
    """A message that waits or is dead at one consumer."""

    consumer: str
    event_id: UUID
    state: str
    topic: str
    subject: str
    sequence: int | None
    tries: int
    received_at: datetime
    retry_at: datetime | None
    reason: str
    """Empty for what has not been tried yet."""


def group_name(consumer: str, topic: str, reason: str) -> str:
    """Return the name of a group, made of what its messages have in common."""
    shared = f"{consumer}\n{topic}\n{reason}"
    return f"group-{sha256(shared.encode()).hexdigest()[:8]}"


@dataclass(frozen=True)
class MessageGroup:
    """Messages of one topic that one consumer has not handled, for one reason."""

    consumer: str
    topic: str
    reason: str
    waiting: int
    dead: int
    first: datetime | None
    """When the first of them arrived; None where nobody noted it."""
    last: datetime | None

    @property
    def name(self) -> str:
        """Return its name, for commands."""
        return group_name(self.consumer, self.topic, self.reason)


@dataclass(frozen=True)
class Backlog:
    """What has not been handled, of one consumer or (waiting only) of the outbox."""

    waiting: int
    dead: int
    oldest: timedelta
    """Age of the oldest of them; zero when there is none."""
