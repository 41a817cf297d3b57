"""What enrollment announces: units, applications, confirmations."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from shared.contracts.base import ApplicationBound, Contract, Event
from shared.values import ConfirmationNo, Money


class Kind(StrEnum):
    """Kind of an application: enrollment (参保), renewal (续保), back payment (补缴)."""

    ENROLLMENT = "enrollment"
    RENEWAL = "renewal"
    BACK_PAYMENT = "back_payment"


class Sex(StrEnum):
    """Sex of a person, and whom a plan is for."""

    FEMALE = "female"
    MALE = "male"


class OccupationClass(StrEnum):
    """Class of an occupation: general (一般职业), high risk (高危职业)."""

    GENERAL = "general"
    HIGH_RISK = "high_risk"


class Fund(StrEnum):
    """Where a subsidy or a grant comes from: union (工会经费), administrative funds (行政经费)."""

    UNION_FUNDS = "union_funds"
    ADMINISTRATIVE_FUNDS = "administrative_funds"


class PlanRules(Contract):
    """Who may join a plan; every limit is data of the office, null means no limit."""

    min_age: int | None = None
    """Youngest age that may join, in full years."""
    max_age: int | None = None
    """Oldest age that may join, in full years."""
    usual_age: int | None = None
    """Age in full years above which the unit must attach a proof (超龄证明)."""
    sex: Sex | None = None
    """Sex that the plan is for; null when for both."""
    occupation_classes: tuple[OccupationClass, ...] = tuple(OccupationClass)
    """Classes of occupation (职业类别) that may join."""
    max_shares: int = 1
    """Most shares (份数) that a person may hold in one application."""
    least_rate: int | None = None
    """Least participation rate (参保率) in per cent of the staff that may join."""
    everyone_below: int | None = None
    """In units with less staff than this everyone who may join must."""
    term_years: int = 1
    """Length of the cover in years."""
    effective_after_days: int = 0
    """Days from the arrival of the money to the beginning of the cover."""


class Plan(Contract):
    """A plan as it stood when the line was made."""

    code: str
    """Code of the plan (活动细类)."""
    programme: str
    """Name of the programme (保障活动) that the plan belongs to."""
    name: str
    """Name of the plan."""
    category: str
    """What is covered (保障活动类型), such as 住院医疗 or 重疾."""
    fee: Money
    """Fee per share (会费标准) in CNY, a string with two decimals."""
    rules: PlanRules
    """Who may join."""


class LineChoice(Contract):
    """A line of an application: a plan and the shares that each person holds."""

    plan: Plan
    """The plan as it stood when the line was made."""
    shares: int
    """Shares (份数) that each person of the line holds."""


class ApprovedLine(Contract):
    """What an approved line costs; counts are those of the frozen roster."""

    plan_code: str
    """Code of the plan (活动细类)."""
    plan_name: str
    """Name of the plan."""
    programme: str
    """Name of the programme (保障活动) that the plan belongs to."""
    fee: Money
    """Fee per share (会费标准) in CNY, a string with two decimals."""
    shares: int
    """Shares (份数) that each person holds."""
    persons: int
    """Number of persons in the frozen roster."""
    total_fee: Money
    """`fee` × `shares` × `persons` in CNY, a string with two decimals."""
    subsidy: Money = Decimal("0.00")
    """Part of the fee that an upper body pays (补贴), CNY, a string with two decimals."""
    grant: Money = Decimal("0.00")
    """Worth of cover given free (赠险), CNY, a string with two decimals."""
    from_union_funds: Money = Decimal("0.00")
    """Part of `subsidy` + `grant` out of union funds (工会经费), CNY, with two decimals."""
    from_administrative_funds: Money = Decimal("0.00")
    """Part of `subsidy` + `grant` out of administrative funds (行政经费), CNY, two decimals."""
    payable: Money
    """What the unit owes (单位应付金额): `total_fee` − `subsidy` − `grant`, CNY, two decimals."""


class UnitEvent(Event):
    """A fact about one unit; no service keeps a copy of units, so these have no sequence."""

    unit_id: str
    """Code of the unit (单位)."""
    agency_id: str
    """Code of the agency (代办处) that the unit belongs to."""
    office_id: str
    """Code of the office (办事处) that the agency belongs to."""

    @property
    def subject(self) -> str:
        """Name the unit."""
        return self.unit_id


class UnitApplied(UnitEvent):
    """A unit asks to be registered, for the first time or once more after a return."""

    topic: ClassVar[str] = "enrollment.unit.applied.v1"
    public: ClassVar[bool] = False


class UnitReturned(UnitEvent):
    """The agency wants something corrected before it registers the unit."""

    topic: ClassVar[str] = "enrollment.unit.returned.v1"
    public: ClassVar[bool] = False


class UnitRejected(UnitEvent):
    """The agency refused to register the unit."""

    topic: ClassVar[str] = "enrollment.unit.rejected.v1"
    public: ClassVar[bool] = False


class UnitRegistered(Event):
    """A unit may enroll its staff."""

    topic: ClassVar[str] = "enrollment.unit.registered.v1"
    unit_id: str
    """Code of the unit (单位)."""
    name: str
    """Name of the unit."""
    agency_id: str
    """Code of the agency (代办处) that the unit belongs to."""
    office_id: str
    """Code of the office (办事处) that the agency belongs to."""
    self_registered: bool = False
    """Whether the unit registered itself, and so is given its first account."""

    @property
    def subject(self) -> str:
        """Name the unit."""
        return self.unit_id


class UnitChanged(UnitEvent):
    """What the office knows of a unit has changed: its name, say, or its agency."""

    topic: ClassVar[str] = "enrollment.unit.changed.v1"


class UnitSuspended(UnitEvent):
    """A unit may enroll nobody for now; what is under way goes on."""

    topic: ClassVar[str] = "enrollment.unit.suspended.v1"


class UnitResumed(UnitEvent):
    """A unit may enroll its staff again."""

    topic: ClassVar[str] = "enrollment.unit.resumed.v1"


class ApplicationEvent(ApplicationBound):
    """Something about one application; these share its sequence."""

    stream: ClassVar[str] = "enrollment.application"


class ApplicationDrafted(ApplicationEvent):
    """A unit began an application."""

    topic: ClassVar[str] = "enrollment.application.drafted.v1"
    kind: Kind
    """What is applied for."""
    new_employment: bool
    """Whether it is for new forms of employment (新业态): riders, couriers, drivers."""
    unit_name: str
    """Name of the unit."""
    lines: tuple[LineChoice, ...]
    """Plans and shares that the unit chose."""


class ApplicationLinesChanged(ApplicationEvent):
    """The plans or shares of a draft are now these."""

    topic: ClassVar[str] = "enrollment.application.lines_changed.v1"
    lines: tuple[LineChoice, ...]
    """All plans and shares as they are now; a plan that is missing was given up."""


class ApplicationStaffChanged(ApplicationEvent):
    """The unit stated its staff."""

    topic: ClassVar[str] = "enrollment.application.staff_changed.v1"
    staff: int
    """Number of the unit's staff (在职职工)."""
    women: int
    """Number of women among them."""


class ApplicationSubmitted(ApplicationEvent):
    """The operator handed the application in; its roster is to be frozen."""

    topic: ClassVar[str] = "enrollment.application.submitted.v1"
    submitted_on: date
    """Day of the submission, the office's calendar."""


class ApplicationReopened(ApplicationEvent):
    """A submission came to nothing; the application is a draft again."""

    topic: ClassVar[str] = "enrollment.application.reopened.v1"
    code: str
    """Stable code of the reason, such as `participation_rate_too_low`."""
    reason: str
    """The reason for the operator, in Chinese, without personal data."""


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
    """What the reviewer wants corrected, in the reviewer's words."""


class ApplicationCancelled(ApplicationEvent):
    """The operator gave the application up."""

    topic: ClassVar[str] = "enrollment.application.cancelled.v1"


class ApplicationApproved(ApplicationEvent):
    """The office agreed; from now on the unit owes `payable`."""

    topic: ClassVar[str] = "enrollment.application.approved.v1"
    kind: Kind
    """What is applied for."""
    unit_name: str
    """Name of the unit."""
    credit_code: str
    """Unified social credit code (统一社会信用代码, GB 32100) of the unit."""
    agency_name: str
    """Name of the agency."""
    entered_on: date
    """Day on which the unit began the application; subsidies are those of this day."""
    approved_on: date
    """Day of the final review (复审)."""
    lines: tuple[ApprovedLine, ...]
    """What each plan costs."""
    total_fee: Money
    """Sum of the fees in CNY, a string with two decimals."""
    subsidy: Money
    """Sum of the subsidies (补贴) in CNY, a string with two decimals."""
    grant: Money
    """Sum of the grants (赠险) in CNY, a string with two decimals."""
    payable: Money
    """What the unit owes (单位应付金额) in CNY, a string with two decimals."""


class ApplicationPaid(ApplicationEvent):
    """The money is there; the day of its confirmation is not."""

    topic: ClassVar[str] = "enrollment.application.paid.v1"
    confirmable_on: date
    """First day on which the payment may be confirmed."""


class ApplicationPaymentReversed(ApplicationEvent):
    """The money went back; the application is approved and unpaid again."""

    topic: ClassVar[str] = "enrollment.application.payment_reversed.v1"


class ConfirmationIssued(ApplicationEvent):
    """Cover is confirmed; the paper may be printed."""

    topic: ClassVar[str] = "enrollment.confirmation.issued.v1"
    confirmation_no: ConfirmationNo
    """Number of the confirmation (确认书号): `G`, office, day, eight digits."""
    kind: Kind
    """What is applied for."""
    unit_name: str
    """Name of the unit."""
    agency_name: str
    """Name of the agency."""
    effective_on: date
    """Day on which the cover begins (生效日期)."""
    confirmed_on: date
    """Day on which the payment was confirmed (确认日期)."""
    lines: tuple[ApprovedLine, ...]
    """What each plan costs and how many persons it covers."""
    terms: dict[str, int]
    """Length of the cover in years, by plan code."""
    cover_until: dict[str, date] | None = None
    """Last day of the cover, by plan code; older events lack it: it follows from the term."""
    total_fee: Money
    """Sum of the fees in CNY, a string with two decimals."""
    roster_key: str
    """Key of the frozen, encrypted roster in the object store; other systems cannot read it."""
    roster_digest: str
    """SHA-256 of the frozen roster before encryption, hexadecimal."""


def last_day_of_cover(effective_on: date, years: int) -> date:
    """Return the day before the same day `years` later, 28 February for a leap day."""
    try:
        return effective_on.replace(year=effective_on.year + years) - timedelta(days=1)
    except ValueError:  # 29 February
        return date(effective_on.year + years, 2, 28)


def cover_until(event: ConfirmationIssued) -> dict[str, date]:
    """Return the last day of cover by plan code: as the event says, else by its terms."""
    return event.cover_until or {
        plan: last_day_of_cover(event.effective_on, years) for plan, years in event.terms.items()
    }


class ConfirmationArchived(ApplicationEvent):
    """The signed and stamped confirmation is on file; the application has ended."""

    topic: ClassVar[str] = "enrollment.confirmation.archived.v1"
    confirmation_no: ConfirmationNo
    """Number of the confirmation (确认书号)."""
    archived_at: datetime
    """When the office put it on file, RFC 3339 in UTC."""
