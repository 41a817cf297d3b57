"""What roster announces, counts only, and the frozen roster that it leaves in the object store."""

from datetime import date, datetime
from typing import ClassVar

from pydantic import Field

from shared.contracts.base import ApplicationBound, Contract
from shared.contracts.enrollment import OccupationClass, Sex
from shared.values import ApplicationNo


class LineCount(Contract):
    """Persons of one line."""

    plan_code: str
    persons: int
    women: int = 0
    high_risk: int = 0
    unexpired: int = 0
    over_usual_age: int = 0


class LineImport(Contract):
    """What one import did to one line."""

    plan_code: str
    succeeded: int
    failed: int


class RosterPerson(Contract):
    """A person as papers print them: personal data, only ever inside an encrypted object."""

    name: str
    document_kind: str
    number: str
    sex: Sex
    birth_date: date
    mobile: str | None = None
    occupation_class: OccupationClass = OccupationClass.GENERAL
    remark: str | None = None


class FrozenLine(Contract):
    """The persons of one line, in the order of the file."""

    plan_code: str
    persons: tuple[RosterPerson, ...]


class FrozenRoster(Contract):
    """The roster as it stood at submission."""

    application_no: ApplicationNo
    frozen_at: datetime
    lines: tuple[FrozenLine, ...]


class RosterEvent(ApplicationBound):
    """Something about the roster of one application; these share its sequence."""

    stream: ClassVar[str | None] = "roster.roster"


class ImportEvent(RosterEvent):
    """Something about one import."""

    import_id: str


class ImportStarted(ImportEvent):
    """A file was accepted and waits for a worker."""

    topic: ClassVar[str] = "roster.import.started.v1"
    stream: ClassVar[str | None] = None
    public: ClassVar[bool] = False


class ImportProgressed(ImportEvent):
    """A worker has looked at `done` of `total` rows; for the screen only."""

    topic: ClassVar[str] = "roster.import.progressed.v1"
    stream: ClassVar[str | None] = None
    public: ClassVar[bool] = False
    done: int
    total: int


class ImportFinished(ImportEvent):
    """A file is in, or was refused whole (`error`); the roster counts are now these."""

    topic: ClassVar[str] = "roster.import.finished.v1"
    total: int
    lines: tuple[LineImport, ...]
    counts: tuple[LineCount, ...]
    error: str | None = Field(None, description="Code, when the file could not be read at all")


class RosterPersonsChanged(RosterEvent):
    """Persons were corrected or removed by hand; the counts are now these."""

    topic: ClassVar[str] = "roster.roster.persons_changed.v1"
    counts: tuple[LineCount, ...]


class RosterFrozen(RosterEvent):
    """The roster moves no more; it lies in the object store under `key`."""

    topic: ClassVar[str] = "roster.roster.frozen.v1"
    counts: tuple[LineCount, ...]
    key: str
    digest: str = Field(description="SHA-256 of the plain object, hex")


class RosterFreezeRefused(RosterEvent):
    """The roster cannot be frozen as it is."""

    topic: ClassVar[str] = "roster.roster.freeze_refused.v1"
    code: str
    plan_code: str | None = None
    message: str = Field(description="For the operator, in Chinese, without personal data")
