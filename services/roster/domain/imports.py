"""Imports: a file of persons for some lines, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.roster.domain.outcomes import Outcome
from shared.contracts.files import StoredFile
from shared.contracts.roster import LineImport


class ImportState(StrEnum):
    """Waiting for a worker, in its hands, taken in, or refused whole."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"


@dataclass(frozen=True)
class FileRefusal:
    """Why a file was not read at all: a stable code, and what to do in Chinese."""

    code: str
    message: str


@dataclass
class Import:
    """A batch: one file into one or more lines.

    A transition in another state is a fault of ours: ValueError.
    """

    import_id: str
    application_no: str
    lines: list[str]
    plan_names: dict[str, str]
    """As the plans were called when the file came: a line may be gone since."""
    file: StoredFile
    created_at: datetime
    corrects: str | None = None
    """The batch whose failed rows come back in this one, as whoever sent it says."""
    state: ImportState = ImportState.QUEUED
    done: int = 0
    total: int = 0
    result: tuple[LineImport, ...] = ()
    warnings: int = 0
    failed_rows: int = 0
    failed: StoredFile | None = None
    """The workbook of the failed rows."""
    error: FileRefusal | None = None
    corrected_by: str | None = None
    """The batch that brought all failed rows of this one back."""
    finished_at: datetime | None = None

    @property
    def under_way(self) -> bool:
        """Whether it has not ended."""
        return self.state in (ImportState.QUEUED, ImportState.RUNNING)

    def begin(self) -> None:
        """Pass into a worker's hands; also again, when a worker broke off or gave up before."""
        if self.state is ImportState.FINISHED:
            raise self._wrong_state()
        self.state, self.error, self.finished_at = ImportState.RUNNING, None, None

    def advance(self, done: int, total: int) -> None:
        """Record how many rows of all are checked."""
        self._require_running()
        self.done, self.total = done, total

    def finish(self, outcome: Outcome, failed: StoredFile | None, at: datetime) -> None:
        """End with what became of the rows; `failed` is the workbook of those that failed."""
        self._require_running()
        self.state, self.finished_at = ImportState.FINISHED, at
        self.done = self.total = outcome.rows
        self.result, self.warnings = outcome.lines, outcome.warnings
        self.failed_rows, self.failed = len(outcome.failed), failed

    def refuse(self, refusal: FileRefusal, at: datetime) -> None:
        """End without any person: the file could not be read, also when it was tried again."""
        if self.state is ImportState.FINISHED:
            raise self._wrong_state()
        self.state, self.finished_at, self.error = ImportState.FAILED, at, refusal

    def discard_files(self) -> Sequence[str]:
        """Drop the workbook of failed rows; return the keys of all that is to be deleted."""
        keys = [file.key for file in (self.file, self.failed) if file is not None]
        self.failed = None
        return keys

    def has_failed_rows(self, application_no: str) -> bool:
        """Return whether it is that application's, and has failed rows that can come back."""
        return self.application_no == application_no and self.failed is not None

    def note_correction(self, by: "Import") -> None:
        """Record that all failed rows came back in another batch, if they did.

        Not when that has fewer rows or leaves out a plan for which some failed; nor when it is
        another application's: the id may come from somebody else's workbook.
        """
        plans = {line.plan_code for line in self.result if line.failed}
        if (
            self.has_failed_rows(by.application_no)
            and by.total >= self.failed_rows
            and plans <= set(by.lines)
        ):
            self.corrected_by = by.import_id

    def _require_running(self) -> None:
        if self.state is not ImportState.RUNNING:
            raise self._wrong_state()

    def _wrong_state(self) -> ValueError:
        return ValueError(f"import {self.import_id} is {self.state}")
