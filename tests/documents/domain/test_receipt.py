"""What an e-receipt says."""

from decimal import Decimal

import pytest

from services.documents.domain.receipt import ReceiptPaper
from tests.documents.samples import WOMEN_8_TIMES_10, preview, receipt


def test_a_receipt_carries_its_numbers_and_its_sum_in_words() -> None:
    """Case B of docs/domain.md, first invoice."""
    paper = ReceiptPaper.of(receipt(WOMEN_8_TIMES_10), reviewer="李海云", cashier="王思远")
    assert not paper.preview
    assert (paper.code, paper.number, paper.check_code) == ("37010125", "0000012345", "a1b2c3")
    assert (paper.amount, paper.amount_in_words) == (Decimal("80.00"), "捌拾元整")
    assert (paper.reviewer, paper.cashier) == ("李海云", "王思远")


def test_a_preview_is_a_receipt_without_numbers() -> None:
    """It says so itself."""
    assert preview().preview
    assert (preview().code, preview().number, preview().check_code) == ("", "", "")
    assert (preview().reviewer, preview().cashier) == ("", "")


@pytest.mark.parametrize("missing", ["code", "number", "check_code"])
def test_a_receipt_with_only_some_of_its_numbers_is_never_written(missing: str) -> None:
    """All three or none."""
    half = receipt(WOMEN_8_TIMES_10).model_copy(update={missing: ""})
    with pytest.raises(
        ValueError, match=r"^a receipt has a code, a number and a check code, a preview none$"
    ):
        ReceiptPaper.of(half)


def test_a_receipt_whose_words_are_not_its_figures_is_never_written() -> None:
    """And none whose items do not add up."""
    right = receipt(WOMEN_8_TIMES_10)
    with pytest.raises(ValueError, match=r"^the total in words is not the total$"):
        ReceiptPaper.of(right.model_copy(update={"total_in_words": "玖拾元整"}))
    with pytest.raises(ValueError, match=r"^total: announced 90\.00, computed 80\.00$"):
        ReceiptPaper.of(right.model_copy(update={"total": Decimal("90.00")}))


@pytest.mark.parametrize("field", ["code", "unit", "remark"])
def test_a_short_text_of_an_item_is_cut_to_its_place(field: str) -> None:
    """Forty characters; its name has a hundred."""
    typed = {field: "一" * 41, "name": "会" * 101}
    [item] = ReceiptPaper.of(receipt(WOMEN_8_TIMES_10.model_copy(update=typed))).items
    assert getattr(item, field) == "一" * 39 + "…"
    assert item.name == "会" * 99 + "…"
