import csv
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from time import process_time
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, StringConstraints, TypeAdapter, ValidationError

from shared.values import (
    LARGEST_AMOUNT,
    ApplicationNo,
    Day,
    Flag,
    Moment,
    Money,
    Trimmed,
    Whole,
    amount_in_words,
    application_no,
    bare,
    credit_code,
    percentage,
)

CASES = Path(__file__).parents[1] / "cases"
AMOUNTS = st.decimals(0, LARGEST_AMOUNT, places=2)
DIGITS = {digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}
PLACES = {"拾": 10, "佰": 100, "仟": 1000}
CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ACCEPTED_CODE = "91370213B353XF792P"


class Numbered(BaseModel):
    """Something with a number, and a reason that may not be empty."""

    number: ApplicationNo
    reason: Annotated[str, StringConstraints(min_length=1, max_length=5), Trimmed] = "-"


class Priced(BaseModel):
    """Something with a price."""

    price: Money


def _rows(name: str) -> list[dict[str, str]]:
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _read_integer(words: str) -> int:
    done = group = digit = 0
    for word in words:
        if word in DIGITS:
            digit = DIGITS[word]
        elif word in PLACES:
            group, digit = group + digit * PLACES[word], 0
        else:
            done, group, digit = done + (group + digit) * {"万": 10**4, "亿": 10**8}[word], 0, 0
    return done + group + digit


def _read(words: str) -> Decimal:
    integer, yuan, rest = words.rpartition("元")
    cents = _read_integer(integer) * 100 if yuan else 0
    for digit, unit in pairwise(rest):
        cents += DIGITS.get(digit, 0) * {"角": 10, "分": 1}.get(unit, 0)
    return Decimal(cents) / 100


@pytest.mark.parametrize("case", _rows("amounts_in_words.csv"), ids=lambda case: case["amount"])
def test_amounts_are_written_as_the_truth_table_says(case: dict[str, str]) -> None:
    """Every row of the table, to the character."""
    assert amount_in_words(Decimal(case["amount"])) == case["words"]


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("100001000.00", "壹亿零壹仟元整"),
        ("100010000.00", "壹亿零壹万元整"),
        ("200300400.06", "贰亿零叁拾万零肆佰元零陆分"),
        ("999999999999.99", "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_a_gap_across_groups_is_one_zero(amount: str, words: str) -> None:
    """Wherever 万 or 亿 is left out, one 零 says so."""
    assert amount_in_words(Decimal(amount)) == words


@given(AMOUNTS)
def test_words_can_be_read_back_to_the_amount(amount: Decimal) -> None:
    """No digit is lost, up to the largest amount."""
    assert _read(amount_in_words(amount)) == amount


@given(AMOUNTS)
def test_words_never_hold_two_zeros_in_a_row_and_are_closed(amount: Decimal) -> None:
    """Nothing can be inserted or added: one 零 per gap, 整 or 分 at the end."""
    words = amount_in_words(amount)
    assert "零零" not in words
    assert words[-1] == ("分" if amount * 100 % 10 else "整")
    assert words.startswith("零") == (amount == 0)


def test_a_negative_amount_has_no_words() -> None:
    """Receipts never owe."""
    with pytest.raises(ValueError, match="not negative"):
        amount_in_words(Decimal("-0.01"))


@pytest.mark.parametrize("case", _rows("credit_codes.csv"), ids=lambda case: case["note"])
def test_credit_codes_are_judged_as_the_truth_table_says(case: dict[str, str]) -> None:
    """Normalised, or none; what an empty one means is for who asks."""
    assert credit_code(case["as_written"]) == (case["normalised"] or None)


@given(st.integers(2, 17), st.sampled_from(CODE_CHARACTERS))
def test_one_wrong_character_makes_a_credit_code_invalid(place: int, character: str) -> None:
    """The check character finds every single slip."""
    slipped = ACCEPTED_CODE[:place] + character + ACCEPTED_CODE[place + 1 :]
    assert credit_code(slipped) == (ACCEPTED_CODE if slipped == ACCEPTED_CODE else None)


@given(st.decimals(-LARGEST_AMOUNT, LARGEST_AMOUNT, places=2))
def test_money_travels_as_a_string_with_two_decimals(amount: Decimal) -> None:
    """JSON never holds a number for money, and nothing is lost on the way."""
    wire = Priced(price=amount).model_dump_json()
    assert wire == f'{{"price":"{amount:.2f}"}}'
    assert Priced.model_validate_json(wire).price == amount


@pytest.mark.parametrize("written", ["95", "95.0", "true", "null", '"true"', '"1e3"', '"９５.00"'])
def test_money_is_never_a_number(written: str) -> None:
    """It is written as text, in plain digits."""
    with pytest.raises(ValidationError):
        Priced.model_validate_json(f'{{"price":{written}}}')


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Whole, [0, 5], [True, 1.5, "5", None]),
        (Flag, [True, False], [0, 1, "true", "yes"]),
        (Day, ["2026-01-31"], [0, 1769817600, True, "1769817600", "2026-02-30", "２０２６-01-31"]),
        (Moment, ["2026-01-31T09:00:00+08:00"], [0, True, "1769817600", "2026-01-31T09:00:00"]),
    ],
)
def test_what_clients_send_is_taken_as_what_it_is(
    kind: Any,  # noqa: ANN401 - any type
    good: list[object],
    bad: list[object],
) -> None:
    """`true` is no number, a number is no day; nothing is guessed."""
    sent = TypeAdapter(kind)
    for value in good:
        sent.validate_python(value)
    for value in bad:
        with pytest.raises(ValidationError):
            sent.validate_python(value)


@pytest.mark.parametrize("written", ["95.5", "95", "95.0"])
def test_money_may_be_written_shorter(written: str) -> None:
    """It is answered with two decimals all the same."""
    answered = Priced.model_validate_json(f'{{"price":"{written}"}}').model_dump(mode="json")
    assert answered == {"price": f"{Decimal(written):.2f}"}


@pytest.mark.parametrize("written", ["95.5", '"95.005"', '"NaN"', '"1000000000000"', '"九十五"'])
def test_money_that_is_not_exact_is_refused(written: str) -> None:
    """Floats, a third decimal, no numbers, more than can be."""
    with pytest.raises(ValidationError):
        Priced.model_validate_json(f'{{"price":{written}}}')


@pytest.mark.parametrize(
    ("part", "whole", "rate"),
    [(2, 2, "100.00"), (1, 3, "33.33"), (1, 800, "0.13"), (0, 0, "0.00"), (3, 2, "150.00")],
)
def test_a_rate_is_in_per_cent_with_two_decimals(part: int, whole: int, rate: str) -> None:
    """Half up; 0 where nobody could join."""
    assert str(percentage(part, whole)) == rate


def test_an_application_number_is_prt_and_ten_digits() -> None:
    """申请书号."""
    assert application_no(845) == "PRT0000000845"


@pytest.mark.parametrize(
    "typed",
    [
        "PRT0000000123",
        " prt0000000123\n",
        "prt 0000 000 123",
        "ＰＲＴ００００００0123",
        "PRT000\u200b0000123",
    ],
)
def test_a_number_is_understood_as_people_type_it(typed: str) -> None:
    """Lower case, full width, with spaces or invisible signs."""
    assert Numbered(number=typed).number == "PRT0000000123"


@pytest.mark.parametrize("typed", ["PRT123", "PRT00000001234", "QRT0000000123", "", 7, None])
def test_what_is_no_number_is_refused(typed: object) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValidationError):
        Numbered.model_validate({"number": typed})


@pytest.mark.parametrize("blank", ["", "  ", "\u200b\u200b", "\u3000", "\ufeff\n\t"])
def test_a_text_of_nothing_visible_is_no_reason(blank: str) -> None:
    """Zero-width signs and full-width spaces say nothing; inside a text they stay."""
    with pytest.raises(ValidationError):
        Numbered(number="PRT0000000123", reason=blank)
    assert Numbered(number="PRT0000000123", reason=f"{blank}补 录{blank}").reason == "补 录"


def test_a_number_of_nothing_but_marks_takes_no_time_to_refuse() -> None:
    """Its time grows with its length, not with the square of it: anybody may send a megabyte."""

    def time_of(length: int) -> float:
        times = []
        for _ in range(3):
            began = process_time()
            bare("a" + "\u0301\u0316" * length)
            times.append(process_time() - began)
        return min(times)

    assert time_of(80_000) < 10 * time_of(20_000)
