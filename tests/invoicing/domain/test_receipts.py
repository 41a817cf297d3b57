import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from services.invoicing.domain.invoices import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    TaxNoKind,
    receipt,
    validated,
)
from shared.errors import Invalid
from tests.invoicing.samples import NUMBERS, draft
from tests.published import schema, words_of_api

CASES = Path(__file__).parents[2] / "cases" / "credit_codes.csv"
ISSUED_ON = date(2026, 11, 24)
PAYEE = "中国职工保险互助会青岛办事处"
FILLED = draft(("ZYYL-A", 25, "60.00"), ("ZGZJ", 25, "36.00"), other="合同2026-8")


def _cases() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["note"])
def test_tax_numbers_are_judged_as_the_truth_table_says(case: dict[str, str]) -> None:
    """Normalised, empty when left empty, or refused with its field."""
    filled = draft(
        ("NGTB", 8, "10.00"), tax_no_kind=TaxNoKind.CREDIT_CODE, tax_no=case["as_written"]
    )
    if case["verdict"] == "refuse":
        with pytest.raises(Invalid) as refused:
            validated(filled)
        assert (refused.value.code, refused.value.field) == ("tax_no_invalid", "tax_no")
    else:
        written = receipt(validated(filled), PAYEE, ISSUED_ON)
        assert written.payer_credit_code == case["normalised"]


def test_another_kind_of_number_is_taken_as_it_is() -> None:
    """Only credit codes have a check character."""
    filled = draft(("NGTB", 8, "10.00"), tax_no_kind=TaxNoKind.OTHER, tax_no="工证字第8号")
    assert validated(filled) == filled


@pytest.mark.parametrize(
    ("lines", "code"),
    [((), "lines_missing"), ((("NGTB", 4, "1.00"), ("NGTB", 4, "2.00")), "plan_twice")],
)
def test_an_invoice_names_each_plan_once_and_at_least_one(
    lines: tuple[tuple[str, int, str], ...], code: str
) -> None:
    """The refusal names the field."""
    with pytest.raises(Invalid) as refused:
        validated(draft(*lines))
    assert (refused.value.code, refused.value.field) == (code, "lines")


@pytest.mark.parametrize("line", [("NGTB", 0, "1.00"), ("NGTB", 1, "0.00"), ("NGTB", -1, "1.00")])
def test_an_invoice_is_for_somebody_and_costs_something(line: tuple[str, int, str]) -> None:
    """One person and a 分 are enough."""
    validated(draft(("NGTB", 1, "0.01")))
    with pytest.raises(Invalid) as refused:
        validated(draft(("YWSH", 1, "0.01"), line))
    assert (refused.value.code, refused.value.field) == ("line_not_positive", "lines")


def test_what_is_left_empty_is_empty_on_the_receipt() -> None:
    """Tax number, remark, other information; blanks are none."""
    filled = draft(("NGTB", 8, "10.00"))
    assert (filled.tax_no, filled.other) == ("", "")
    written = receipt(validated(replace(filled, tax_no="  ")), PAYEE, ISSUED_ON)
    assert (written.payer_credit_code, written.other) == ("", "")
    assert [item.remark for item in written.items] == [""]
    assert str(draft().total) == "0.00"


def test_what_an_operator_fills_in_is_as_long_as_the_api_takes_it() -> None:
    """A title of a hundred characters, other texts of forty; tax numbers of kinds that it knows."""
    fields = schema("NewInvoice")["properties"]
    assert fields["title"]["maxLength"] == LONGEST_TITLE == 100
    assert fields["other"]["maxLength"] == LONGEST_TEXT == 40
    assert list(TaxNoKind) == words_of_api("TaxNoKind")


def test_a_preview_shows_all_but_the_numbers() -> None:
    """As the receipt will look; code, number and check code come when it is issued."""
    preview = receipt(FILLED, PAYEE, ISSUED_ON)
    assert (preview.code, preview.number, preview.check_code) == ("", "", "")
    issued = receipt(FILLED, PAYEE, ISSUED_ON, NUMBERS)
    assert issued == preview.model_copy(update=vars(NUMBERS))
    assert (issued.code, issued.number) == ("37010126", "0000000845")


def test_a_receipt_states_items_and_sum_in_figures_and_words() -> None:
    """Item code 9930, persons × average price per person, 大写."""
    written = receipt(FILLED, PAYEE, ISSUED_ON).model_dump(mode="json")
    assert [(item["code"], item["quantity"], item["amount"]) for item in written["items"]] == [
        ("9930", 25, "1500.00"),
        ("9930", 25, "900.00"),
    ]
    assert {item["unit"] for item in written["items"]} == {"元"}
    assert [item["name"] for item in written["items"]] == ["会费 活动ZYYL-A", "会费 活动ZGZJ"]
    assert (written["total"], written["total_in_words"]) == ("2400.00", "贰仟肆佰元整")
    assert (written["payer"], written["payee"]) == (FILLED.title, PAYEE)
    assert (written["other"], written["payer_credit_code"]) == ("合同2026-8", "")


def test_more_than_a_receipt_can_hold_is_refused_with_what_to_do() -> None:
    """Up to 万亿 it is written, above it the persons or the price are mistyped."""
    most = draft(("A", 1, "999999999999.99"))
    assert receipt(most, PAYEE, ISSUED_ON).total_in_words.startswith("玖仟玖佰玖拾玖亿")
    for lines in (
        [("A", 10_000_000, "999999999999.99")],
        [("A", 1, "999999999999.99"), ("B", 1, "0.01")],
    ):
        with pytest.raises(Invalid, match="核对人数和人均单价") as refusal:
            receipt(draft(*lines), PAYEE, ISSUED_ON)
        assert (refusal.value.code, refusal.value.field) == ("amount_too_large", "lines")
