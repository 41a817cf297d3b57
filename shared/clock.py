"""The time, injected: rules take a date or an instant, only this file asks the machine."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
"""Days (paying until the 25th, ages, confirmation dates) are the office's days."""

Clock = Callable[[], datetime]
"""Gives an aware instant; tests pass one that stands still or jumps."""


def system_clock() -> datetime:
    """Give the instant of now, in UTC."""
    return datetime.now(UTC)
