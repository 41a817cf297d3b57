"""How far a print is."""

from enum import StrEnum


class PrintState(StrEnum):
    """Waiting for a worker, or ready to be fetched."""

    PENDING = "pending"
    DONE = "done"
