"""The confirmation (参保确认书): proof of cover, signed and stamped by the unit and sent back."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, Self

from services.documents.domain.annex import PlanRoster, annex_of
from services.documents.domain.sums import agreed, total
from services.documents.domain.wording import LONG_NAME, TITLES, clipped
from shared.contracts.documents import PaperKind
from shared.contracts.enrollment import ApprovedLine, ConfirmationIssued, cover_until
from shared.contracts.labels import KINDS
from shared.contracts.roster import FrozenRoster
from shared.values import amount_in_words


@dataclass(frozen=True)
class ConfirmedLine:
    """One plan under cover: amount = fee × shares × persons."""

    programme: str
    plan: str
    fee: Decimal
    shares: int
    persons: int
    amount: Decimal
    until: date

    @classmethod
    def of(cls, line: ApprovedLine, until: date) -> Self:
        """Return a line; ValueError when it does not add up."""
        return cls(
            programme=clipped(line.programme, LONG_NAME),
            plan=clipped(line.plan_name, LONG_NAME),
            fee=line.fee,
            shares=line.shares,
            persons=line.persons,
            amount=agreed(line.total_fee, line.fee * line.shares * line.persons, "fee of a line"),
            until=until,
        )


@dataclass(frozen=True)
class ConfirmationPaper:
    """Everything that stands on a confirmation and its annex."""

    kind: ClassVar = PaperKind.CONFIRMATION
    title: ClassVar = TITLES[PaperKind.CONFIRMATION]

    number: str
    application_no: str
    unit: str
    agency: str
    office: str
    business: str
    effective_on: date
    dated: date
    lines: tuple[ConfirmedLine, ...]
    amount: Decimal
    amount_in_words: str
    annex: tuple[PlanRoster, ...]

    @classmethod
    def of(cls, issued: ConfirmationIssued, roster: FrozenRoster, office: str) -> Self:
        """Return the confirmation; `office` is where the signed paper goes back to.

        ValueError when the sums do not add up or the roster is another application's.
        """
        if roster.application_no != issued.application_no:
            raise ValueError("the roster belongs to another application")
        until = cover_until(issued)
        lines = tuple(ConfirmedLine.of(line, until[line.plan_code]) for line in issued.lines)
        return cls(
            number=issued.confirmation_no,
            application_no=issued.application_no,
            unit=clipped(issued.unit_name, LONG_NAME),
            agency=clipped(issued.agency_name, LONG_NAME),
            office=clipped(office, LONG_NAME),
            business=KINDS[issued.kind],
            effective_on=issued.effective_on,
            dated=issued.confirmed_on,
            lines=lines,
            amount=agreed(issued.total_fee, total(line.amount for line in lines), "total fee"),
            amount_in_words=amount_in_words(issued.total_fee),
            annex=annex_of(issued.lines, roster),
        )
