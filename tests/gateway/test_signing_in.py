"""Trying to sign in on a database: what is counted, for whom, and how long one waits."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from uuid import UUID

import pytest
from sqlalchemy import func, select

from services.gateway.adapters.captcha import KnownCaptcha
from services.gateway.domain.tries import (
    CAPTCHAS_PER_ADDRESS,
    KNOWN_FOR,
    TRIES_BEFORE_TURNS,
    TRIES_PER_ADDRESS,
    TRIES_PER_NAME,
    WINDOW,
)
from services.gateway.handlers.accounts import load_accounts
from services.gateway.handlers.forgetting import forget_tries
from services.gateway.handlers.sessions import ask_captcha, sign_in
from services.gateway.tables import CaptchaRow, FailureRow, KnownAddressRow, TurnRow
from shared.errors import Refusal
from tests.gateway.conftest import Gateway

NAME, PASSWORD = "operator", "the right password"
ACCOUNT = {
    "account_id": "A0000001",
    "username": NAME,
    "name": "经办人",
    "role": "operator",
    "office_id": "0012",
    "unit_id": "U0000001",
    "password": PASSWORD,
}
CAPTCHA = KnownCaptcha("2468")
HOME, AWAY = "203.0.113.7", "198.51.100.1"


@pytest.fixture
async def door(gateway: Gateway) -> "Door":
    """Return a gateway with one account."""
    async with gateway.transactions.begin() as tx:
        await load_accounts({"accounts": [ACCOUNT]}, tx)
    return Door(gateway)


class Door:
    """Where one signs in: says in a word what came of it."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.refusal: Refusal | None = None
        """The last one."""

    async def captcha(self, address: str = HOME) -> UUID:
        """Ask for a captcha."""
        async with self.gateway.transactions.begin() as tx:
            return await ask_captcha(CAPTCHA.answer(), address, tx)

    async def come(
        self,
        address: str = HOME,
        *,
        password: str = PASSWORD,
        name: str = NAME,
        answer: str = "2468",
        captcha_id: UUID | None = None,
    ) -> str:
        """Try; returns the refusal's code, or `in`."""
        captcha_id = captcha_id or await self.captcha(address)
        arguments = (name, password, captcha_id, answer, address, self.gateway.transactions)
        return await self._result(sign_in(*arguments))

    async def ask(self, address: str = HOME) -> str:
        """Ask for a captcha; returns the refusal's code, or `in`."""
        return await self._result(self.captcha(address))

    async def _result(self, trying: Awaitable[object]) -> str:
        try:
            await trying
        except Refusal as refusal:
            self.refusal = refusal
            return refusal.code
        return "in"

    async def attacked(self, failures: int, name: str = NAME) -> None:
        """Let so many passwords of a name fail, each at an address of its own."""
        for number in range(failures):
            assert await self.come(f"192.0.2.{number}", name=name, password="x") == (
                "credentials_wrong"
            )

    @property
    def wait(self) -> int:
        """Seconds after which the last refusal says to come again."""
        assert self.refusal is not None
        assert self.refusal.retry_after is not None
        return self.refusal.retry_after


async def test_five_failures_close_a_name_where_they_happened_and_nowhere_else(door: Door) -> None:
    """For a quarter of an hour; the right password is refused too, and comes in elsewhere."""
    for _ in range(TRIES_PER_NAME):
        assert await door.come(password="wrong") == "credentials_wrong"
        door.gateway.clock.forward(seconds=60)
    assert await door.come() == "too_many_tries"
    assert door.wait == WINDOW.total_seconds() - 5 * 60
    assert await door.come(AWAY) == "in"
    door.gateway.clock.forward(seconds=door.wait - 1)
    assert await door.come() == "too_many_tries"
    door.gateway.clock.forward(seconds=1)
    assert await door.come() == "in"


async def test_a_name_that_many_try_is_slowed_where_it_is_new_and_never_locked(door: Door) -> None:
    """The wait doubles; after it the right password comes in."""
    await door.attacked(TRIES_BEFORE_TURNS - 1)
    assert await door.come(AWAY) == "in", "not yet: its own success does not count"
    await door.attacked(1)
    waits = []
    for number in range(6):
        address = f"198.51.100.{number + 10}"
        assert await door.come(address) == "turn_not_come"
        waits.append(door.wait)
        door.gateway.clock.forward(seconds=door.wait)
        assert await door.come(address, password="wrong") == "credentials_wrong"
    assert waits == [1, 2, 4, 8, 16, 16]
    assert await door.come(HOME) == "turn_not_come"
    door.gateway.clock.forward(seconds=door.wait)
    assert await door.come(HOME) == "in"


async def test_before_its_turn_an_address_is_told_how_long_and_keeps_its_captcha(
    door: Door,
) -> None:
    """Whoever is too early has not lost anything, and does not wait longer for it."""
    await door.attacked(TRIES_BEFORE_TURNS)
    captcha_id = await door.captcha()
    for number in range(3):
        await door.come(f"198.51.100.{number}")
    assert await door.come() == "turn_not_come"
    wait = door.wait
    door.gateway.clock.forward(seconds=wait - 1)
    assert await door.come(captcha_id=captcha_id) == "turn_not_come"
    assert door.wait == 1
    door.gateway.clock.forward(seconds=1)
    assert await door.come(captcha_id=captcha_id) == "in"


async def test_a_turn_holds_for_one_try(door: Door) -> None:
    """The next one waits for another; a wrong captcha does not use it up."""
    await door.attacked(TRIES_BEFORE_TURNS)
    assert await door.come() == "turn_not_come"
    door.gateway.clock.forward(seconds=door.wait)
    assert await door.come(answer="0000") == "captcha_wrong"
    assert await door.come(password="wrong") == "credentials_wrong"
    assert await door.come() == "turn_not_come"


async def test_a_turn_costs_a_captcha(door: Door) -> None:
    """Nobody queues for a name without having read one."""
    await door.attacked(TRIES_BEFORE_TURNS)
    assert await door.come(answer="0000") == "captcha_wrong"
    async with door.gateway.transactions.begin() as tx:
        assert await tx.session.scalar(select(func.count()).select_from(TurnRow)) == 0


async def test_where_one_has_come_in_lately_one_does_not_wait(door: Door) -> None:
    """Whatever others try elsewhere."""
    assert await door.come() == "in"
    door.gateway.clock.forward(seconds=KNOWN_FOR.total_seconds() - 1)
    await door.attacked(TRIES_BEFORE_TURNS)
    assert await door.come(AWAY) == "turn_not_come"
    assert await door.come() == "in"
    door.gateway.clock.forward(seconds=KNOWN_FOR.total_seconds())
    await door.attacked(TRIES_BEFORE_TURNS)
    assert await door.come() == "turn_not_come"


async def test_a_known_address_may_guess_no_more_than_any_other(door: Door) -> None:
    """A thief in the office has its five tries."""
    assert await door.come() == "in"
    for _ in range(TRIES_PER_NAME):
        assert await door.come(password="wrong") == "credentials_wrong"
    assert await door.come() == "too_many_tries"


async def test_the_slow_down_ends_when_nobody_tries(door: Door) -> None:
    """A quarter of an hour later all is as before."""
    await door.attacked(TRIES_BEFORE_TURNS)
    assert await door.come() == "turn_not_come"
    door.gateway.clock.forward(seconds=WINDOW.total_seconds())
    assert await door.come() == "in"


async def test_names_of_nobody_are_answered_like_others(door: Door) -> None:
    """Step by step, with the same waits: trying tells nobody who has an account."""

    async def story(name: str) -> list[object]:
        results: list[object] = []
        await door.attacked(TRIES_BEFORE_TURNS, name)
        for _ in range(TRIES_PER_NAME):
            # A wrong captcha, one that gives a turn, one that uses it.
            for answer in ("0000", "2468", "2468"):
                door.refusal = None
                results.append(await door.come(name=name, password="wrong", answer=answer))
                assert door.refusal is not None
                results += [door.refusal.message, door.refusal.retry_after]
                door.gateway.clock.forward(seconds=door.refusal.retry_after or 0)
        return [*results, await door.come(name=name, password="wrong")]

    of_somebody = await story(NAME)
    door.gateway.clock.forward(seconds=WINDOW.total_seconds())
    assert of_somebody == await story("nobody")
    assert "turn_not_come" in of_somebody
    assert "too_many_tries" in of_somebody


async def test_many_addresses_at_once_are_no_more_than_one_after_another(door: Door) -> None:
    """All others are given turns, each at an instant of its own."""
    codes = Counter(
        await asyncio.gather(
            *(door.come(f"192.0.2.{number}", password="wrong") for number in range(40))
        )
    )
    early = TRIES_BEFORE_TURNS
    assert codes == {"credentials_wrong": early, "turn_not_come": 40 - early}
    async with door.gateway.transactions.begin() as tx:
        turns = (await tx.session.scalars(select(TurnRow.at).order_by(TurnRow.at))).all()
    now = door.gateway.clock.now
    assert [(turn - now).total_seconds() for turn in turns[:6]] == [1, 3, 7, 15, 31, 47]
    assert (turns[-1] - now).total_seconds() == 15 + 16 * (len(turns) - 4)


async def test_an_address_has_fifty_tries_of_all_names_at_once_too(door: Door) -> None:
    """Wrong captchas are among them."""
    ids = [await door.captcha() for _ in range(TRIES_PER_ADDRESS + 5)]
    codes = Counter(
        await asyncio.gather(
            *(
                door.come(name=f"name{number}", answer="0000", captcha_id=captcha_id)
                for number, captcha_id in enumerate(ids)
            )
        )
    )
    assert codes == {"captcha_wrong": TRIES_PER_ADDRESS, "too_many_tries": 5}
    assert await door.come(captcha_id=await door.captcha(AWAY)) == "too_many_tries"
    assert await door.come(AWAY) == "in", "they are the address's, and close no name elsewhere"


async def test_wrong_captchas_slow_no_name_down(door: Door) -> None:
    """No password was tried: whoever reads none must not hinder others."""
    for number in range(TRIES_BEFORE_TURNS + 5):
        assert await door.come(f"192.0.2.{number}", answer="0000") == "captcha_wrong"
    assert await door.come() == "in"


async def test_a_captcha_is_used_up_by_any_answer(door: Door) -> None:
    """A right one too."""
    captcha_id = await door.captcha()
    assert await door.come(captcha_id=captcha_id, answer="0000") == "captcha_wrong"
    assert await door.come(captcha_id=captcha_id) == "captcha_wrong"
    captcha_id = await door.captcha()
    assert await door.come(captcha_id=captcha_id) == "in"
    assert await door.come(captcha_id=captcha_id) == "captcha_wrong"


async def test_an_address_is_given_sixty_captchas_a_minute_at_once_too(door: Door) -> None:
    """The next one when the first of them is a minute old; used ones count."""
    assert await door.come() == "in"
    door.gateway.clock.forward(seconds=20)
    codes = Counter(await asyncio.gather(*(door.ask() for _ in range(CAPTCHAS_PER_ADDRESS + 9))))
    assert codes == {"in": CAPTCHAS_PER_ADDRESS - 1, "too_many_captchas": 10}
    assert door.wait == 40
    assert await door.ask(AWAY) == "in"
    door.gateway.clock.forward(seconds=39)
    assert await door.ask() == "too_many_captchas"
    door.gateway.clock.forward(seconds=1)
    assert await door.ask() == "in"
    assert await door.ask() == "too_many_captchas"


async def test_the_addresses_of_an_ipv6_network_are_one(door: Door) -> None:
    """Whoever has one has all of them."""
    for number in range(TRIES_PER_NAME):
        address = f"2001:db8:0:7::{number}"
        assert await door.come(address, password="wrong") == "credentials_wrong"
    assert await door.come("2001:db8:0:7:ffff::1") == "too_many_tries"
    assert await door.come("2001:db8:0:8::1") == "in"


async def test_what_no_rule_looks_at_is_forgotten(door: Door) -> None:
    """And nothing sooner: neither failures, turns and captchas nor known addresses."""
    await door.attacked(TRIES_BEFORE_TURNS)
    await door.come()
    door.gateway.clock.forward(seconds=door.wait)
    await door.come()
    await door.come(AWAY)
    tables = (FailureRow, TurnRow, CaptchaRow, KnownAddressRow)

    async def left() -> list[bool]:
        async with door.gateway.transactions.begin() as tx:
            assert not await forget_tries(tx)
        async with door.gateway.transactions.begin() as tx:
            counts = [
                await tx.session.scalar(select(func.count()).select_from(one)) for one in tables
            ]
        return [bool(count) for count in counts]

    assert await left() == [True, True, True, True]
    door.gateway.clock.forward(seconds=WINDOW.total_seconds() + 16)
    assert await left() == [False, False, False, True]
    door.gateway.clock.forward(seconds=KNOWN_FOR.total_seconds())
    assert await left() == [False, False, False, False]
