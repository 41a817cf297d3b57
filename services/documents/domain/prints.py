"""Prints: papers of one kind that are wanted in one PDF."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.documents.domain.payment_notice import Account
from shared.contracts.documents import PaperKind
from shared.contracts.files import StoredFile
from shared.errors import Conflict


class PrintState(StrEnum):
    """Waiting for a worker, ready to be fetched, or given up: to be asked for again."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Taking:
    """Somebody took a paper: an entry of the print registry; later ones have higher positions."""

    position: int
    print_id: str
    printed_by: str
    printed_at: datetime
    """When it was counted: when the file was ready for whoever asked."""


@dataclass
class Print:
    """A file that was asked for; what was rendered in advance has nobody who printed it.

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
    account: Account | None = None
    """Where a notice that is alone in the file says that the money goes."""
    done: int = 0
    """How many of its papers are set, while it is rendered; all of them once it is ready."""

    def named(self) -> dict[str, Any]:
        """Return what every event about it carries."""
        return {
            "print_id": self.print_id,
            "kind": self.kind,
            "numbers": tuple(self.numbers),
            "unit_id": self.unit_id,
            "agency_id": self.agency_id,
            "office_id": self.office_id,
        }

    def finish(self, file: StoredFile, account: Account | None = None) -> None:
        """Be ready; also when it was given up and an operator had it tried again."""
        if self.state is PrintState.DONE:
            raise ValueError(f"{self.print_id} is done already")
        self.state, self.file, self.done = PrintState.DONE, file, len(self.numbers)
        self.account = account

    def give_up(self) -> None:
        """End as failed; also when it was tried again and given up again."""
        if self.state is PrintState.DONE:
            raise ValueError(f"{self.print_id} is done already")
        self.state, self.done = PrintState.FAILED, 0

    def ready_file(self) -> StoredFile:
        """Return the PDF; Conflict until it is ready, and when it was given up."""
        if self.state is PrintState.FAILED:
            raise Conflict("print_failed", "文件未能生成，请重新打印；多次出现请联系办事处。")
        if self.file is None:
            raise Conflict("not_ready", "文件正在生成，请稍后再试。")
        return self.file
