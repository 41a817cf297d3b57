"""The numbers of the office's own guide come out, cases A to F, through the public API."""

from datetime import date

import pytest

from examples.client import ApiError
from examples.people import invent
from tests.flows.conftest import System
from tests.flows.stories import LATE, Desk, women


async def test_case_a_two_plans_for_the_whole_staff_of_two(system: System) -> None:
    """Fees 190.00 and 144.00, participation 100 % each."""
    desk = await Desk.of(system, "2")
    number = await desk.drafted(invent(2, seed=1), 2, 1, ZYYL_A=1, ZGZJ_36=2)
    found = await desk.operator.get(f"/applications/{number}")
    assert [(line["total_fee"], line["participation_rate"]) for line in found["lines"]] == [
        ("190.00", "100.00"),
        ("144.00", "100.00"),
    ]


async def test_case_b_union_and_members_share_the_fee_on_two_invoices(system: System) -> None:
    """80.00 from union funds, 320.00 paid by members, nothing remains."""
    desk = await Desk.of(system, "2")
    number = await desk.approved(women(8, seed=2), 20, 8, NGTB_2025=2)
    billing = await desk.operator.get(f"/billings/{number}")
    assert billing["payable"] == "400.00"
    first = await desk.invoice(number, "union_funds", {"NGTB-2025": (8, "10.00")})
    second = await desk.invoice(number, "member_paid", {"NGTB-2025": (8, "40.00")})
    words = [
        (await desk.operator.get(f"/billings/{number}/invoices/{one['invoice_id']}/preview"))
        for one in (first, second)
    ]
    assert [(one["total"], one["total_in_words"]) for one in words] == [
        ("80.00", "捌拾元整"),
        ("320.00", "叁佰贰拾元整"),
    ]
    submitted = await desk.operator.post(f"/billings/{number}/submit")
    assert submitted["remaining"] == "0.00"


async def test_case_c_two_plans_of_the_picture_add_up(system: System) -> None:
    """80.00 + 280.00 = 360.00 payable."""
    desk = await Desk.of(system, "3")
    number = await desk.approved(invent(4, seed=3), 4, 2, YWSH_20=1, ZDJB_70=1)
    billing = await desk.operator.get(f"/billings/{number}")
    assert [line["payable"] for line in billing["lines"]] == ["80.00", "280.00"]
    assert billing["payable"] == "360.00"


async def test_case_d_the_subsidy_is_taken_off_and_one_invoice_covers_the_rest(
    system: System,
) -> None:
    """2375.00 less 875.00 is 1500.00, with 900.00 an invoice of 2400.00."""
    desk = await Desk.of(system)
    number = await desk.approved(invent(25, seed=4), 25, 10, ZYYL_A=1, ZGZJ_36=1)
    billing = await desk.operator.get(f"/billings/{number}")
    assert [(line["total_fee"], line["subsidy"], line["payable"]) for line in billing["lines"]] == [
        ("2375.00", "875.00", "1500.00"),
        ("900.00", "0.00", "900.00"),
    ]
    invoice = await desk.invoice(
        number, "administrative_funds", {"ZYYL-A": (25, "60.00"), "ZGZJ-36": (25, "36.00")}
    )
    place = f"/billings/{number}/invoices/{invoice['invoice_id']}/preview"
    preview = await desk.operator.get(place)
    assert (preview["total"], preview["total_in_words"]) == ("2400.00", "贰仟肆佰元整")
    assert (await desk.operator.post(f"/billings/{number}/submit"))["remaining"] == "0.00"


@pytest.mark.parametrize(
    ("received_on", "confirmable_on"),
    [(date(2025, 11, 25), date(2025, 11, 25)), (date(2025, 11, 26), date(2025, 12, 1))],
)
async def test_case_e_money_from_the_26th_on_is_confirmable_next_month(
    system: System, received_on: date, confirmable_on: date
) -> None:
    """A day too early is refused with the first possible day; that day itself is taken."""
    desk = await Desk.of(system, "3")
    number = await desk.approved(invent(1, seed=5), 5, 2, YWSH_20=1)
    if received_on != confirmable_on:
        with pytest.raises(ApiError) as refusal:
            await desk.finance.pay(number, "20.00", received_on, received_on, LATE)
        assert (refusal.value.code, refusal.value.field) == ("confirmed_too_early", "confirmed_on")
        assert confirmable_on.isoformat() in refusal.value.detail
    payment = await desk.finance.pay(number, "20.00", received_on, confirmable_on, LATE)
    assert payment["confirmable_on"] == confirmable_on.isoformat()
    assert (payment["state"], payment["confirmed_on"]) == ("confirmed", confirmable_on.isoformat())


async def test_case_f_the_confirmation_number_tells_office_day_and_sequence(
    system: System,
) -> None:
    """G + 0012 + 20241210 + eight digits; effective the day the money came."""
    desk = await Desk.of(system, "3")
    number = await desk.approved(invent(4, seed=6), 4, 2, YWSH_20=1, ZDJB_70=1)
    confirmation_no = await desk.confirmed(number, date(2024, 12, 9), date(2024, 12, 10))
    assert confirmation_no.startswith("G001220241210")
    assert len(confirmation_no) == len("G00122024121010000845")
    found = await desk.operator.get(f"/applications/{number}")
    assert found["confirmation"]["effective_on"] == "2024-12-09"
