"""Second factors: a code passes once, and not for ever."""

import asyncio

import pyotp
import pytest

from services.gateway.domain.sessions import Need, need_of
from services.gateway.handlers.second_factors import (
    give_up_second_factor,
    pass_second_factor,
    set_up_second_factor,
)
from services.gateway.repository.second_factors import SecondFactorRepository
from services.gateway.repository.sessions import SessionRepository
from shared.identity.permissions import Role
from tests.gateway.handlers.conftest import AWAY, HOME, Door, refused
from tests.gateway.handlers.test_sessions import seen

INTERVAL = 30


class App:
    """An app with a key, whose clock may be wrong."""

    def __init__(self, door: Door) -> None:
        self.key = pyotp.random_base32()
        self._clock = door.gateway.clock

    def code(self, seconds: float = 0) -> str:
        """Return the code that it shows when its clock is so much ahead."""
        return pyotp.TOTP(self.key).at(int(self._clock.now.timestamp() + seconds))


class Person:
    """An account with a second factor, signing in."""

    def __init__(self, door: Door, app: App, recovery: list[str]) -> None:
        self.door, self.app, self.recovery = door, app, recovery

    async def passes(self, code: str, address: str = HOME) -> str:
        """Sign in and give a code; returns the refusal's code, or ""."""
        token = await self.door.sign_in()
        account, session = await seen(self.door, token)
        assert need_of(account, session, ()) is Need.SECOND_FACTOR
        result = await refused(
            pass_second_factor(account, session, code, address, self.door.transactions)
        )
        account, session = await seen(self.door, token)
        assert (need_of(account, session, ()) is None) is (result == "")
        return result

    async def left(self) -> int:
        """Return how many recovery codes are left."""
        async with self.door.transaction() as tx:
            return await SecondFactorRepository(tx).count_recovery_codes("account-1")


@pytest.fixture
async def person(door: Door) -> Person:
    """Return somebody who set a second factor up a while ago."""
    await door.known()
    app, (account, session) = App(door), await seen(door, await door.sign_in())
    async with door.transaction() as tx:
        codes = await set_up_second_factor(account, session, app.key, app.code(), tx)
    door.forward(hours=1)
    return Person(door, app, codes)


async def test_a_code_is_used_once_also_at_once(person: Person) -> None:
    """Of three sessions one passes by it."""
    code = person.app.code()
    results = await asyncio.gather(*(person.passes(code) for _ in range(3)))
    assert sorted(results) == ["", "second_factor_wrong", "second_factor_wrong"]
    person.door.forward(seconds=INTERVAL)
    assert await person.passes(code) == "second_factor_wrong"
    assert await person.passes(person.app.code()) == ""


@pytest.mark.parametrize(
    ("intervals", "result"),
    [(-2, "second_factor_wrong"), (-1, ""), (0, ""), (1, ""), (2, "second_factor_wrong")],
)
async def test_a_clock_may_be_one_interval_off(person: Person, intervals: int, result: str) -> None:
    """Before or after, no more."""
    assert await person.passes(person.app.code(intervals * INTERVAL)) == result


async def test_after_a_code_of_the_next_interval_the_present_one_is_used_too(
    person: Person,
) -> None:
    """Nothing from before a used code passes."""
    assert await person.passes(person.app.code(INTERVAL)) == ""
    assert await person.passes(person.app.code()) == "second_factor_wrong"


async def test_five_wrong_codes_close_it_at_that_address_for_a_quarter_of_an_hour(
    person: Person,
) -> None:
    """Even for the right one; elsewhere its owner comes in. The password is not closed by it."""
    for _ in range(5):
        assert await person.passes("000000") == "second_factor_wrong"
    assert await person.passes(person.app.code()) == "too_many_tries"
    assert await person.passes(person.app.code(), AWAY) == ""
    person.door.forward(minutes=15, seconds=-1)
    assert await person.passes(person.app.code()) == "too_many_tries"
    person.door.forward(seconds=1)
    assert await person.passes(person.app.code()) == ""


async def test_ten_wrong_codes_close_it_everywhere(person: Person) -> None:
    """Whoever gives them knows the password; other addresses give no more tries."""
    for number in range(9):
        assert await person.passes("000000", f"198.51.100.{number}") == "second_factor_wrong"
    assert await person.passes(person.app.code(), "198.51.100.100") == ""
    assert await person.passes("000000", "198.51.100.9") == "second_factor_wrong"
    assert await person.passes(person.recovery[0], "198.51.100.101") == "too_many_tries"
    person.door.forward(minutes=15)
    assert await person.passes(person.recovery[0], "198.51.100.101") == ""


async def test_right_codes_close_nothing(person: Person) -> None:
    """However many there are in a quarter of an hour."""
    for _ in range(8):
        assert await person.passes(person.app.code()) == ""
        person.door.forward(seconds=INTERVAL)


async def test_a_recovery_code_is_used_up(person: Person) -> None:
    """In capitals too; the others stay."""
    assert await person.left() == 10
    assert await person.passes(person.recovery[3].upper()) == ""
    assert await person.passes(person.recovery[3]) == "second_factor_wrong"
    assert await person.left() == 9
    assert await person.passes(person.recovery[4]) == ""


async def test_setting_up_ends_the_sessions_elsewhere_and_is_done_once(door: Door) -> None:
    """Those were begun without it; a wrong first code sets nothing up."""
    await door.known()
    app, elsewhere, here = App(door), await door.sign_in(), await door.sign_in()
    account, session = await seen(door, here)

    async def set_up(code: str) -> None:
        async with door.transaction() as tx:
            await set_up_second_factor(account, session, app.key, code, tx)

    assert await refused(set_up(app.code(4 * INTERVAL))) == "second_factor_wrong"
    assert not (await door.account()).has_second_factor
    assert await refused(set_up(app.code())) == ""
    assert await refused(set_up(app.code())) == "wrong_state"
    assert await door.session(elsewhere) is None
    account, session = await seen(door, here)
    assert need_of(account, session, ()) is None


async def test_key_and_recovery_codes_are_nowhere_in_plain(person: Person) -> None:
    """Sealed, and as keyed hashes."""
    kept = await person.door.kept()
    for secret in (person.app.key, *person.recovery):
        assert secret not in kept
        assert secret.encode().hex() not in kept


async def test_without_a_second_factor_none_is_asked_for(person: Person) -> None:
    """Given up, with its recovery codes."""
    async with person.door.transaction() as tx:
        await give_up_second_factor("account-1", tx)
    assert await person.left() == 0
    account, session = await seen(person.door, await person.door.sign_in())
    assert need_of(account, session, ()) is None

    async def again() -> None:
        async with person.door.transaction() as tx:
            await give_up_second_factor("account-1", tx)

    assert await refused(again()) == "wrong_state"
    passing = pass_second_factor(account, session, "000000", HOME, person.door.transactions)
    assert await refused(passing) == "wrong_state"


async def test_two_refusals_are_two(person: Person) -> None:
    """What one caller's error holds is not kept for the next."""
    account, session = await seen(person.door, await person.door.sign_in())
    errors = await asyncio.gather(
        *(
            pass_second_factor(account, session, "000000", HOME, person.door.transactions)
            for _ in range(2)
        ),
        return_exceptions=True,
    )
    assert errors[0] is not errors[1]


async def test_a_role_of_the_setting_has_to_set_one_up(door: Door) -> None:
    """Other roles not."""
    strict = door.under(second_factor_roles=frozenset({Role.FINANCE}))
    roles = strict.transactions.resources.settings.second_factor_roles
    await strict.known(role="finance", unit_id=None, agency_id=None)
    await strict.known(account_id="account-2", username="somebody")
    for name, need in (("operator", Need.SECOND_FACTOR_SETUP), ("somebody", None)):
        account, session = await seen(strict, await strict.sign_in(name))
        assert need_of(account, session, roles) == need


async def test_a_session_that_has_passed_stays_passed(person: Person) -> None:
    """Others of the account not."""
    first, second = await person.door.sign_in(), await person.door.sign_in()
    account, session = await seen(person.door, first)
    async with person.door.transaction() as tx:
        await SessionRepository(tx).note_second_factor(session.session_id)
    assert (await seen(person.door, first))[1].second_factor
    assert not (await seen(person.door, second))[1].second_factor
    assert account.has_second_factor
