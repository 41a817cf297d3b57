"""What documents announces: papers asked for, rendered, printed."""

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from shared.contracts.base import Event


class PaperKind(StrEnum):
    """Kinds of papers: 缴费通知单, 确认书, 电子票据."""

    PAYMENT_NOTICE = "payment_notice"
    CONFIRMATION = "confirmation"
    RECEIPT = "receipt"


class DocumentEvent(Event):
    """Something about one file to be rendered."""

    print_id: str
    unit_id: str | None = Field(None, description="Absent when an office prints for several units")
    agency_id: str | None = None
    office_id: str
    kind: PaperKind
    numbers: tuple[str, ...] = Field(description="Application, confirmation or invoice numbers")

    @property
    def subject(self) -> str:
        """Name the print job."""
        return self.print_id


class RenderRequested(DocumentEvent):
    """A file is wanted; a worker is to render it."""

    topic: ClassVar[str] = "documents.document.render_requested.v1"
    public: ClassVar[bool] = False


class DocumentRendered(DocumentEvent):
    """The file lies in the object store under `key`."""

    topic: ClassVar[str] = "documents.document.rendered.v1"
    key: str
    digest: str = Field(description="SHA-256 of the plain object, hex")


class DocumentPrinted(DocumentEvent):
    """Someone took the papers; their print counts went up by one."""

    topic: ClassVar[str] = "documents.document.printed.v1"
    printed_by: str = Field(description="Account id")
