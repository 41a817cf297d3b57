"""Events as the guide's cases announce them, and what their papers are made of."""

from datetime import UTC, date, datetime
from decimal import Decimal

from services.documents.domain.annex import AnnexRow
from services.documents.domain.confirmation import ConfirmationPaper
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
from tests.people import invented_people, resident_number

OFFICE = "中国职工保险互助会青岛办事处"
ACCOUNT = Account(OFFICE, "232554192616", "中国银行青岛市南支行", "104452000028")
APPLICATION_NO = "PRT2612000001"


def line(plan: str, fee: str, shares: int, persons: int, subsidy: str = "0.00") -> ApprovedLine:
    """Announce a line that adds up; its plan's code is its name."""
    total_fee = Decimal(fee) * shares * persons
    return ApprovedLine(
        plan_code=plan,
        plan_name=plan,
        programme="在职职工互助保障活动（一年期）",
        fee=Decimal(fee),
        shares=shares,
        persons=persons,
        total_fee=total_fee,
        subsidy=Decimal(subsidy),
        payable=total_fee - Decimal(subsidy),
    )


CASE_A = (
    line("住院医疗（A方案）（会费95元）", "95.00", 1, 2),
    line("职工重疾（会费36元）", "36.00", 2, 2),
)
CASE_B = (line("女工特病2025版（标准版）（会费25元）", "25.00", 2, 8),)
CASE_C = (line("意外伤害", "20.00", 1, 4), line("重大疾病（35重+25轻）", "70.00", 1, 4))
CASE_D = (
    line("住院医疗（A方案）（会费95元）", "95.00", 1, 25, subsidy="875.00"),
    line("职工重疾（会费36元）", "36.00", 1, 25),
)
LONG_NAME = "在职职工重大疾病（三十五种重疾加二十五种轻症）互助保障活动二〇二五年版标准方案甲"
"""Of 40 characters."""
LONG_LINES = tuple(line(LONG_NAME, "298.48", 1, 31_740) for _ in range(10))
"""Sums of 9,473,755.20 each."""
HOSTILE_NAME = (
    '<img src="http://127.0.0.1:9/x"><link rel=attachment href="file:///etc/hostname">{{7*7}}'
)


def approved(*lines: ApprovedLine, unit: str = "青岛区测试单位1") -> ApplicationApproved:
    """Announce an approval of these lines."""
    return ApplicationApproved(
        application_no=APPLICATION_NO,
        unit_id="unit",
        agency_id="001201",
        office_id="0012",
        kind=Kind.ENROLLMENT,
        unit_name=unit,
        credit_code="",
        agency_name="市南区代办处",
        entered_on=date(2025, 9, 19),
        approved_on=date(2025, 11, 25),
        lines=lines,
        total_fee=sum((each.total_fee for each in lines), Decimal(0)),
        subsidy=sum((each.subsidy for each in lines), Decimal(0)),
        grant=Decimal("0.00"),
        payable=sum((each.payable for each in lines), Decimal(0)),
    )


def issued(*lines: ApprovedLine, years: int = 1) -> ConfirmationIssued:
    """Announce the confirmation of these lines with the guide's dates."""
    return ConfirmationIssued(
        application_no=APPLICATION_NO,
        unit_id="unit",
        agency_id="001201",
        office_id="0012",
        confirmation_no="G00122024121010000845",
        kind=Kind.RENEWAL,
        unit_name="青岛区测试单位1",
        agency_name="市南区代办处",
        effective_on=date(2024, 12, 9),
        confirmed_on=date(2024, 12, 10),
        lines=lines,
        terms={each.plan_code: years for each in lines},
        total_fee=sum((each.total_fee for each in lines), Decimal(0)),
        roster_key="roster",
        roster_digest="",
    )


def persons(count: int) -> tuple[RosterPerson, ...]:
    """Invent persons with valid numbers."""
    return tuple(
        RosterPerson(
            name=person.name,
            document_kind="resident_id",
            number=person.number,
            sex=person.sex,
            birth_date=person.birth_date,
        )
        for person in invented_people(count)
    )


def roster(**listed: tuple[RosterPerson, ...]) -> FrozenRoster:
    """Freeze these persons per plan."""
    return FrozenRoster(
        application_no=APPLICATION_NO,
        frozen_at=datetime(2025, 11, 25, tzinfo=UTC),
        lines=tuple(FrozenLine(plan_code=plan, persons=who) for plan, who in listed.items()),
    )


def receipt(*items: ReceiptItem) -> Receipt:
    """Announce a receipt with its numbers."""
    total = sum((item.amount for item in items), Decimal(0))
    return Receipt(
        code="37010125",
        number="0000012345",
        check_code="a1b2c3",
        payer="黄岛区测试单位工会委员会",
        payer_credit_code="12370200676222820X",
        issued_on=date(2025, 10, 30),
        items=items,
        total=total,
        total_in_words=amount_in_words(total),
        other="女工特病保障活动2025",
        payee=OFFICE,
    )


WOMEN_8_TIMES_10 = ReceiptItem(
    code="9930",
    name="会费 女工特病2025版（标准版）",
    quantity=8,
    standard=Decimal("10.00"),
    amount=Decimal("80.00"),
    remark="2份",
)
NO_NUMBERS = {"code": "", "number": "", "check_code": ""}


def notice(*lines: ApprovedLine, unit: str = "青岛区测试单位1") -> PaymentNotice:
    """Write the notice of these lines."""
    return PaymentNotice.of(approved(*lines, unit=unit), ACCOUNT)


def confirmation(count: int) -> ConfirmationPaper:
    """Write the confirmation of one plan with a roster."""
    return ConfirmationPaper.of(
        issued(line("住院医疗", "95.00", 1, count)), roster(住院医疗=persons(count)), OFFICE
    )


def preview() -> ReceiptPaper:
    """Write a receipt that has no numbers yet."""
    return ReceiptPaper.of(receipt(WOMEN_8_TIMES_10).model_copy(update=NO_NUMBERS))


def annex_row(name: str, number: int = 1) -> AnnexRow:
    """Write a person of this name."""
    document = resident_number("370203", date(1990, 1, 1), 120)
    return AnnexRow(number, name, "居民身份证", document, "女", "1990-01-01", "一般职业")
