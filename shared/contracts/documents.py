"""What documents announces: papers asked for, rendered, printed."""

from enum import StrEnum
from typing import Annotated, ClassVar, TypeVar

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from shared.contracts.base import Event

MOST_PAPERS = 500
"""Papers in one print."""

Number = TypeVar("Number")


def _require_few(numbers: object) -> object:
    if numbers == []:
        raise PydanticCustomError("papers_none", "at least one paper")
    if isinstance(numbers, list) and len(numbers) > MOST_PAPERS:
        raise PydanticCustomError("papers_too_many", "at most {most} papers", {"most": MOST_PAPERS})
    return numbers


PaperNumbers = Annotated[
    list[Number],
    BeforeValidator(_require_few),
    Field(json_schema_extra={"minItems": 1, "maxItems": MOST_PAPERS}),
]
"""Numbers of the papers that are wanted in one print; one that stands there twice is one paper."""


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
    """A file is wanted, and somebody waits for it; a worker is to render it."""

    topic: ClassVar[str] = "documents.document.render_requested.v1"
    public: ClassVar[bool] = False


MOST_IN_ADVANCE = 50
"""Papers of one job in the bulk lane: a job that fails fails with few, and none runs for long."""


class BulkRenderRequested(Event):
    """Papers are to be rendered in advance, each into a file of its own; nobody waits for them."""

    topic: ClassVar[str] = "documents.document.bulk_render_requested.v1"
    public: ClassVar[bool] = False
    job_id: str
    """Id of the job."""
    office_id: str
    """Code of the office (办事处) that the papers are of."""
    kind: PaperKind
    """What the papers are."""
    numbers: tuple[str, ...] = Field(min_length=1, max_length=MOST_IN_ADVANCE)
    """Numbers of the papers, as in a print."""

    @property
    def subject(self) -> str:
        """Name the job."""
        return self.job_id


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
