"""What enrollment announces: units, applications, confirmations."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from shared.contracts.base import ApplicationBound, Contract, Event
from shared.values import ConfirmationNo, Money


class Kind(StrEnum):
    """Kind of an application."""

    ENROLLMENT = "enrollment"
    RENEWAL = "renewal"
    BACK_PAYMENT = "back_payment"


class Sex(StrEnum):
    """Sex of a person, and whom a plan is for."""

    FEMALE = "female"
    MALE = "male"


class OccupationClass(StrEnum):
    """Class of a person's occupation: 一般职业, 高危职业."""

    GENERAL = "general"
    HIGH_RISK = "high_risk"


class Fund(StrEnum):
    """Where a subsidy or a grant comes from: 工会经费, 行政经费."""

    UNION_FUNDS = "union_funds"
    ADMINISTRATIVE_FUNDS = "administrative_funds"


class PlanRules(Contract):
    """Who may join a plan; every limit is data of the office, None means no limit."""

    min_age: int | None = Field(None, description="Full years, refused below")
    max_age: int | None = Field(None, description="Full years, refused above")
    usual_age: int | None = Field(None, description="Full years, above it the row warns: 超龄证明")
    sex: Sex | None = Field(None, description="Refused when another")
    occupation_classes: tuple[OccupationClass, ...] = tuple(OccupationClass)
    max_shares: int = Field(1, description="Shares that a person may hold in one application")
    least_rate: int | None = Field(None, description="Least participation rate in per cent")
    everyone_below: int | None = Field(
        None, description="In units with less staff than this all who may join must"
    )
    term_years: int = Field(1, description="Years of cover")
    effective_after_days: int = Field(0, description="Days from the money's arrival to cover")


class Plan(Contract):
    """A plan as it stood when the line was made."""

    code: str
    programme: str
    name: str
    category: str = Field(description="保障活动类型: 住院医疗, 重疾 …")
    fee: Money = Field(description="Per share, CNY")
    rules: PlanRules


class LineChoice(Contract):
    """A line of an application: a plan and the shares that each person holds."""

    plan: Plan
    shares: int


class ApprovedLine(Contract):
    """What an approved line costs; counts are those of the frozen roster."""

    plan_code: str
    plan_name: str
    programme: str
    fee: Money
    shares: int
    persons: int
    total_fee: Money = Field(description="fee × shares × persons")
    subsidy: Money = Decimal("0.00")
    grant: Money = Decimal("0.00")
    from_union_funds: Money = Field(Decimal("0.00"), description="Part of subsidy + grant")
    from_administrative_funds: Money = Field(Decimal("0.00"), description="Part of both")
    payable: Money = Field(description="total_fee − subsidy − grant")


class UnitRegistered(Event):
    """A unit may enroll its staff."""

    topic: ClassVar[str] = "enrollment.unit.registered.v1"
    unit_id: str
    name: str
    agency_id: str
    office_id: str

    @property
    def subject(self) -> str:
        """Name the unit."""
        return self.unit_id


class ApplicationEvent(ApplicationBound):
    """Something about one application; these share its sequence."""

    stream: ClassVar[str] = "enrollment.application"


class ApplicationDrafted(ApplicationEvent):
    """A unit began an application."""

    topic: ClassVar[str] = "enrollment.application.drafted.v1"
    kind: Kind
    new_employment: bool
    unit_name: str
    lines: tuple[LineChoice, ...]


class ApplicationLinesChanged(ApplicationEvent):
    """The plans or shares of a draft are now these."""

    topic: ClassVar[str] = "enrollment.application.lines_changed.v1"
    lines: tuple[LineChoice, ...]


class ApplicationStaffChanged(ApplicationEvent):
    """The unit stated its staff."""

    topic: ClassVar[str] = "enrollment.application.staff_changed.v1"
    staff: int
    women: int


class ApplicationSubmitted(ApplicationEvent):
    """The operator handed the application in; its roster is to be frozen."""

    topic: ClassVar[str] = "enrollment.application.submitted.v1"
    submitted_on: date


class ApplicationReopened(ApplicationEvent):
    """A submission came to nothing; the application is a draft again."""

    topic: ClassVar[str] = "enrollment.application.reopened.v1"
    code: str
    reason: str


class ApplicationInReview(ApplicationEvent):
    """The roster is frozen and the application waits for its first review."""

    topic: ClassVar[str] = "enrollment.application.in_review.v1"


class ApplicationFirstReviewed(ApplicationEvent):
    """The agency agreed; the office's final review is next."""

    topic: ClassVar[str] = "enrollment.application.first_reviewed.v1"


class ApplicationReturned(ApplicationEvent):
    """A reviewer sent the application back to the operator."""

    topic: ClassVar[str] = "enrollment.application.returned.v1"
    reason: str


class ApplicationCancelled(ApplicationEvent):
    """The operator gave the application up."""

    topic: ClassVar[str] = "enrollment.application.cancelled.v1"


class ApplicationApproved(ApplicationEvent):
    """The office agreed; from now on the unit owes `payable`."""

    topic: ClassVar[str] = "enrollment.application.approved.v1"
    kind: Kind
    unit_name: str
    credit_code: str
    agency_name: str
    entered_on: date
    approved_on: date
    lines: tuple[ApprovedLine, ...]
    total_fee: Money
    subsidy: Money
    grant: Money
    payable: Money


class ApplicationPaid(ApplicationEvent):
    """The money is there; the day of its confirmation is not."""

    topic: ClassVar[str] = "enrollment.application.paid.v1"
    confirmable_on: date


class ApplicationPaymentReversed(ApplicationEvent):
    """The money went back; the application is approved and unpaid again."""

    topic: ClassVar[str] = "enrollment.application.payment_reversed.v1"


class ConfirmationIssued(ApplicationEvent):
    """Cover is confirmed; the paper may be printed."""

    topic: ClassVar[str] = "enrollment.confirmation.issued.v1"
    confirmation_no: ConfirmationNo
    kind: Kind
    unit_name: str
    agency_name: str
    effective_on: date
    confirmed_on: date
    lines: tuple[ApprovedLine, ...]
    terms: dict[str, int] = Field(description="Years of cover per plan code")
    total_fee: Money
    roster_key: str = Field(description="Frozen roster in the object store")
    roster_digest: str


class ConfirmationArchived(ApplicationEvent):
    """The signed and stamped confirmation is on file; the application has ended."""

    topic: ClassVar[str] = "enrollment.confirmation.archived.v1"
    confirmation_no: ConfirmationNo
    archived_at: datetime
