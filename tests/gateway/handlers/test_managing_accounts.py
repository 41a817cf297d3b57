"""What administrators do with accounts at the same time, and what nobody can undo."""

import asyncio
from collections import Counter

from services.gateway.domain.accounts import Account
from services.gateway.handlers.accounts_managing import Place, change_account, lock_account
from services.gateway.handlers.passwords import choose_password
from shared.identity.permissions import Role
from tests.gateway.handlers.conftest import Door, refused

CHOSEN = "geheim-enough-7"


async def administrator(door: Door, name: str) -> Account:
    """Make an administrator of the office."""
    return await door.known(
        account_id=f"account-{name}",
        username=name,
        role="administrator",
        agency_id=None,
        unit_id=None,
        mobile=None,
    )


async def lock(door: Door, by: Account, whom: Account) -> None:
    """Let one administrator lock another."""
    async with door.transaction() as tx:
        await lock_account(by.caller, whom.account_id, tx)


async def test_two_administrators_who_lock_each_other_at_once_leave_one(door: Door) -> None:
    """Somebody has to be able to unlock the other."""
    first, second = await administrator(door, "first"), await administrator(door, "second")
    codes = await asyncio.gather(
        refused(lock(door, first, second)), refused(lock(door, second, first))
    )
    assert Counter(codes) == {"": 1, "last_administrator": 1}


async def test_the_last_administrator_is_not_moved_either(door: Door) -> None:
    """A locked one does not count."""
    first, second = await administrator(door, "first"), await administrator(door, "second")
    await lock(door, first, second)

    async def move() -> None:
        async with door.transaction() as tx:
            place = Place(Role.FINANCE)
            await change_account(second.caller, first.account_id, tx, None, place=place)

    assert await refused(move()) == "last_administrator"
    assert (await door.account(first.account_id)).role is Role.ADMINISTRATOR


async def test_a_sign_in_with_a_password_that_is_changed_meanwhile_comes_to_nothing(
    door: Door,
) -> None:
    """Whichever of them is first: no session of the old password is left."""

    async def change(chosen: str) -> None:
        async with door.transaction() as tx:
            await choose_password("account-1", chosen, tx)

    await door.known()
    tokens, _ = await asyncio.gather(
        asyncio.gather(*(door.sign_in() for _ in range(8))), change(CHOSEN)
    )
    assert [one for one in tokens if one and await door.session(one)] == []
    assert await door.sign_in(password=CHOSEN)
