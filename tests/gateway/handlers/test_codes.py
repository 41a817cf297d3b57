"""Codes by text message: how many there are, for whom, and what they prove."""

import asyncio
import logging
from collections import Counter
from uuid import uuid4

import pytest

from services.gateway.domain.codes import Code, Purpose
from services.gateway.domain.message_kinds import MessageKind
from services.gateway.handlers.codes import ask_code, prove
from services.gateway.handlers.forgetting import forget_tries
from services.gateway.repository.codes import CodeRepository
from shared.errors import TooMany
from tests.gateway.handlers.conftest import (
    AWAY,
    HOME,
    MOBILE,
    OTHER_MOBILE,
    Door,
    in_kept,
    refused,
)


async def wait_of(door: Door, mobile: str = MOBILE, address: str = HOME) -> int:
    """Return the seconds that one is told to wait before the next code."""
    with pytest.raises(TooMany) as refusal:
        await door.ask(mobile, address=address)
    assert refusal.value.code == "too_many_codes"
    assert refusal.value.retry_after is not None
    return refusal.value.retry_after


async def proof_of(door: Door, proof: str) -> Code | None:
    """Return the code that became a proof."""
    async with door.transaction() as tx:
        return await CodeRepository(tx).proof(proof)


async def test_a_mobile_is_sent_one_code_a_minute_and_five_a_day(door: Door) -> None:
    """And is told how long to wait, wherever it asks from; each code is another."""
    codes = set()
    for number in range(5):
        code, digits = await door.code()
        codes.add(digits)
        assert len(digits) == 6
        assert digits.isdigit()
        assert (code.expires_at - code.asked_at).total_seconds() == 600
        if number < 4:
            assert await wait_of(door, address=AWAY) == 60
            door.forward(seconds=59)
            assert await wait_of(door) == 1
            door.forward(seconds=1)
    assert len(codes) > 1
    door.forward(minutes=1)
    assert await wait_of(door, address=AWAY) == 24 * 3600 - 5 * 60
    await door.ask(OTHER_MOBILE)
    door.forward(hours=23, minutes=55)
    await door.ask()


async def test_an_address_asks_for_ten_codes_an_hour_and_an_ipv6_network_is_one(
    door: Door,
) -> None:
    """Whatever the mobiles; others elsewhere are not kept waiting."""
    for number in range(10):
        await door.ask(f"138000000{number:02}", address=f"2001:db8:0:7::{number}")
        door.forward(minutes=1)
    assert await wait_of(door, "13900000000", "2001:db8:0:7:ffff::1") == 50 * 60
    await door.ask("13900000000", address="2001:db8:0:8::1")
    door.forward(minutes=50)
    await door.ask("13900000001", address="2001:db8:0:7:ffff::1")


async def test_all_together_get_no_more_in_a_day_than_the_setting_says(door: Door) -> None:
    """At once too; the next day there are codes again."""
    few = door.under(codes_per_day=3)
    codes = Counter(
        await asyncio.gather(
            *(refused(few.ask(f"1380000000{n}", address=f"192.0.2.{n}")) for n in range(8))
        )
    )
    assert codes == {"": 3, "codes_exhausted": 5}
    assert len(await door.send()) == 3
    door.forward(hours=24)
    assert await refused(few.ask()) == ""


async def test_one_mobile_at_once_is_sent_one_code(door: Door) -> None:
    """Whoever presses the button twice."""
    asked = await asyncio.gather(*(refused(door.ask(address=f"192.0.2.{n}")) for n in range(4)))
    assert Counter(asked) == {"": 1, "too_many_codes": 3}
    assert len(await door.send()) == 1


async def test_a_wrong_captcha_is_used_up_and_nothing_is_sent(door: Door) -> None:
    """The right answer comes too late."""
    captcha_id = await door.captcha()

    async def answer(text: str) -> str:
        return await refused(
            ask_code(Purpose.BINDING, MOBILE, captcha_id, text, HOME, door.transactions)
        )

    assert await answer("1357") == "captcha_wrong"
    assert await answer("2468") == "captcha_wrong"
    assert await door.send() == []
    assert await refused(door.ask()) == "", "what was not sent does not count"


async def test_a_captcha_is_used_up_by_a_refusal_too(door: Door) -> None:
    """Nobody tries mobile after mobile with one picture."""
    await door.ask()
    captcha_id = await door.captcha()
    for expected in ("too_many_codes", "captcha_wrong"):
        call = ask_code(Purpose.BINDING, MOBILE, captcha_id, "2468", HOME, door.transactions)
        assert await refused(call) == expected


async def test_after_five_wrong_answers_the_right_one_is_refused_too(door: Door) -> None:
    """Four are forgiven."""

    async def after(wrong: int) -> str:
        code, digits = await door.code()
        others = f"{(int(digits) + 1) % 10**6:06d}"
        for _ in range(wrong):
            assert await refused(prove(code.code_id, others, door.transactions)) == "code_wrong"
        door.forward(minutes=1)
        return await refused(prove(code.code_id, digits, door.transactions))

    assert await after(4) == ""
    assert await after(5) == "code_wrong"


async def test_five_wrong_answers_at_once_are_no_more_than_one_after_another(door: Door) -> None:
    """Guessing in parallel gains nothing."""
    code, digits = await door.code()
    others = [f"{(int(digits) + n) % 10**6:06d}" for n in range(1, 6)]
    await asyncio.gather(*(refused(prove(code.code_id, n, door.transactions)) for n in others))
    assert await refused(prove(code.code_id, digits, door.transactions)) == "code_wrong"


async def test_a_code_is_good_for_ten_minutes(door: Door) -> None:
    """And one that never was is refused alike."""
    code, digits = await door.code()
    door.forward(seconds=599)
    assert await refused(prove(code.code_id, digits, door.transactions)) == ""
    code, digits = await door.code()
    door.forward(seconds=600)
    assert await refused(prove(code.code_id, digits, door.transactions)) == "code_wrong"
    assert await refused(prove(uuid4(), digits, door.transactions)) == "code_wrong"


async def test_a_right_answer_twice_at_once_is_one_proof(door: Door) -> None:
    """The other is refused as wrong."""
    code, digits = await door.code()
    answers = [refused(prove(code.code_id, digits, door.transactions)) for _ in range(3)]
    assert sorted(await asyncio.gather(*answers)) == ["", "code_wrong", "code_wrong"]


@pytest.mark.parametrize(
    ("purpose", "minutes"),
    [(Purpose.REGISTRATION, 120), (Purpose.BINDING, 120), (Purpose.PASSWORD_RESET, 15)],
)
async def test_a_proof_says_what_it_is_for_and_ends(
    door: Door, purpose: Purpose, minutes: int
) -> None:
    """Two hours for a form with pictures, a quarter of an hour for a password."""
    await door.known()
    code, digits = await door.code(purpose=purpose)
    proved, proof = await prove(code.code_id, digits, door.transactions)
    found = await proof_of(door, proof)
    assert found is not None
    assert (found.purpose, found.mobile) == (purpose, MOBILE)
    assert await proof_of(door, proof + "x") is None
    door.forward(minutes=minutes, seconds=-1)
    assert await proof_of(door, proof) is not None
    door.forward(seconds=1)
    assert await proof_of(door, proof) is None
    assert proved.expires_at == door.gateway.clock.now


@pytest.mark.parametrize("purpose", list(Purpose))
async def test_known_and_unknown_mobiles_are_answered_alike(door: Door, purpose: Purpose) -> None:
    """A stranger learns of nobody; for a new password an unknown mobile is sent nothing."""
    await door.known()
    known = await door.ask(MOBILE, purpose)
    unknown = await door.ask(OTHER_MOBILE, purpose)
    assert (known.asked_at, known.expires_at) == (unknown.asked_at, unknown.expires_at)
    assert (await wait_of(door, MOBILE), await wait_of(door, OTHER_MOBILE)) == (60, 60)
    mobiles = [content.to for content in await door.send()]
    expected = [MOBILE] if purpose is Purpose.PASSWORD_RESET else [MOBILE, OTHER_MOBILE]
    assert sorted(mobiles) == expected


async def test_a_locked_accounts_mobile_is_unknown(door: Door) -> None:
    """Its password cannot be set anew."""
    await door.known(active=False)
    await door.ask(MOBILE, Purpose.PASSWORD_RESET)
    assert await door.send() == []


async def test_code_mobile_and_proof_are_nowhere_in_plain(
    door: Door, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """In no row, and in no line of the log; the message forgets the code once it is sent."""
    with caplog.at_level(logging.DEBUG):
        code = await door.ask()
        waiting = await door.kept()
        digits = (await door.values(MessageKind.CODE))["code"]
        _, proof = await prove(code.code_id, digits, door.transactions)
    # Six digits may stand in a time or an id by chance: they are looked for in words.
    for secret in (MOBILE, proof, f"验证码是{digits}", f'"code": "{digits}"'):
        for written in (waiting, await door.kept(), caplog.text, "".join(capfd.readouterr())):
            assert not in_kept(secret)(written)
    async with door.transaction() as tx:
        connection = await tx.session.connection()
        [row] = await connection.exec_driver_sql("SELECT sealed_values, masked_to FROM messages")
    assert tuple(row) == (None, "137****0001")


async def test_codes_are_forgotten_when_they_count_no_more(door: Door) -> None:
    """Not before: five a day are counted by them."""

    async def left() -> int:
        async with door.transaction() as tx:
            await forget_tries(tx)
        async with door.transaction() as tx:
            connection = await tx.session.connection()
            [[count]] = await connection.exec_driver_sql("SELECT count(*) FROM codes")
        return int(count)

    code, digits = await door.code()
    door.forward(minutes=5)
    await prove(code.code_id, digits, door.transactions)
    door.forward(hours=23, minutes=54)
    assert await left() == 1
    door.forward(minutes=1)
    assert await left() == 0
