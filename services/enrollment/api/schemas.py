"""Schemas of enrollment's responses."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.enrollment.domain.applications import (
    OPEN,
    Application,
    AttachmentKind,
    Review,
    State,
)
from services.enrollment.domain.fees import totals
from services.enrollment.domain.rates import eligible_staff
from shared.contracts.actions import NextAction
from shared.contracts.enrollment import ApprovedLine, Kind
from shared.values import Money, money_text, percentage


class LineAnswer(BaseModel):
    """A line with what it costs as things stand."""

    plan: str
    plan_name: str
    programme: str
    category: str
    fee: Money
    shares: int
    persons: int
    women: int
    high_risk: int
    unexpired: int
    participation_rate: str | None
    total_fee: Money
    subsidy: Money
    grant: Money
    payable: Money


class ReviewAnswer(BaseModel):
    """One decision."""

    level: State
    decision: Literal["approve", "return"]
    reason: str
    reviewed_on: date


class AttachmentAnswer(BaseModel):
    """An attached file."""

    attachment_id: UUID
    kind: AttachmentKind
    file_name: str
    size: int


class ConfirmationAnswer(BaseModel):
    """The confirmation of an application."""

    confirmation_no: str
    effective_on: date
    confirmed_on: date


class ObjectionAnswer(BaseModel):
    """What keeps an application from review as it stands."""

    code: str = Field(description="Stable code of the reason")
    message: str = Field(description="What to do about it, in Chinese")
    plan: str | None = Field(description="Code of the plan that is meant")


class StageAnswer(BaseModel):
    """A state that an application came into, and when; a returned one passes some twice."""

    state: State
    since: datetime


class ApplicationAnswer(BaseModel):
    """An application; money in CNY, the participation rate in per cent."""

    application_no: str
    kind: Kind
    new_employment: bool
    state: State
    unit_id: str
    unit_name: str
    agency_id: str
    office_id: str
    entered_on: date
    staff: int | None
    women: int | None
    remark: str
    lines: list[LineAnswer]
    total_fee: Money
    subsidy: Money
    grant: Money
    payable: Money
    attachments: list[AttachmentAnswer] = Field(
        description="Empty for those who may not read attachments: finance and administrators"
    )
    reviews: list[ReviewAnswer]
    reopened_because: str | None = Field(description="Why the last submission came back")
    reopened_code: str | None = Field(description="Stable code of that reason")
    objections: list[ObjectionAnswer] = Field(
        description="What the next submission would come back for; empty when it is not open"
    )
    confirmation: ConfirmationAnswer | None
    history: list[StageAnswer] = Field(description="All states so far, the oldest first")
    version: int = Field(description="Grows with each change; the ETag without its quotes")


class ListedApplication(ApplicationAnswer):
    """An application in a list."""

    my_review: ReviewAnswer | None = Field(
        description="The last decision that the signed-in account took on it"
    )


class CurrentApplication(ApplicationAnswer):
    """An application and the sequence of its last event, for the gateway."""

    sequence: int
    next_actions: list[NextAction]


def application_answer(
    application: Application, priced: Sequence[ApprovedLine], version: int
) -> ApplicationAnswer:
    """Return the response for an application with its priced lines."""
    sums = totals(priced)
    return ApplicationAnswer(
        application_no=application.application_no,
        kind=application.kind,
        new_employment=application.new_employment,
        state=application.state,
        unit_id=application.unit_id,
        unit_name=application.unit_name,
        agency_id=application.agency_id,
        office_id=application.office_id,
        entered_on=application.entered_on,
        staff=application.staff,
        women=application.women,
        remark=application.remark,
        lines=[
            LineAnswer(
                plan=line.plan.code,
                category=line.plan.category,
                women=line.women,
                high_risk=line.high_risk,
                unexpired=line.unexpired,
                participation_rate=_rate(application, index),
                **cost.model_dump(
                    include={
                        "plan_name",
                        "programme",
                        "fee",
                        "shares",
                        "persons",
                        "total_fee",
                        "subsidy",
                        "grant",
                        "payable",
                    }
                ),
            )
            for index, (line, cost) in enumerate(zip(application.lines, priced, strict=True))
        ],
        total_fee=sums.total_fee,
        subsidy=sums.subsidy,
        grant=sums.grant,
        payable=sums.payable,
        attachments=[
            AttachmentAnswer(
                attachment_id=UUID(one.attachment_id),
                kind=one.kind,
                file_name=one.file.file_name,
                size=one.file.size,
            )
            for one in application.attachments
        ],
        reviews=[_review(one) for one in application.reviews],
        reopened_because=application.reopened_because,
        reopened_code=application.reopened_code,
        objections=[
            ObjectionAnswer(code=one.code, message=one.message, plan=one.plan_code)
            for one in (application.objections() if application.state in OPEN else [])
        ],
        confirmation=ConfirmationAnswer(**vars(application.confirmation))
        if application.confirmation
        else None,
        history=[StageAnswer(state=one.state, since=one.since) for one in application.history],
        version=version,
    )


def listed_application(
    application: Application, priced: Sequence[ApprovedLine], version: int, reader: str
) -> ListedApplication:
    """Return the response for an application in a list; `reader` is an account id."""
    decisions = [_review(one) for one in application.reviews if one.reviewer == reader]
    whole = application_answer(application, priced, version)
    return ListedApplication(**dict(whole), my_review=decisions[-1] if decisions else None)


def _review(review: Review) -> ReviewAnswer:
    return ReviewAnswer(
        level=review.level,
        decision="approve" if review.approved else "return",
        reason=review.reason,
        reviewed_on=review.reviewed_on,
    )


def _rate(application: Application, index: int) -> str | None:
    if application.staff is None or application.women is None:
        return None
    line = application.lines[index]
    eligible = eligible_staff(line.plan.rules, application.staff, application.women)
    rate: Decimal = percentage(line.persons, eligible)
    return money_text(rate)
