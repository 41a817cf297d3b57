"""Prints: papers of one kind that are wanted in one PDF."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.contracts.documents import PaperKind
from shared.contracts.files import StoredFile
from shared.errors import Conflict


class PrintState(StrEnum):
    """Waiting for a worker, ready to be fetched, or given up: to be asked for again."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass
class Print:
    """A file that was asked for; nobody prints what is only rendered in advance.

    A transition in another state is a fault of ours: ValueError.
    """

    print_id: str
    kind: PaperKind
    numbers: list[str]
    office_id: str
    created_at: datetime
    unit_id: str | None = None
    agency_id: str | None = None
    printed_by: str | None = None
    state: PrintState = PrintState.PENDING
    file: StoredFile | None = None

    def claim(self, account_id: str) -> None:
        """Become somebody's print, when it was to be rendered in advance."""
        if self.state is not PrintState.PENDING or self.printed_by is not None:
            raise ValueError(f"{self.print_id} is not to be rendered in advance any more")
        self.printed_by = account_id

    def finish(self, file: StoredFile) -> None:
        """Be ready; also when it was given up and an operator had it tried again."""
        if self.state is PrintState.DONE:
            raise ValueError(f"{self.print_id} is done already")
        self.state, self.file = PrintState.DONE, file

    def give_up(self) -> None:
        """End as failed; also when it was tried again and given up again."""
        if self.state is PrintState.DONE:
            raise ValueError(f"{self.print_id} is done already")
        self.state = PrintState.FAILED

    def ready_file(self) -> StoredFile:
        """Return the PDF; Conflict until it is ready, and when it was given up."""
        if self.state is PrintState.FAILED:
            raise Conflict("print_failed", "文件未能生成，请重新打印；多次出现请联系办事处。")
        if self.file is None:
            raise Conflict("not_ready", "文件正在生成，请稍后再试。")
        return self.file
