"""What documents announces: papers asked for, rendered, printed."""

from enum import StrEnum
from typing import ClassVar

from shared.contracts.base import Event


class PaperKind(StrEnum):
    """Kind of a paper: payment notice (缴费通知单), confirmation (确认书), e-receipt (电子票据)."""

    PAYMENT_NOTICE = "payment_notice"
    CONFIRMATION = "confirmation"
    RECEIPT = "receipt"


class DocumentEvent(Event):
    """Something about one file to be rendered."""

    print_id: str
    """Id of the print: one file, asked for once."""
    unit_id: str | None = None
    """Code of the unit (单位) that the papers are about; null when they are several units'."""
    agency_id: str | None = None
    """Code of the agency (代办处) of the unit; null when the papers are several units'."""
    office_id: str
    """Code of the office (办事处) that the papers are of."""
    kind: PaperKind
    """What the file holds."""
    numbers: tuple[str, ...]
    """Numbers of the papers: of applications for payment notices, of confirmations for
    confirmations, ids of invoices for receipts."""

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
    """Key of the encrypted PDF in the system's object store; other systems cannot read it there."""
    digest: str
    """SHA-256 of the PDF before encryption, hexadecimal."""


class DocumentPrinted(DocumentEvent):
    """Someone took the papers; their print counts went up by one."""

    topic: ClassVar[str] = "documents.document.printed.v1"
    printed_by: str
    """Id of the account that took the papers."""
