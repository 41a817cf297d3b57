"""What roster announces, counts only, and the frozen roster that it leaves in the object store."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from shared.contracts.base import ApplicationBound, Contract
from shared.contracts.enrollment import OccupationClass, Sex
from shared.values import ApplicationNo


class LineCount(Contract):
    """How many persons one line has."""

    plan_code: str
    """Code of the plan (活动细类)."""
    persons: int
    """Number of persons."""
    women: int = 0
    """Women among them."""
    high_risk: int = 0
    """Persons of a high-risk occupation (高危职业) among them."""
    unexpired: int = 0
    """Persons among them who still have cover under the same plan (未到期)."""
    over_usual_age: int = 0
    """Persons among them above the usual age of the plan, who need a proof (超龄证明)."""


class LineImport(Contract):
    """What one import did to one line."""

    plan_code: str
    """Code of the plan (活动细类)."""
    succeeded: int
    """Rows that became persons of the line."""
    failed: int
    """Rows that were refused; the unit gets them back as a workbook."""


class ImportStage(StrEnum):
    """What a worker does with a file: read it, check its rows, store its persons."""

    READING = "reading"
    CHECKING = "checking"
    STORING = "storing"


class RowCounts(Contract):
    """What the rows of the lists in a file are; together they are all of them."""

    taken: int = 0
    """Rows taken into at least one line."""
    refused: int = 0
    """Rows that were refused; the unit gets them back."""
    title: int = 0
    """Titles and headers."""
    total: int = 0
    """Totals (合计)."""
    footer: int = 0
    """Footers and notes."""
    example: int = 0
    """Examples of the template or of a sample sheet."""
    empty: int = 0
    """Rows without a person: blank, or only with prefilled defaults."""


class RosterPerson(Contract):
    """A person as papers print them: personal data, only ever inside an encrypted object."""

    name: str
    """Name (姓名)."""
    document_kind: str
    """Kind of the document (证件类型)."""
    number: str
    """Number of the document (证件号码)."""
    sex: Sex
    """Sex (性别)."""
    birth_date: date
    """Day of birth (出生日期)."""
    mobile: str | None = None
    """Mobile number (手机号)."""
    occupation_class: OccupationClass = OccupationClass.GENERAL
    """Class of the occupation (职业类别)."""
    remark: str | None = None
    """Remark (备注)."""


class FrozenLine(Contract):
    """The persons of one line, in the order of the file."""

    plan_code: str
    """Code of the plan (活动细类)."""
    persons: tuple[RosterPerson, ...]
    """The persons."""


class FrozenRoster(Contract):
    """The roster as it stood at submission."""

    application_no: ApplicationNo
    """Number of the application (申请书号)."""
    frozen_at: datetime
    """When it was frozen."""
    lines: tuple[FrozenLine, ...]
    """The lines with their persons."""


class RosterEvent(ApplicationBound):
    """Something about the roster of one application; these share its sequence."""

    stream: ClassVar[str | None] = "roster.roster"


class ImportEvent(RosterEvent):
    """Something about one import."""

    import_id: str
    """Id of the import: one file (导入批次)."""


class ImportStarted(ImportEvent):
    """A file was accepted and waits for a worker."""

    topic: ClassVar[str] = "roster.import.started.v1"
    stream: ClassVar[str | None] = None
    public: ClassVar[bool] = False


class ImportProgressed(ImportEvent):
    """A worker is at a stage, and has looked at `done` of `total` rows; for the screen only."""

    topic: ClassVar[str] = "roster.import.progressed.v1"
    stream: ClassVar[str | None] = None
    public: ClassVar[bool] = False
    done: int
    """Rows that were looked at."""
    total: int
    """Rows in the file; 0 while it is being read."""
    stage: ImportStage = ImportStage.CHECKING
    """What the worker is doing."""


class ImportColumnsNeeded(ImportEvent):
    """A column of the file is unknown; the operator has to say which is which, before `until`."""

    topic: ClassVar[str] = "roster.import.columns_needed.v1"
    until: datetime
    """When the file is given up, which its `roster.import.finished.v1` then says."""


class ImportColumnsGiven(ImportEvent):
    """The operator said which column is which; a worker reads the file again."""

    topic: ClassVar[str] = "roster.import.columns_given.v1"


class ImportFinished(ImportEvent):
    """A file is in, or was refused whole (`error`); the roster counts are now these."""

    topic: ClassVar[str] = "roster.import.finished.v1"
    total: int
    """Rows in the file; 0 when it was refused whole."""
    lines: tuple[LineImport, ...]
    """What the file did to each line."""
    counts: tuple[LineCount, ...]
    """Persons per line now; a line without persons is missing."""
    error: str | None = None
    """Stable code of why the file could not be read at all; null when it was.

    `columns_expired` when nobody said in time which column is which, `columns_not_given` when the
    file was given up."""
    rows: RowCounts = RowCounts()
    """What the rows of the lists in the file are."""


class RosterPersonsChanged(RosterEvent):
    """Persons were corrected or removed by hand; the counts are now these."""

    topic: ClassVar[str] = "roster.roster.persons_changed.v1"
    counts: tuple[LineCount, ...]
    """Persons per line now; a line without persons is missing."""


class RosterFrozen(RosterEvent):
    """The roster moves no more; it lies in the object store under `key`."""

    topic: ClassVar[str] = "roster.roster.frozen.v1"
    counts: tuple[LineCount, ...]
    """Persons per line."""
    key: str
    """Key of the frozen, encrypted roster in the object store; other systems cannot read it."""
    digest: str
    """SHA-256 of the frozen roster before encryption, hexadecimal."""


class RosterFreezeRefused(RosterEvent):
    """The roster cannot be frozen as it is."""

    topic: ClassVar[str] = "roster.roster.freeze_refused.v1"
    code: str
    """Stable code of the reason, such as `no_persons`."""
    plan_code: str | None = None
    """Code of the plan whose line is meant; null when it is the roster as a whole."""
    message: str
    """The reason for the operator, in Chinese, without personal data."""
