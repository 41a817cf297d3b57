"""The clock, passed in: rules take a date or an instant, only this module reads the system's."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
"""Days (paying until the 25th, ages, confirmation dates) are the office's days."""

Clock = Callable[[], datetime]
"""Returns the current instant with its time zone; tests pass one that stands still or jumps."""


def office_day(at: datetime) -> date:
    """Return the office's day at an instant."""
    return at.astimezone(OFFICE_ZONE).date()


def clock_off_by(seconds: float) -> Clock:
    """Return a clock that is ahead by so many seconds, or behind when they are negative."""
    return lambda: system_clock() + timedelta(seconds=seconds)


def system_clock() -> datetime:
    """Return the instant of now, in UTC."""
    return datetime.now(UTC)
