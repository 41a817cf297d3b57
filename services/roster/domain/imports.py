"""Imports: a file of persons for some lines, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.roster.domain.columns import ChosenColumns
from services.roster.domain.rosters import CANCELLED
from shared.contracts.files import StoredFile
from shared.contracts.roster import ImportStage, LineImport, RowCounts
from shared.errors import Conflict


class ImportState(StrEnum):
    """Waiting for a worker, in its hands, waiting for columns, taken in, or refused whole."""

    QUEUED = "queued"
    RUNNING = "running"
    NEEDS_COLUMNS = "needs_columns"
    FINISHED = "finished"
    FAILED = "failed"


@dataclass(frozen=True)
class FileRefusal:
    """Why a file was not read at all: a stable code, and what to do in Chinese."""

    code: str
    message: str


COLUMNS_NOT_GIVEN = FileRefusal(
    "columns_not_given", "没有指定列，文件未导入：如仍需要，请重新上传。"
)
"""Why an import ended whose operator gave it up instead of saying its columns."""
COLUMNS_EXPIRED = FileRefusal(
    "columns_expired", "24 小时内没有指定列，文件未导入：请重新上传，并指定列。"
)
"""Why an import ended whose columns nobody said in time."""

APPLICATION_CANCELLED = FileRefusal("application_cancelled", CANCELLED)
"""Why an import ended that waited for its columns when its application was cancelled."""


@dataclass(frozen=True)
class AskedSheet:
    """The sheet whose columns the operator is asked for, and how many it has."""

    label: str
    width: int
    is_alone: bool
    """Whether the file has no other sheet."""
    rows: StoredFile
    """Its first rows."""


@dataclass(frozen=True)
class ImportOutcome:
    """What became of the rows of a file."""

    rows: RowCounts
    lines: tuple[LineImport, ...]
    warnings: int = 0
    failed_rows: int = 0
    """Rows that a line refused."""
    failed: StoredFile | None = None
    """The workbook of the failed rows."""
    told: StoredFile | None = None
    """The failed rows and the warnings that the screen shows."""

    @property
    def persons(self) -> int:
        """Return how many rows hold persons."""
        return self.rows.taken + self.rows.refused


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
    stage: ImportStage | None = None
    """What a worker is doing with it."""
    done: int = 0
    total: int = 0
    """Persons in the file; 0 until all of it has been read."""
    rows: RowCounts = field(default_factory=RowCounts)
    result: tuple[LineImport, ...] = ()
    warnings: int = 0
    failed_rows: int = 0
    failed: StoredFile | None = None
    """The workbook of the failed rows."""
    told: StoredFile | None = None
    """The failed rows and the warnings that the screen shows."""
    error: FileRefusal | None = None
    corrected_by: str | None = None
    """The batch that brought all failed rows of this one back."""
    asked: AskedSheet | None = None
    """The sheet whose columns are asked for."""
    columns_until: datetime | None = None
    """When the file is given up unless they are said."""
    chosen: tuple[ChosenColumns, ...] = ()
    finished_at: datetime | None = None

    @property
    def under_way(self) -> bool:
        """Whether a worker has it or will have it; it is not while it waits for its columns."""
        return self.state in (ImportState.QUEUED, ImportState.RUNNING)

    @property
    def given_up(self) -> bool:
        """Whether its operator gave it up instead of saying its columns."""
        return self.error is not None and self.error.code == COLUMNS_NOT_GIVEN.code

    def begin(self) -> None:
        """Pass into a worker's hands; also again, when a worker broke off or gave up before."""
        if self.state in (ImportState.FINISHED, ImportState.NEEDS_COLUMNS):
            raise self._wrong_state()
        self.state, self.error, self.finished_at = ImportState.RUNNING, None, None
        self.stage, self.done, self.total = ImportStage.READING, 0, 0

    def advance(self, stage: ImportStage, done: int, total: int) -> None:
        """Record what is done, and with how many persons of all, 0 while these are unknown."""
        self._require_running()
        self.stage, self.done, self.total = stage, done, total

    def ask_columns(self, sheet: AskedSheet, until: datetime) -> None:
        """Wait for the operator to say which columns of a sheet hold what."""
        self._require_running()
        self.state, self.stage = ImportState.NEEDS_COLUMNS, None
        self.asked, self.columns_until = sheet, until

    def give_columns(self, chosen: ChosenColumns) -> None:
        """Go on with the columns of the sheet that was asked for; Conflict when none is."""
        self.require_asked()
        self.state, self.asked, self.columns_until = ImportState.QUEUED, None, None
        self.chosen = (*self.chosen, chosen)

    def require_asked(self) -> AskedSheet:
        """Return the sheet whose columns are asked for; Conflict when none is."""
        if self.state is not ImportState.NEEDS_COLUMNS or self.asked is None:
            raise Conflict("columns_not_asked", "该文件已不需要指定列，请刷新页面查看导入结果。")
        return self.asked

    def finish(self, outcome: ImportOutcome, at: datetime) -> None:
        """End with what became of the rows."""
        self._require_running()
        self.state, self.stage, self.finished_at = ImportState.FINISHED, None, at
        self.done = self.total = outcome.persons
        self.rows, self.result, self.warnings = outcome.rows, outcome.lines, outcome.warnings
        self.failed_rows = outcome.failed_rows
        self.failed, self.told = outcome.failed, outcome.told

    def refuse(self, refusal: FileRefusal, at: datetime) -> None:
        """End without any person: the file could not be read, also when it was tried again."""
        if self.state is ImportState.FINISHED:
            raise self._wrong_state()
        self.state, self.stage, self.finished_at = ImportState.FAILED, None, at
        self.error, self.asked, self.columns_until = refusal, None, None

    def discard_files(self) -> Sequence[str]:
        """Drop what was told of rows; return the keys of all that is to be deleted."""
        asked = self.asked.rows if self.asked is not None else None
        files = (self.file, self.failed, self.told, asked)
        keys = [file.key for file in files if file is not None]
        self.failed = self.told = None
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
