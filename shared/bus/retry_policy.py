"""How long a message waits before it is tried again, and when it is given up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import uniform


class TooEarly(Exception):  # noqa: N818 - an event's fate, not an error
    """What the event needs is not here yet: it waits, and does not count as failed."""


class NotAgain(Exception):  # noqa: N818 - the same
    """The job would fail in the same way each time: it ends dead at once, and is given up."""


@dataclass(frozen=True)
class RetryPolicy:
    """How often and when a failing message is retried; times in seconds."""

    first: float = 0.5
    limit: float = 300.0
    tries: int = 40
    """Some two and a half hours: an outage of an hour needs no operator."""
    early_first: float = 0.05
    early_limit: float = 5.0
    jitter: Callable[[float, float], float] = uniform  # spreads load, hides nothing
    """Chooses between the smallest and the largest factor of a wait."""

    def after_failure(self, tries: int) -> timedelta:
        """Return the wait after so many tries: doubled from `first` to `limit`, with jitter."""
        wait = min(self.first * 2 ** (tries - 1), self.limit)
        return timedelta(seconds=wait * self.jitter(0.8, 1.2))

    def after_early(self, age: timedelta) -> timedelta:
        """Return half of the time that a message has waited, within the limits for early ones."""
        return timedelta(
            seconds=max(self.early_first, min(age.total_seconds() / 2, self.early_limit))
        )

    def after_trouble(self, rounds: int) -> float:
        """Return the seconds to wait when not even the failure can be recorded."""
        return float(min(self.first * 2**rounds, self.limit, 30.0))
