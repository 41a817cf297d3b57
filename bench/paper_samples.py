"""Papers to draw, each with other values, and the same pages as HTML for plain WeasyPrint."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

from examples.people import invent
from services.documents.adapters.annex_columns import COLUMNS
from services.documents.adapters.templates import InFull, html
from services.documents.adapters.versions import LAYOUTS
from services.documents.domain.confirmation import ConfirmationPaper
from services.documents.domain.contents import PaperContent
from services.documents.domain.payment_notice import Account, PaymentNotice
from services.documents.domain.receipt import ReceiptPaper
from shared.contracts.enrollment import (
    ApplicationApproved,
    ApprovedLine,
    ConfirmationIssued,
    Kind,
)
from shared.contracts.invoicing import Receipt, ReceiptItem
from shared.contracts.roster import FrozenLine, FrozenRoster, RosterPerson
from shared.values import amount_in_words

OFFICE = "中国职工保险互助会青岛办事处"
ACCOUNT = Account(OFFICE, "232554192616", "中国银行青岛市南支行", "104452000028")
PLANS = (("住院医疗（A方案）（会费95元）", "95.00"), ("职工重疾（会费36元）", "36.00"))
SCOPE = {"unit_id": "U0000001", "agency_id": "001202", "office_id": "0012"}
DAY = date(2026, 3, 2)


def approved(number: int) -> ApplicationApproved:
    """Return an approval of two plans, of a unit and sums of its own."""
    lines = tuple(_line(plan, Decimal(fee), 2 + number % 500) for plan, fee in PLANS)
    total = sum((line.total_fee for line in lines), Decimal(0))
    return ApplicationApproved(
        **SCOPE,
        application_no=f"PRT{number:010}",
        kind=Kind.ENROLLMENT,
        unit_name=f"青岛第{number}实验小学工会委员会",
        credit_code="",
        agency_name="市南区代办处",
        entered_on=DAY,
        approved_on=DAY,
        lines=lines,
        total_fee=total,
        subsidy=Decimal(0),
        grant=Decimal(0),
        payable=total,
    )


def _line(plan: str, fee: Decimal, persons: int) -> ApprovedLine:
    return ApprovedLine(
        plan_code=plan,
        plan_name=plan,
        programme="在职职工互助保障活动（一年期）",
        fee=fee,
        shares=1,
        persons=persons,
        total_fee=fee * persons,
        subsidy=Decimal(0),
        payable=fee * persons,
    )


def notice(number: int) -> PaymentNotice:
    """Return a payment notice of two plans."""
    return PaymentNotice.of(approved(number), ACCOUNT)


def receipt(number: int) -> ReceiptPaper:
    """Return an e-receipt of two items."""
    items = tuple(
        ReceiptItem(
            code="9930",
            name=f"会费 {plan}",
            quantity=2 + number,
            standard=Decimal(fee),
            amount=Decimal(fee) * (2 + number),
            remark="1份",
        )
        for plan, fee in PLANS
    )
    total = sum((item.amount for item in items), Decimal(0))
    return ReceiptPaper.of(
        Receipt(
            code="37010125",
            number=f"{number:010}",
            check_code="a1b2c3",
            payer=f"青岛第{number}实验小学工会委员会",
            payer_credit_code="12370200676222820X",
            issued_on=DAY,
            items=items,
            total=total,
            total_in_words=amount_in_words(total),
            other="在职职工互助保障活动",
            payee=OFFICE,
        )
    )


def confirmation(persons: int, number: int = 1) -> ConfirmationPaper:
    """Return the confirmation of one plan with a roster of so many."""
    plan, fee = PLANS[0]
    line = _line(plan, Decimal(fee), persons)
    issued = ConfirmationIssued(
        **SCOPE,
        application_no=f"PRT{number:010}",
        confirmation_no=f"G0012202612101{number:07}",
        kind=Kind.RENEWAL,
        unit_name=f"青岛第{number}实验小学工会委员会",
        agency_name="市南区代办处",
        effective_on=DAY,
        confirmed_on=DAY,
        lines=(line,),
        terms={plan: 1},
        total_fee=line.total_fee,
        roster_key="",
        roster_digest="",
    )
    listed = FrozenRoster(
        application_no=issued.application_no,
        frozen_at=datetime(2026, 3, 2, tzinfo=UTC),
        lines=(FrozenLine(plan_code=plan, persons=_persons(persons)),),
    )
    return ConfirmationPaper.of(issued, listed, OFFICE)


def _persons(count: int) -> tuple[RosterPerson, ...]:
    return tuple(
        RosterPerson(
            name=person.name,
            document_kind="resident_id",
            number=person.number,
            sex="male" if int(person.number[16]) % 2 else "female",
            birth_date=date.fromisoformat(person.number[6:14]),
        )
        for person in invent(count, seed=2026)
    )


FORMS: Mapping[str, Callable[[int], PaperContent]] = {
    "payment notice": notice,
    "receipt": receipt,
    "confirmation, 2 persons": lambda number: confirmation(2, number),
}
"""Forms by name; their number makes them differ."""


def plain_form(paper: PaperContent) -> str:
    """Return a form as one page of HTML with its style."""
    return _styled(html(paper.kind, InFull(1), paper=paper))


def plain_annex(persons: int) -> str:
    """Return a roster as HTML with its style: a table with a row per person."""
    [roster] = confirmation(persons).annex
    rows = [tuple(map(str, vars(row).values())) for row in roster.rows]
    sample = SimpleNamespace(
        kind="annex",
        title="附",
        running="",
        page="1",
        heading="附：参保人员清单",
        rosters=[SimpleNamespace(title=roster.plan, count=f"{persons} 人", rows=rows)],
    )
    return _styled(html("annex", InFull(1), paper=sample, columns=COLUMNS))


def _styled(page: str) -> str:
    style = (LAYOUTS / "papers.css").read_text(encoding="utf-8")
    return page.replace("</head>", f"<style>{style}</style></head>")
