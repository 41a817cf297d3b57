from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.domain.codes import (
    CODE_DIGITS,
    CODE_LIFE,
    DAY,
    HOUR,
    PROOF_LIFE,
    Asked,
    Code,
    Purpose,
    free_for_address,
    free_for_mobile,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE, MOMENT = timedelta(minutes=1), timedelta(microseconds=1)
CODE = Code(
    code_id=UUID(int=1),
    purpose=Purpose.REGISTRATION,
    mobile="13700000001",
    digest=b"digest",
    asked_at=NOW,
    expires_at=NOW + timedelta(minutes=10),
)


def asked(*ago: timedelta, from_address: int = 0) -> Asked:
    """Return codes of a mobile so long ago, and so many of an address a second apart."""
    here = [NOW - timedelta(seconds=one) for one in range(from_address)]
    return Asked([NOW - one for one in ago], here, by_all=0)


def test_a_code_has_six_digits_and_ten_minutes() -> None:
    """What the text message says."""
    assert (CODE_DIGITS, timedelta(minutes=10)) == (6, CODE_LIFE)
    assert (timedelta(hours=24), timedelta(minutes=60)) == (DAY, HOUR)


@pytest.mark.parametrize(
    ("purpose", "life"),
    [
        ("registration", timedelta(hours=2)),
        ("binding", timedelta(hours=2)),
        ("password_reset", timedelta(minutes=15)),
    ],
)
def test_a_proof_lives_as_long_as_its_form_takes_to_fill_in(purpose: str, life: timedelta) -> None:
    """From the right answer on, and it is no code any more."""
    proof = replace(CODE, purpose=Purpose(purpose)).prove(b"proof", NOW + MINUTE)
    assert proof.expires_at == NOW + MINUTE + life == NOW + MINUTE + PROOF_LIFE[Purpose(purpose)]
    assert (proof.proof_digest, proof.tries) == (b"proof", 1)
    assert not proof.is_open(NOW + MINUTE)
    with pytest.raises(ValueError, match="once"):
        proof.prove(b"another", NOW + MINUTE)


def test_a_mobile_has_one_code_a_minute() -> None:
    """The second one when the first is a minute old, to the moment."""
    assert free_for_mobile(asked(), NOW) is None
    assert free_for_mobile(asked(MINUTE - MOMENT), NOW) == NOW + MOMENT
    assert free_for_mobile(asked(MINUTE), NOW) is None
    assert free_for_mobile(asked(MINUTE * 2), NOW) is None


def test_a_mobile_has_five_codes_a_day() -> None:
    """The sixth when the first of the five is a day old."""
    hours = [timedelta(hours=one) for one in (1, 2, 3, 4, 20)]
    assert free_for_mobile(asked(*hours[:4]), NOW) is None
    assert free_for_mobile(asked(*hours), NOW) == NOW + timedelta(hours=4)
    assert free_for_mobile(asked(*hours, timedelta(hours=22)), NOW) == NOW + timedelta(hours=4)
    assert free_for_mobile(asked(timedelta(seconds=10), *hours[1:]), NOW) == NOW + timedelta(
        hours=4
    ), "the longer of two waits"


@given(
    st.lists(st.timedeltas(timedelta(0), DAY - MOMENT).map(lambda ago: NOW - ago), max_size=8).map(
        lambda them: sorted(them, reverse=True)
    )
)
def test_a_mobile_waits_until_that_moment_and_no_longer(times: list[datetime]) -> None:
    """Then fewer than five lie within a day and none within a minute; a moment before not so."""
    end = free_for_mobile(Asked(times, [], 0), NOW)

    def allowed(at: datetime) -> bool:
        within_day = sum(one > at - DAY for one in times)
        return within_day < 5 and all(one <= at - MINUTE for one in times)

    assert allowed(end or NOW)
    assert end is None or (end > NOW and not allowed(end - MOMENT))


def test_an_address_has_ten_codes_an_hour() -> None:
    """Whatever the mobiles are; the eleventh when the first of the ten is an hour old."""
    assert free_for_address(asked(from_address=9)) is None
    end = NOW - timedelta(seconds=9) + timedelta(hours=1)
    assert free_for_address(asked(from_address=10)) == end


def test_a_code_is_open_for_ten_minutes_and_five_wrong_answers() -> None:
    """Then even the right one is refused."""
    assert CODE.tries == 0
    assert CODE.is_open(CODE.expires_at - MOMENT)
    assert not CODE.is_open(CODE.expires_at)
    with pytest.raises(ValueError, match="time"):
        CODE.prove(b"proof", CODE.expires_at)
    code = CODE
    for wrong in range(1, 6):
        assert code.is_open(NOW)
        code = code.fail()
        assert code.tries == wrong
    assert not code.is_open(NOW)
    with pytest.raises(ValueError, match="wrong answers"):
        code.prove(b"proof", NOW)
