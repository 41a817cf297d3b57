"""The payment notice (缴费通知单): what a unit owes, and where it pays."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import ClassVar, Self

from services.documents.domain.sums import agreed, total
from services.documents.domain.wording import LONG_NAME, SHORT_TEXT, TITLES, clipped
from shared.contracts.documents import PaperKind
from shared.contracts.enrollment import ApplicationApproved, ApprovedLine
from shared.contracts.labels import KINDS
from shared.values import amount_in_words


@dataclass(frozen=True)
class Account:
    """The office's account that receives the fees."""

    name: str
    number: str
    bank: str
    line_number: str

    def clipped(self) -> Self:
        """Return it as it fits on a notice."""
        return replace(
            self,
            name=clipped(self.name, LONG_NAME),
            number=clipped(self.number, SHORT_TEXT),
            bank=clipped(self.bank, LONG_NAME),
            line_number=clipped(self.line_number, SHORT_TEXT),
        )


@dataclass(frozen=True)
class NoticeLine:
    """What one plan costs: amount = fee × shares × persons, payable = amount − subsidy − grant."""

    programme: str
    plan: str
    fee: Decimal
    shares: int
    persons: int
    amount: Decimal
    subsidy: Decimal
    grant: Decimal
    payable: Decimal

    @classmethod
    def of(cls, line: ApprovedLine) -> Self:
        """Return an approved line; ValueError when it does not add up."""
        return cls(
            programme=clipped(line.programme, LONG_NAME),
            plan=clipped(line.plan_name, LONG_NAME),
            fee=line.fee,
            shares=line.shares,
            persons=line.persons,
            amount=agreed(line.total_fee, line.fee * line.shares * line.persons, "fee of a line"),
            subsidy=line.subsidy,
            grant=line.grant,
            payable=agreed(
                line.payable, line.total_fee - line.subsidy - line.grant, "payable of a line"
            ),
        )


@dataclass(frozen=True)
class PaymentNotice:
    """Everything that stands on a payment notice."""

    kind: ClassVar = PaperKind.PAYMENT_NOTICE
    title: ClassVar = TITLES[PaperKind.PAYMENT_NOTICE]
    check: ClassVar = "请务必核对金额、账号等信息准确无误！"
    rules: ClassVar = (
        "请交款时务必备注单位名称。",
        "缴费方式：转账、支票、支票倒存、电汇、国库支付。",
        "缴费时间为每月1日至25日，26日后缴费的单位，办事处将在次月初进行确认收款、开具发票。",
    )

    number: str
    unit: str
    agency: str
    business: str
    entered_on: date
    dated: date
    lines: tuple[NoticeLine, ...]
    amount: Decimal
    subsidy: Decimal
    grant: Decimal
    payable: Decimal
    payable_in_words: str
    account: Account

    @classmethod
    def of(cls, approved: ApplicationApproved, account: Account) -> Self:
        """Return the notice of an approved application; ValueError when it does not add up."""
        lines = tuple(NoticeLine.of(line) for line in approved.lines)
        return cls(
            number=approved.application_no,
            unit=clipped(approved.unit_name, LONG_NAME),
            agency=clipped(approved.agency_name, LONG_NAME),
            business=KINDS[approved.kind],
            entered_on=approved.entered_on,
            dated=approved.approved_on,
            lines=lines,
            amount=agreed(approved.total_fee, total(line.amount for line in lines), "total fee"),
            subsidy=agreed(approved.subsidy, total(line.subsidy for line in lines), "subsidy"),
            grant=agreed(approved.grant, total(line.grant for line in lines), "grant"),
            payable=agreed(approved.payable, total(line.payable for line in lines), "payable"),
            payable_in_words=amount_in_words(approved.payable),
            account=account.clipped(),
        )
