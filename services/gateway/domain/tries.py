"""How often an account may be tried, and from where one has to wait.

Failures of a name lock it only at the address that they came from. Elsewhere they slow it down:
addresses that the name is not known at get turns, one after another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

CAPTCHA_LIFE = timedelta(minutes=5)
CAPTCHA_WINDOW = timedelta(minutes=1)
CAPTCHAS_PER_ADDRESS = 60
WINDOW = timedelta(minutes=15)
TRIES_PER_NAME = 5
"""At one address."""
TRIES_PER_ADDRESS = 50
"""Of all names; wrong captchas are among them."""
TRIES_BEFORE_TURNS = 10
"""Failures of a name, at all addresses, after which new addresses wait for turns."""
FIRST_PAUSE = timedelta(seconds=1)
DOUBLINGS = 4
"""The pause between turns grows from one second to sixteen."""
KNOWN_FOR = timedelta(days=90)
"""After a sign-in its address does not wait, whatever others try."""


@dataclass(frozen=True)
class Failures:
    """Failures within `WINDOW`, newest first."""

    of_name_here: Sequence[datetime]
    """Of the name at this address."""
    here: Sequence[datetime]
    """At this address, whatever the name."""
    of_name: int
    """Of the name, at all addresses."""


def free_at(times: Sequence[datetime], most: int, window: timedelta) -> datetime | None:
    """Return when fewer than `most` of these times, newest first, lie within the window.

    None when that is so already.
    """
    return times[most - 1] + window if len(times) >= most else None


def closed_until(failures: Failures) -> datetime | None:
    """Return until when this address may not try this name; None when it may."""
    ends = (
        free_at(failures.of_name_here, TRIES_PER_NAME, WINDOW),
        free_at(failures.here, TRIES_PER_ADDRESS, WINDOW),
    )
    return max((end for end in ends if end is not None), default=None)


def pause_before_turn(of_name: int) -> timedelta:
    """Return how long after the turn before it a turn is; nothing while few tries have failed."""
    if of_name < TRIES_BEFORE_TURNS:
        return timedelta(0)
    return FIRST_PAUSE * (1 << min(of_name - TRIES_BEFORE_TURNS, DOUBLINGS))


def next_turn(of_name: int, given: Sequence[datetime], now: datetime) -> datetime:
    """Return the turn of an address that has none; `given` are the name's that were not used yet.

    They count as failures to come, so that many addresses at once get no more than one by one.
    """
    return max([now, *given]) + pause_before_turn(of_name + len(given))
