"""Wakes the open streams of this process when the event log has grown."""

from shared.runtime.bell import Bell

POLL_SECONDS = 1.0
"""Without a ring: another process may have logged the event."""


class Live(Bell):
    """Rings when an event was logged, or has to be sent again."""
