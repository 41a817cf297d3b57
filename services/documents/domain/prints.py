"""States of a print."""

from enum import StrEnum


class PrintState(StrEnum):
    """Waiting for a worker, ready to be fetched, or given up: to be asked for again."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
