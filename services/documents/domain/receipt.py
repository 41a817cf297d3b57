"""The e-receipt (财政电子票据), and its preview that has no numbers yet."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, Self

from services.documents.domain.sums import agreed, total
from services.documents.domain.wording import LONG_NAME, SHORT_TEXT, TITLES, clipped
from shared.contracts.documents import PaperKind
from shared.contracts.invoicing import Receipt, ReceiptItem
from shared.values import amount_in_words


@dataclass(frozen=True)
class ReceiptPaper:
    """Everything that stands on an e-receipt."""

    kind: ClassVar = PaperKind.RECEIPT
    title: ClassVar = TITLES[PaperKind.RECEIPT]

    preview: bool
    code: str
    number: str
    check_code: str
    payer: str
    payer_credit_code: str
    dated: date
    items: tuple[ReceiptItem, ...]
    amount: Decimal
    amount_in_words: str
    other: str
    payee: str
    reviewer: str
    cashier: str

    @classmethod
    def of(cls, receipt: Receipt, *, reviewer: str = "", cashier: str = "") -> Self:
        """Return a receipt, a preview without numbers; `reviewer` 复核人, `cashier` 收款人.

        ValueError when only some of its numbers are given or its sum does not add up.
        """
        numbers = (receipt.code, receipt.number, receipt.check_code)
        if any(numbers) and not all(numbers):
            raise ValueError("a receipt has a code, a number and a check code, a preview none")
        amount = agreed(receipt.total, total(item.amount for item in receipt.items), "total")
        if receipt.total_in_words != amount_in_words(amount):
            raise ValueError("the total in words is not the total")
        return cls(
            preview=not any(numbers),
            code=clipped(receipt.code, SHORT_TEXT),
            number=clipped(receipt.number, SHORT_TEXT),
            check_code=clipped(receipt.check_code, SHORT_TEXT),
            payer=clipped(receipt.payer, LONG_NAME),
            payer_credit_code=clipped(receipt.payer_credit_code, SHORT_TEXT),
            dated=receipt.issued_on,
            items=tuple(_printable(item) for item in receipt.items),
            amount=amount,
            amount_in_words=receipt.total_in_words,
            other=clipped(receipt.other, SHORT_TEXT),
            payee=clipped(receipt.payee, LONG_NAME),
            reviewer=clipped(reviewer, SHORT_TEXT),
            cashier=clipped(cashier, SHORT_TEXT),
        )


def _printable(item: ReceiptItem) -> ReceiptItem:
    short = {"code": item.code, "unit": item.unit, "remark": item.remark}
    return item.model_copy(
        update={
            "name": clipped(item.name, LONG_NAME),
            **{field: clipped(typed, SHORT_TEXT) for field, typed in short.items()},
        }
    )
