"""Wakes what sends messages."""

from shared.runtime.bell import Bell

POLL_SECONDS = 1.0
"""Without a ring: another process may have queued a message."""


class Outgoing(Bell):
    """Rings when a message was queued."""
