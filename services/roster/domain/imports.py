"""States of an import."""

from enum import StrEnum


class ImportState(StrEnum):
    """Waiting for a worker, in its hands, taken in, or refused whole."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"

    @property
    def under_way(self) -> bool:
        """Return whether the import has not ended."""
        return self in (ImportState.QUEUED, ImportState.RUNNING)
